/**
 * What locks and elections share, as etcd's client libraries agree on it: each candidate creates a key
 * `<name>/<lease in hex>` under its lease; the key created first holds; a candidate waits until no older key is left.
 */
import {
  Compare,
  CompareTarget,
  EventType,
  type KeyValue,
  PutRequest,
  RangeRequest,
  RequestOp,
  type ResponseHeader,
  SortOrder,
  SortTarget,
  TxnRequest,
  type WatchResponse,
} from '@quorate/proto';
import type { EtcdClient } from './client.ts';
import { prefixRange } from './range.ts';
import type { Session } from './session.ts';

/** A candidate's place in the queue. */
export interface Place {
  readonly key: Uint8Array;
  readonly createRevision: number;
  readonly header: ResponseHeader | undefined;
  /** The key that holds at the moment, if any does. */
  readonly owner: KeyValue | undefined;
  /** False if the candidate's key was there already. */
  readonly entered: boolean;
  /** What the candidate's key held if it was there already. */
  readonly value: Uint8Array;
}

/** A condition that the key was created at this revision (0: does not exist). */
export function createdAt(key: Uint8Array, revision: number): Compare {
  return Compare.create({ key, target: CompareTarget.CREATE, createRevision: revision });
}

/** Range of the oldest key of a queue. */
export function oldestOf(prefix: Uint8Array): RangeRequest {
  return RangeRequest.create({
    ...prefixRange(prefix),
    sortTarget: SortTarget.CREATE,
    sortOrder: SortOrder.ASCEND,
    limit: 1,
  });
}

/** Takes a place in the queue, or finds the one the session's lease already has. */
export async function enter(session: Session, prefix: Uint8Array, value: Uint8Array): Promise<Place> {
  const key = Buffer.concat([prefix, Buffer.from(BigInt.asUintN(64, session.leaseId).toString(16))]);
  const put = RequestOp.create({ requestPut: PutRequest.create({ key, value, lease: session.leaseId }) });
  const get = RequestOp.create({ requestRange: RangeRequest.create({ key }) });
  const owner = RequestOp.create({ requestRange: oldestOf(prefix) });
  const request = TxnRequest.create({
    compare: [createdAt(key, 0)],
    success: [put, owner],
    failure: [get, owner],
  });
  const response = await session.client.kv.txn(request);
  const present = response.responses[0]?.responseRange?.kvs[0];
  return {
    key,
    createRevision: response.succeeded ? (response.header?.revision ?? 0) : (present?.createRevision ?? 0),
    header: response.header,
    owner: response.responses[1]?.responseRange?.kvs[0],
    entered: response.succeeded,
    value: present?.value ?? value,
  };
}

/** Waits until no key of the queue is older than the revision. Rejects when the signal fires. */
export async function waitForTurn(
  client: EtcdClient,
  prefix: Uint8Array,
  createRevision: number,
  signal: AbortSignal | undefined,
): Promise<ResponseHeader | undefined> {
  for (;;) {
    signal?.throwIfAborted();
    const response = await client.kv.range({
      ...prefixRange(prefix),
      sortTarget: SortTarget.CREATE,
      sortOrder: SortOrder.DESCEND,
      limit: 1,
      maxCreateRevision: createRevision - 1,
    });
    const before = response.kvs[0];
    if (before === undefined) return response.header;
    await waitForDelete(client, before.key, (response.header?.revision ?? 0) + 1, signal);
  }
}

/** Waits until the key is deleted at or after the revision. */
function waitForDelete(
  client: EtcdClient,
  key: Uint8Array,
  startRevision: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const watch = client.watch(
      { key, startRevision },
      {
        requireLeader: true,
        onResponse: (response: WatchResponse) => {
          const deleted = response.events.some((event) => event.type === EventType.DELETE);
          // A cancelled watch (compaction) tells nothing: the caller looks again.
          if (deleted || response.canceled) finish(resolve);
        },
      },
    );
    const aborted = (): void => finish(() => reject(signal?.reason as Error));
    const finish = (then: () => void): void => {
      signal?.removeEventListener('abort', aborted);
      watch.cancel();
      then();
    };
    signal?.addEventListener('abort', aborted, { once: true });
  });
}
