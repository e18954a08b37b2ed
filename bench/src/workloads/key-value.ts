// The v3 key-value workloads of the architecture's table.
import { Compare, PutRequest, RangeRequest, RequestOp, TxnRequest } from '@quorate/proto';
import { grpcLoad, type LoadResult, type LoadShape, openChannels } from '../load.ts';
import type { Figure, Workload } from '../workload.ts';

const VALUE = Buffer.alloc(128, 'v');
const PUT = '/etcdserverpb.KV/Put';
const RANGE = '/etcdserverpb.KV/Range';
const TXN = '/etcdserverpb.KV/Txn';
const MANY: Omit<LoadShape, 'seconds'> = { connections: 8, inFlight: 32 };

/** Key number `n`: 16 bytes, in the order of the numbers. */
export function keyOf(n: number): Uint8Array {
  return Buffer.from(`k${String(n).padStart(15, '0')}`, 'latin1');
}

function randomKey(keys: number): Uint8Array {
  return keyOf(Math.floor(Math.random() * keys));
}

function rate(result: LoadResult): Figure[] {
  if (result.errors > 0)
    throw new Error(`${result.errors} of ${result.requests} requests failed: ${result.firstError}`);
  return [
    { name: 'throughput', unit: '/s', value: result.perSecond },
    { name: 'p99', unit: 'ms', value: result.p99 },
  ];
}

/** Writes keys 0 … count−1 with transactions of 100 puts. */
export async function fill(port: number, count: number): Promise<void> {
  const [channel] = await openChannels(port, 1);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const success = [];
      for (let n = 0; n < 100 && next < count; n++) {
        success.push(
          RequestOp.create({ requestPut: PutRequest.create({ key: keyOf(next++), value: VALUE }) }),
        );
      }
      await channel?.unary(TXN, TxnRequest.encode(TxnRequest.create({ success })));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  channel?.close();
}

export const put: Workload = {
  name: 'put',
  what: '8 connections × 32 in flight, random keys out of 1 M, 128-byte values',
  goals: { throughput: '>=3' },
  run: async ({ port }, seconds) =>
    rate(
      await grpcLoad(
        port,
        PUT,
        () => PutRequest.encode(PutRequest.create({ key: randomKey(1e6), value: VALUE })),
        {
          ...MANY,
          seconds,
        },
      ),
    ),
};

export const putOneClient: Workload = {
  name: 'put, one client',
  what: '1 connection, 1 in flight, 128-byte values',
  goals: { p50: '<=0.85' },
  run: async ({ port }, seconds) => {
    const result = await grpcLoad(
      port,
      PUT,
      () => PutRequest.encode(PutRequest.create({ key: randomKey(1e6), value: VALUE })),
      { connections: 1, inFlight: 1, seconds },
    );
    rate(result);
    return [{ name: 'p50', unit: 'ms', value: result.p50 }];
  },
};

export const get: Workload = {
  name: 'get',
  what: 'linearizable, 8 × 32 in flight, random existing keys out of 100 k',
  goals: { throughput: '>=10' },
  run: async ({ port }, seconds) => {
    await fill(port, 100_000);
    const request = (): Uint8Array => RangeRequest.encode(RangeRequest.create({ key: randomKey(100_000) }));
    return rate(await grpcLoad(port, RANGE, request, { ...MANY, seconds }));
  },
};

export const range: Workload = {
  name: 'range',
  what: '100 keys from a random key on, limit 100, out of 100 k keys, 8 × 32 in flight',
  goals: { throughput: '>=50' },
  run: async ({ port }, seconds) => {
    await fill(port, 100_000);
    const rangeEnd = Buffer.from('l');
    const request = (): Uint8Array =>
      RangeRequest.encode(RangeRequest.create({ key: randomKey(99_900), rangeEnd, limit: 100 }));
    return rate(await grpcLoad(port, RANGE, request, { ...MANY, seconds }));
  },
};

export const txn: Workload = {
  name: 'txn',
  what: 'compare version > 0, then put, else put; random keys out of 10 k, 8 × 32 in flight',
  goals: { throughput: '>=8' },
  run: async ({ port }, seconds) => {
    const request = (): Uint8Array => {
      const key = randomKey(10_000);
      const puts = [RequestOp.create({ requestPut: PutRequest.create({ key, value: VALUE }) })];
      const compare = [Compare.create({ result: 1, target: 0, key, version: 0 })];
      return TxnRequest.encode(TxnRequest.create({ compare, success: puts, failure: puts }));
    };
    return rate(await grpcLoad(port, TXN, request, { ...MANY, seconds }));
  },
};
