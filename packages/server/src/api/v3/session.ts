// What Lock and Election do to the store on behalf of a caller, as steps that can be awaited and called off. These
// services are rare and long-lived, so promises are fine here.
import { assert, EtcdError, errors, prefixRangeEnd, utf8Bytes } from '@quorate/base';
import {
  Compare,
  CompareResult,
  CompareTarget,
  DeleteRangeRequest,
  KeyValue,
  LeaseGrantRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  type ResponseOp,
  SortOrder,
  SortTarget,
  type TxnRequest,
  TxnResponse,
} from '@quorate/proto';
import { EventType, type WatchEvent, type Watcher } from '@quorate/storage';
import { checkDeleteRange, checkTxnShape } from '../../apply/request-shape.ts';
import type { ApplyResult, RaftOp, TxnResult } from '../../member/seam.ts';
import type { V3Context } from './context.ts';
import { defaultSessionTtlSeconds } from './limits.ts';
import { refusalOf } from './mvcc-errors.ts';
import { checkOverlaps } from './txn-overlap.ts';

/** A call that can be called off while it waits. */
export interface Cancellation {
  readonly cancelled: boolean;
  /** Called when the call is cancelled; undefined takes the listener off again. */
  onCancelled: (() => void) | undefined;
}

/** What a txn answered. */
export interface TxnOutcome {
  readonly revision: number;
  readonly succeeded: boolean;
  readonly responses: readonly ResponseOp[];
}

/** What a read of keys answered. */
export interface ReadOutcome {
  readonly revision: number;
  readonly kvs: readonly KeyValue[];
}

/** One caller's session on the store. */
export class Session {
  readonly #context: V3Context;
  readonly #cancellation: Cancellation;

  constructor(context: V3Context, cancellation: Cancellation) {
    this.#context = context;
    this.#cancellation = cancellation;
  }

  get cancelled(): boolean {
    return this.#cancellation.cancelled;
  }

  /** The caller's lease, or a new one when it brings none. */
  async lease(id: bigint): Promise<bigint> {
    if (id !== 0n) return id;
    const request = LeaseGrantRequest.create({ TTL: defaultSessionTtlSeconds });
    const result = await this.#propose({ kind: 'leaseGrant', request, raw: undefined, requester: undefined });
    assert(result.kind === 'leaseGrant', 'a grant answers with a grant');
    return result.id;
  }

