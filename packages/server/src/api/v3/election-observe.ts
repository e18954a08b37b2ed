// Election.Observe: the present leader and every later one, and each proclamation in between.
import { EtcdError, GrpcCode, prefixRangeEnd } from '@quorate/base';
import { KeyValue, LeaderRequest, LeaderResponse, services } from '@quorate/proto';
import { EventType, type WatchEvent } from '@quorate/storage';
import type { GrpcRouter, ServerStream } from '@quorate/wire';
import type { LeaderBound } from './admission.ts';
import type { V3Context } from './context.ts';
import { refusalOf } from './mvcc-errors.ts';
import { type Cancellation, oldestUnder, Session, waitersPrefix } from './session.ts';
import { asClientSide, undecodable } from './status.ts';

/** Registers Election.Observe. */
export function registerObserve(router: GrpcRouter, context: V3Context): void {
  router.stream(services.Election.Observe.path, (stream) => {
    const refusal = context.admission.refuseStream(stream, false) ?? context.admission.refuseData();
    if (refusal !== undefined) stream.end(refusal.code, refusal.message);
    else new ObserveStream(context, stream);
  });
}

class ObserveStream implements LeaderBound, Cancellation {
  readonly #context: V3Context;
  readonly #stream: ServerStream;
  readonly #session: Session;
  readonly #unbind: (() => void) | undefined;
  #asked = false;
  #drained: (() => void) | undefined;
  cancelled = false;
  onCancelled: (() => void) | undefined;

  constructor(context: V3Context, stream: ServerStream) {
    this.#context = context;
    this.#stream = stream;
    this.#session = new Session(context, this);
    stream.onMessage = (bytes) => this.#receive(bytes);
    stream.onHalfClose = () => {
      if (!this.#asked) this.abort(new EtcdError(GrpcCode.Internal, 'EOF'));
    };
    stream.onDrain = () => {
      this.#drained?.();
      this.#drained = undefined;
    };
    stream.onCancel = () => this.#leave();
    this.#unbind = context.admission.bindToLeader(stream, this);
  }

  abort(error: EtcdError): void {
    if (this.cancelled) return;
    this.#leave();
    this.#stream.end(error.code, error.message);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#asked || this.cancelled) return;
    this.#asked = true;
    let request: LeaderRequest;
    try {
      request = LeaderRequest.decode(bytes);
    } catch (thrown) {
      this.abort(undecodable(thrown, 'stream'));
      return;
    }
    void this.#observe(waitersPrefix(request.name)).catch((thrown: unknown) => {
      this.abort(asClientSide(refusalOf(thrown)));
    });
  }

  async #observe(prefix: Uint8Array): Promise<void> {
    while (!this.cancelled) {
      const present = await this.#session.read(oldestUnder(prefix));
      let [leader] = present.kvs;
      let { revision } = present;
      if (leader === undefined) {
        const first = await this.#session.waitForEvent(prefix, prefixRangeEnd(prefix), revision + 1, isPut);
        if (first === undefined) continue; // compacted meanwhile: look again
        leader = KeyValue.decode(first.kv);
        revision = first.modRevision;
      }
      await this.#report(leader, revision);
      await this.#follow(leader.key, revision);
    }
  }

  /** Reports every value of the leader's key until the key goes. */
  async #follow(key: Uint8Array, reported: number): Promise<void> {
    let revision = reported;
    while (!this.cancelled) {
      const event = await this.#session.waitForEvent(key, undefined, revision + 1, isAny);
      if (event === undefined || event.type === EventType.delete) return;
      revision = event.modRevision;
      await this.#report(KeyValue.decode(event.kv), revision);
    }
  }

  async #report(kv: KeyValue, revision: number): Promise<void> {
    if (this.cancelled) return;
    const body = LeaderResponse.encode(LeaderResponse.create({ kv }));
    if (this.#stream.send([this.#context.headers.field(revision), body])) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  #leave(): void {
    this.cancelled = true;
    this.#unbind?.();
    this.#drained?.();
    this.#drained = undefined;
    this.onCancelled?.();
  }
}

function isPut(event: WatchEvent): boolean {
  return event.type === EventType.put;
}

function isAny(): boolean {
  return true;
}
