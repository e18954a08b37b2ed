// Leases as clients see them: renewal and time to live are the leader's to answer.
import { errors } from '@quorate/base';
import type { Lease, RenewSink } from '../lease/lease.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { KeepAliveSink, LeaseApi, TimeToLiveSink } from './seam.ts';
import type { PeerTransport } from './transport.ts';

export interface LeaseServiceHooks {
  nowMs(): number;
  isLeader(): boolean;
  leaderId(): bigint;
  /** Whether committed entries wait to be applied: a lease may be among them. */
  isBehind(): boolean;
  isStopping(): boolean;
  /** Whether the loop was held up for so long that somebody else may lead by now. */
  isInDoubt(): boolean;
}

const NO_KEYS: readonly Uint8Array[] = [];

/** One renewal on its way; asked again when the leader changes or a lease may only just be coming into being. */
class Renewal implements RenewSink {
  readonly id: bigint;
  readonly sink: KeepAliveSink;
  readonly deadlineMs: number;
  readonly #service: LeaseService;

  constructor(service: LeaseService, id: bigint, sink: KeepAliveSink, deadlineMs: number) {
    this.#service = service;
    this.id = id;
    this.sink = sink;
    this.deadlineMs = deadlineMs;
  }

  renewed(ttlSeconds: number): void {
    if (!this.sink.cancelled) this.sink.renewed(ttlSeconds);
  }

  notFound(): void {
    if (!this.sink.cancelled) this.sink.renewed(0);
  }

  notPrimary(): void {
    this.#service.retryLater(this);
  }

  overloaded(): void {
    if (!this.sink.cancelled) this.sink.failed(errors.tooManyRequests);
  }
}

export class LeaseService implements LeaseApi {
  readonly #lessor: Lessor;
  readonly #transport: PeerTransport | undefined;
  readonly #timeoutMs: number;
  readonly #hooks: LeaseServiceHooks;
  /** Renewals and questions that wait for a leader, for promotion or for entries to be applied. */
  #waiting: { readonly deadlineMs: number; readonly run: () => void; readonly fail: () => void }[] = [];

  constructor(
    lessor: Lessor,
    transport: PeerTransport | undefined,
    timeoutMs: number,
    hooks: LeaseServiceHooks,
  ) {
    this.#lessor = lessor;
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
    this.#hooks = hooks;
  }

  keepAlive(id: bigint, sink: KeepAliveSink): void {
    this.#renew(new Renewal(this, id, sink, this.#hooks.nowMs() + this.#timeoutMs));
  }

  timeToLive(id: bigint, withKeys: boolean, sink: TimeToLiveSink): void {
    this.#timeToLive(id, withKeys, sink, this.#hooks.nowMs() + this.#timeoutMs);
  }

  leases(): readonly bigint[] {
    return this.#lessor.leases().map((lease) => lease.id);
  }

  attachedKeys(id: bigint): readonly Uint8Array[] | undefined {
    const lease = this.#lessor.get(id);
    return lease === undefined ? undefined : keysOf(lease);
  }

  /** @internal */
  retryLater(renewal: Renewal): void {
    this.#waiting.push({
      deadlineMs: renewal.deadlineMs,
      run: () => this.#renew(renewal),
      fail: () => {
        if (!renewal.sink.cancelled) renewal.sink.failed(this.#stopError());
      },
    });
  }

  /** Tries again what waits; called when entries were applied, the leader changed, and from time to time. */
  retry(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    const nowMs = this.#hooks.nowMs();
    for (const item of waiting) {
      if (nowMs >= item.deadlineMs) item.fail();
      else item.run();
    }
  }

  stop(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const item of waiting) item.fail();
  }

  #stopError() {
    return this.#hooks.isStopping() ? errors.stopped : errors.timeout;
  }

  #renew(renewal: Renewal): void {
    const { sink, id } = renewal;
    if (sink.cancelled) return;
    const leader = this.#hooks.leaderId();
    if (this.#hooks.isStopping()) sink.failed(errors.stopped);
    else if (this.#hooks.isLeader()) {
      if (this.#mayNotKnow(id)) this.retryLater(renewal);
      else this.#lessor.renew(id, renewal);
    } else if (leader === 0n || this.#transport === undefined) this.retryLater(renewal);
    else {
      this.#transport.renewLease(leader, id).then(
        (ttl) => renewal.renewed(ttl),
        () => this.retryLater(renewal),
      );
    }
  }

  /** On a new leader, or while entries wait to be applied, an unknown lease may only just be coming into being. */
  #mayNotKnow(id: bigint): boolean {
    const { isBehind, isInDoubt } = this.#hooks;
    return !this.#lessor.isPrimary || isInDoubt() || (isBehind() && !this.#lessor.has(id));
  }

  #timeToLive(id: bigint, withKeys: boolean, sink: TimeToLiveSink, deadlineMs: number): void {
    if (sink.cancelled) return;
    const later = (): void => {
      this.#waiting.push({
        deadlineMs,
        run: () => this.#timeToLive(id, withKeys, sink, deadlineMs),
        fail: () => {
          if (!sink.cancelled) sink.failed(this.#stopError());
        },
      });
    };
    const leader = this.#hooks.leaderId();
    if (this.#hooks.isStopping()) sink.failed(errors.stopped);
    else if (this.#hooks.isLeader()) {
      if (this.#mayNotKnow(id)) later();
      else this.#answer(id, withKeys, sink);
    } else if (leader === 0n || this.#transport === undefined) later();
    else {
      this.#transport.leaseTimeToLive(leader, id, withKeys).then((answer) => {
        if (sink.cancelled) return;
        if (answer === undefined) sink.answered(-1, 0, NO_KEYS);
        else sink.answered(answer.ttl, answer.grantedTtl, answer.keys);
      }, later);
    }
  }

  #answer(id: bigint, withKeys: boolean, sink: TimeToLiveSink): void {
    const lease = this.#lessor.get(id);
    if (lease === undefined) {
      sink.answered(-1, 0, NO_KEYS);
      return;
    }
    const keys = withKeys ? keysOf(lease) : NO_KEYS;
    sink.answered(this.#lessor.remainingSeconds(lease), lease.ttlSeconds, keys);
  }
}

function keysOf(lease: Lease): readonly Uint8Array[] {
  return lease.sortedKeys().map((key) => Buffer.from(key, 'latin1'));
}