  /** A txn, checked as one from outside: its keys come from the caller. @throws EtcdError */
  async txn(request: TxnRequest): Promise<TxnOutcome> {
    const failure = checkTxnShape(request, this.#context.options.maxTxnOps) ?? checkOverlaps(request);
    if (failure !== undefined) throw failure;
    const result = await this.#propose({ kind: 'txn', request, raw: undefined, requester: undefined });
    const { revision, succeeded, responses } = result as TxnResult;
    return { revision, succeeded, responses: TxnResponse.decode(responses).responses };
  }

  /** Deletes one key. @returns the revision @throws EtcdError */
  async delete(key: Uint8Array): Promise<number> {
    const request = DeleteRangeRequest.create({ key });
    const failure = checkDeleteRange(request);
    if (failure !== undefined) throw failure;
    const result = await this.#propose({
      kind: 'deleteRange',
      request,
      raw: undefined,
      requester: undefined,
    });
    return result.revision;
  }

  /** A linearizable read. @throws EtcdError */
  async read(request: RangeRequest): Promise<ReadOutcome> {
    await this.#barrier();
    try {
      const { revision, kvs } = this.#context.member.range(request);
      return { revision, kvs: kvs.map((kv) => KeyValue.decode(kv)) };
    } catch (thrown) {
      throw refusalOf(thrown);
    }
  }

  /**
   * Waits until no key under the prefix is older than `createRevision`: the moment at which the key made then is
   * first in line. @returns the revision of the read that found it so
   */
  async waitForTurn(prefix: Uint8Array, createRevision: number): Promise<number> {
    for (;;) {
      const newestBefore = await this.read(
        RangeRequest.create({
          key: prefix,
          rangeEnd: prefixRangeEnd(prefix),
          maxCreateRevision: createRevision - 1,
          sortTarget: SortTarget.CREATE,
          sortOrder: SortOrder.DESCEND,
          limit: 1,
        }),
      );
      const [predecessor] = newestBefore.kvs;
      if (predecessor === undefined) return newestBefore.revision;
      await this.waitForEvent(predecessor.key, undefined, newestBefore.revision + 1, isDelete);
    }
  }

  /**
   * Waits for the first event at or after `revision` that `accepts` it. `rangeEnd` undefined: one key. When the
   * revision has been compacted meanwhile, undefined comes back: look again.
   * @throws EtcdError when the call is cancelled
   */
  waitForEvent(
    key: Uint8Array,
    rangeEnd: Uint8Array | undefined,
    startRevision: number,
    accepts: (event: WatchEvent) => boolean,
  ): Promise<WatchEvent | undefined> {
    const { watchHub } = this.#context.member.kv;
    const cancellation = this.#cancellation;
    return new Promise((resolve, reject) => {
      if (cancellation.cancelled) {
        reject(errors.requestCanceled);
        return;
      }
      let watcher: Watcher | undefined;
      const leave = (): void => {
        cancellation.onCancelled = undefined;
        if (watcher !== undefined) watchHub.cancel(watcher);
      };
      watcher = watchHub.watch(
        {
          key,
          rangeEnd: rangeEnd ?? noBytes,
          startRevision,
          noPut: false,
          noDelete: false,
          prevKv: false,
        },
        {
          events: (_watchers, events) => {
            const found = events.find(accepts);
            if (found === undefined) return true;
            leave();
            resolve(found);
            return true;
          },
          compacted: () => {
            cancellation.onCancelled = undefined;
            resolve(undefined);
          },
        },
      );
      cancellation.onCancelled = () => {
        leave();
        reject(errors.requestCanceled);
      };
    });
  }

  #barrier(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#context.member.readBarrier({ cancelled: false, ready: resolve, failed: reject });
    });
  }

  #propose(op: RaftOp): Promise<ApplyResult> {
    return new Promise((resolve, reject) => {
      this.#context.member.propose(op, { cancelled: false, done: resolve, failed: reject });
    });
  }
}

const noBytes = new Uint8Array(0);

/** Accepts deletions. */
export function isDelete(event: WatchEvent): boolean {
  return event.type === EventType.delete;
}

/** The prefix under which waiters of `name` line up. */
export function waitersPrefix(name: Uint8Array): Uint8Array {
  return Buffer.concat([name, Buffer.from('/')]);
}

/** The key of a waiter: prefix and lease id in hexadecimal, as Go's %x prints a signed 64-bit number. */
export function waiterKey(prefix: Uint8Array, lease: bigint): Uint8Array {
  return Buffer.concat([prefix, utf8Bytes(BigInt.asIntN(64, lease).toString(16))]);
}

/** Compares a key's create revision with a number; 0 means that there is no such key. */
export function createRevisionIs(key: Uint8Array, createRevision: number): Compare {
  return Compare.create({
    key,
    target: CompareTarget.CREATE,
    result: CompareResult.EQUAL,
    createRevision,
  });
}

/** A put bound to a lease, as an operation of a txn. */
export function putOp(key: Uint8Array, value: Uint8Array, lease: bigint): RequestOp {
  return RequestOp.create({ requestPut: PutRequest.create({ key, value, lease }) });
}

/** A read of one key, as an operation of a txn. */
export function getOp(key: Uint8Array): RequestOp {
  return RequestOp.create({ requestRange: RangeRequest.create({ key }) });
}

/** A read of the oldest key under a prefix. */
export function oldestUnder(prefix: Uint8Array): RangeRequest {
  return RangeRequest.create({
    key: prefix,
    rangeEnd: prefixRangeEnd(prefix),
    sortTarget: SortTarget.CREATE,
    sortOrder: SortOrder.ASCEND,
    limit: 1,
  });
}

/** The error of a waiter whose key is gone when its turn comes. */
export function plainError(text: string): EtcdError {
  return new EtcdError(2, text);
}
