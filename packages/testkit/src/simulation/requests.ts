// Requests of simulated clients, made shortly.
import { latin1Key } from '@quorate/base';
import {
  Compare,
  CompareResult,
  CompareTarget,
  DeleteRangeRequest,
  PutRequest,
  RangeRequest,
  RequestOp,
  SortOrder,
  SortTarget,
  TxnRequest,
  TxnResponse,
  V2Request,
} from '@quorate/proto';
import type { RaftOp } from '@quorate/server';
import { decodeKeyValue } from '@quorate/storage';
import type { Draw } from './draw.ts';

export const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

export function op<K extends RaftOp['kind']>(
  kind: K,
  request: Extract<RaftOp, { kind: K }>['request'],
): RaftOp {
  return { kind, request, raw: undefined, requester: undefined } as unknown as RaftOp;
}

export function put(key: string, value: string, lease = 0n): PutRequest {
  return PutRequest.create({ key: bytes(key), value: bytes(value), lease });
}

/** `end` '': the one key. */
export function range(key: string, end = '', revision = 0): RangeRequest {
  return RangeRequest.create({ key: bytes(key), rangeEnd: bytes(end), revision });
}

/** A range with some of the options that there are. `newest`: a revision about which to filter. */
export function optionRange(key: string, end: string, newest: number, draw: Draw): RangeRequest {
  const some = (value: number): number => (draw.chance(0.2) ? Math.max(0, value) : 0);
  return RangeRequest.create({
    key: bytes(key),
    rangeEnd: bytes(end),
    limit: draw.pick([0, 0, 1, 2, 5]),
    sortOrder: draw.pick([SortOrder.ASCEND, SortOrder.DESCEND]),
    sortTarget: draw.pick([
      SortTarget.KEY,
      SortTarget.VERSION,
      SortTarget.CREATE,
      SortTarget.MOD,
      SortTarget.VALUE,
    ]),
    keysOnly: draw.chance(0.2),
    countOnly: draw.chance(0.1),
    minModRevision: some(newest - draw.whole(0, 40)),
    maxModRevision: some(newest - draw.whole(0, 20)),
    minCreateRevision: some(newest - draw.whole(0, 60)),
    maxCreateRevision: some(newest - draw.whole(0, 20)),
  });
}

export function optionText(request: RangeRequest): string {
  const { limit, sortOrder, sortTarget, keysOnly, countOnly } = request;
  const { minModRevision, maxModRevision, minCreateRevision, maxCreateRevision } = request;
  const order = `limit ${limit} order ${sortOrder}/${sortTarget}`;
  const filters = `mod ${minModRevision}..${maxModRevision} create ${minCreateRevision}..${maxCreateRevision}`;
  return `${order} ${filters}${keysOnly ? ' keys only' : ''}${countOnly ? ' count only' : ''}`;
}

export function deletion(key: string, end = ''): DeleteRangeRequest {
  return DeleteRangeRequest.create({ key: bytes(key), rangeEnd: bytes(end), prevKv: true });
}

/** Puts `value` if the key holds `expected` (undefined: does not exist), else reads it. */
export function swap(key: string, expected: string | undefined, value: string): TxnRequest {
  const compare =
    expected === undefined
      ? { result: CompareResult.EQUAL, target: CompareTarget.VERSION, key: bytes(key), version: 0 }
      : { result: CompareResult.EQUAL, target: CompareTarget.VALUE, key: bytes(key), value: bytes(expected) };
  return TxnRequest.create({
    compare: [Compare.create(compare)],
    success: [RequestOp.create({ requestPut: put(key, value) })],
    failure: [RequestOp.create({ requestRange: range(key) })],
  });
}

export function putAll(pairs: readonly (readonly [key: string, value: string])[]): TxnRequest {
  return TxnRequest.create({
    success: pairs.map(([key, value]) => RequestOp.create({ requestPut: put(key, value) })),
  });
}

export function v2(method: string, path: string, rest: Partial<V2Request> = {}): V2Request {
  return V2Request.create({ method, path: `/1${path}`, ...rest });
}

/** The value that a failed swap read; undefined when there was none. */
export function swapRead(responses: Uint8Array): string | undefined {
  const kv = TxnResponse.decode(responses).responses[0]?.responseRange?.kvs[0];
  return kv === undefined ? undefined : latin1Key(kv.value);
}

export function keyOfRecord(kv: Uint8Array): string {
  return latin1Key(decodeKeyValue(kv).key);
}

export function valueOfRecord(kv: Uint8Array): string {
  return latin1Key(decodeKeyValue(kv).value);
}
