// The Lease service. Grants and revocations go through the log; keepalives and remaining times are the leader's to
// answer, which the member takes care of.
import { type EtcdError, errors } from '@quorate/base';
import {
  LeaseGrantRequest,
  LeaseGrantResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseLeasesRequest,
  LeaseLeasesResponse,
  LeaseRevokeRequest,
  LeaseTimeToLiveRequest,
  LeaseTimeToLiveResponse,
  services,
} from '@quorate/proto';
import type { GrpcRouter, ServerStream, UnaryCall } from '@quorate/wire';
import type {
  KeepAliveSink,
  LeaseGrantResult,
  LeaseRevokeResult,
  TimeToLiveSink,
} from '../../member/seam.ts';
import type { LeaderBound } from './admission.ts';
import { enterUnary, replyWith, type V3Context } from './context.ts';
import { maxLeaseTtlSeconds, maxPendingKeepAlives } from './limits.ts';
import { CallSink } from './result-sinks.ts';
import { undecodable } from './status.ts';

/** Registers the Lease service. */
export function registerLease(router: GrpcRouter, context: V3Context): void {
  const { member } = context;

  const answerGrant = (call: UnaryCall, result: LeaseGrantResult): void => {
    const body = LeaseGrantResponse.create({ ID: result.id, TTL: result.ttl });
    replyWith(context, call, result.revision, LeaseGrantResponse.encode(body));
  };
  router.unary(services.Lease.LeaseGrant.path, (call, bytes) => {
    const request = enterUnary(context, LeaseGrantRequest, call, bytes, checkGrant);
    if (request === undefined) return;
    member.propose(
      { kind: 'leaseGrant', request, raw: bytes, requester: undefined },
      new CallSink(call, answerGrant),
    );
  });

  const answerRevoke = (call: UnaryCall, result: LeaseRevokeResult): void => {
    call.reply(context.headers.field(result.revision));
  };
  router.unary(services.Lease.LeaseRevoke.path, (call, bytes) => {
    const request = enterUnary(context, LeaseRevokeRequest, call, bytes);
    if (request === undefined) return;
    member.propose(
      { kind: 'leaseRevoke', request, raw: bytes, requester: undefined },
      new CallSink(call, answerRevoke),
    );
  });

  router.unary(services.Lease.LeaseTimeToLive.path, (call, bytes) => {
    const request = enterUnary(context, LeaseTimeToLiveRequest, call, bytes);
    if (request === undefined) return;
    member.lease.timeToLive(request.ID, request.keys, new TimeToLiveAnswer(context, call, request.ID));
  });

  router.unary(services.Lease.LeaseLeases.path, (call, bytes) => {
    const request = enterUnary(context, LeaseLeasesRequest, call, bytes);
    if (request === undefined) return;
    const leases = member.lease.leases().map((ID) => ({ ID }));
    replyWith(
      context,
      call,
      member.revision(),
      LeaseLeasesResponse.encode(LeaseLeasesResponse.create({ leases })),
    );
  });

  router.stream(services.Lease.LeaseKeepAlive.path, (stream) => {
    const refusal = context.admission.refuseStream(stream, false);
    if (refusal !== undefined) return stream.end(refusal.code, refusal.message);
    new KeepAliveStream(context, stream);
  });
}

function checkGrant(request: LeaseGrantRequest): EtcdError | undefined {
  return request.TTL > maxLeaseTtlSeconds ? errors.leaseTtlTooLarge : undefined;
}

class TimeToLiveAnswer implements TimeToLiveSink {
  readonly #context: V3Context;
  readonly #call: UnaryCall;
  readonly #id: bigint;

  constructor(context: V3Context, call: UnaryCall, id: bigint) {
    this.#context = context;
    this.#call = call;
    this.#id = id;
  }

  get cancelled(): boolean {
    return this.#call.cancelled;
  }

  answered(ttl: number, grantedTtl: number, keys: readonly Uint8Array[]): void {
    const body = LeaseTimeToLiveResponse.create({
      ID: this.#id,
      TTL: ttl,
      grantedTTL: grantedTtl,
      keys: keys as Uint8Array[],
    });
    replyWith(
      this.#context,
      this.#call,
      this.#context.member.revision(),
      LeaseTimeToLiveResponse.encode(body),
    );
  }

  failed(error: EtcdError): void {
    this.#call.fail(error.code, error.message);
  }
}

/**
 * One keepalive stream. Requests are answered in the order they came, one at a time, as a client may count on; while
 * many wait, reading stops.
 */
class KeepAliveStream implements KeepAliveSink, LeaderBound {
  readonly #context: V3Context;
  readonly #stream: ServerStream;
  readonly #unbind: (() => void) | undefined;
  readonly #waiting: bigint[] = [];
  #current: bigint | undefined;
  /** Header taken before the renewal, so that a revision in it never lies behind a revocation that followed. */
  #header: Uint8Array;
  #halfClosed = false;
  #blocked = false;
  #ended = false;

  constructor(context: V3Context, stream: ServerStream) {
    this.#context = context;
    this.#stream = stream;
    this.#header = context.headers.now();
    stream.onMessage = (bytes) => this.#receive(bytes);
    stream.onHalfClose = () => {
      this.#halfClosed = true;
      this.#next();
    };
    stream.onCancel = () => this.#leave();
    stream.onDrain = () => {
      this.#blocked = false;
      this.#next();
    };
    this.#unbind = context.admission.bindToLeader(stream, this);
  }

  get cancelled(): boolean {
    return this.#ended;
  }

  renewed(ttl: number): void {
    if (this.#ended) return;
    const body = LeaseKeepAliveResponse.encode(
      LeaseKeepAliveResponse.create({ ID: this.#current as bigint, TTL: ttl }),
    );
    this.#current = undefined;
    if (!this.#stream.send([this.#header, body])) this.#blocked = true;
    this.#next();
  }

  failed(error: EtcdError): void {
    this.abort(error);
  }

  abort(error: EtcdError): void {
    if (this.#ended) return;
    this.#leave();
    this.#stream.end(error.code, error.message);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#ended) return;
    let request: LeaseKeepAliveRequest;
    try {
      request = LeaseKeepAliveRequest.decode(bytes);
    } catch (thrown) {
      this.abort(undecodable(thrown, 'stream'));
      return;
    }
    this.#waiting.push(request.ID);
    if (this.#waiting.length >= maxPendingKeepAlives) this.#stream.pause();
    this.#next();
  }

  #next(): void {
    if (this.#ended || this.#current !== undefined || this.#blocked) return;
    const id = this.#waiting.shift();
    if (id === undefined) {
      if (this.#halfClosed) {
        this.#leave();
        this.#stream.end();
      }
      return;
    }
    this.#current = id;
    if (this.#waiting.length === maxPendingKeepAlives >> 1) this.#stream.resume();
    this.#header = this.#context.headers.now();
    this.#context.member.lease.keepAlive(id, this);
  }

  #leave(): void {
    this.#ended = true;
    this.#waiting.length = 0;
    this.#unbind?.();
  }
}
