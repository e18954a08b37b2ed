// Memory and restart of a store with a million keys and half as many updates.
import { PutRequest, RequestOp, TxnRequest } from '@quorate/proto';
import { openChannels } from '../load.ts';
import type { Workload } from '../workload.ts';
import { fill, keyOf } from './key-value.ts';

const KEYS = Number(process.env['BENCH_KEYS'] ?? 1_000_000);

async function update(port: number, count: number): Promise<void> {
  const [channel] = await openChannels(port, 1);
  const value = Buffer.alloc(128, 'w');
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      const keys = new Set<number>();
      while (keys.size < 100) keys.add(Math.floor(Math.random() * KEYS));
      left -= keys.size;
      const success = [...keys].map((n) =>
        RequestOp.create({ requestPut: PutRequest.create({ key: keyOf(n), value }) }),
      );
      await channel?.unary('/etcdserverpb.KV/Txn', TxnRequest.encode(TxnRequest.create({ success })));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  channel?.close();
}

export const restart: Workload = {
  name: 'restart',
  what: `${KEYS} keys with 128-byte values, half as many updates; then SIGTERM and start until /health answers`,
  goals: { memory: '<=0.8', restart: '<=0.2' },
  once: true,
  run: async (server) => {
    await fill(server.port, KEYS);
    await update(server.port, KEYS / 2);
    const memory = server.rssMb();
    const seconds = await server.restart();
    return [
      { name: 'memory', unit: 'MB', value: memory },
      { name: 'restart', unit: 's', value: seconds },
      { name: 'memory after restart', unit: 'MB', value: server.rssMb() },
    ];
  },
};
