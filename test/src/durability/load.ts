// Mixed v2 and v3 load that runs until the server goes away.
import { Agent, request as httpRequest } from 'node:http';
import { systemClock } from '@quorate/base';
import { PutRequest, PutResponse, RequestOp, TxnRequest, TxnResponse } from '@quorate/proto';
import { connectGrpc, type GrpcChannel } from '@quorate/wire';
import type { Ledger } from './ledger.ts';

const KEYS_PER_CLIENT = 5;
/** Below it are all keys that the v2 clients write. */
export const V2_KEYS = '/v2/keys/durable';

let serial = 0;

/** Numbers the writes of the whole process, so that values are never used twice. */
function nextValue(): string {
  return `value-${serial++}`;
}

async function v3Client(
  channel: GrpcChannel,
  client: number,
  ledger: Ledger,
  stopped: () => boolean,
): Promise<void> {
  for (let turn = 0; !stopped(); turn++) {
    const value = nextValue();
    const bytes = Buffer.from(value);
    if (turn % 4 === 3) {
      const keys = [`pair/${client}/a`, `pair/${client}/b`];
      const write = ledger.begin(keys, value);
      const success = keys.map((key) =>
        RequestOp.create({ requestPut: PutRequest.create({ key: Buffer.from(key), value: bytes }) }),
      );
      const answer = await channel.unary(
        '/etcdserverpb.KV/Txn',
        TxnRequest.encode(TxnRequest.create({ success })),
      );
      ledger.acknowledge(write, TxnResponse.decode(answer).header?.revision ?? 0);
    } else {
      const key = `key/${client}/${turn % KEYS_PER_CLIENT}`;
      const write = ledger.begin([key], value);
      const put = PutRequest.encode(PutRequest.create({ key: Buffer.from(key), value: bytes }));
      const answer = await channel.unary('/etcdserverpb.KV/Put', put);
      ledger.acknowledge(write, PutResponse.decode(answer).header?.revision ?? 0);
    }
  }
}

/** Sends one v2 request. @returns status and body */
export function v2Request(
  port: number,
  method: string,
  path: string,
  body: string,
  agent: Agent,
): Promise<{ readonly status: number; readonly body: string; readonly index: number }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          'Content-Length': Buffer.byteLength(body),
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('error', reject);
        response.on('aborted', () => reject(new Error('aborted')));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: text,
            index: Number(response.headers['x-etcd-index']),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function v2Client(port: number, client: number, ledger: Ledger, stopped: () => boolean): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (let turn = 0; !stopped(); turn++) {
      const key = `${V2_KEYS}/${client}/${turn % KEYS_PER_CLIENT}`;
      const value = nextValue();
      const unanswered = ledger.v2Unanswered.get(key) ?? new Set();
      ledger.v2Unanswered.set(key, unanswered.add(value));
      const { status, body } = await v2Request(port, 'PUT', key, `value=${value}`, agent);
      if (status !== 200 && status !== 201) throw new Error(`v2 PUT answered ${status} ${body}`);
      const { node } = JSON.parse(body) as { node: { modifiedIndex: number } };
      ledger.v2Acknowledged.set(key, { value, index: node.modifiedIndex });
      ledger.v2Unanswered.set(key, new Set());
    }
  } finally {
    agent.destroy();
  }
}

/** A running load; `finished` resolves when every client has ended because the server went away or on `stop`. */
export interface RunningLoad {
  stop(): void;
  readonly finished: Promise<void>;
}

/** Starts clients of both APIs. Errors of the connection end a client; they are what the run is about. */
export async function startLoad(port: number, ledger: Ledger): Promise<RunningLoad> {
  let stopping = false;
  const stopped = (): boolean => stopping;
  const channels = Array.from({ length: 2 }, () =>
    connectGrpc({ host: '127.0.0.1', port }, { clock: systemClock }),
  );
  await Promise.all(channels.map((channel) => channel.ready()));
  const clients = [
    ...Array.from({ length: 16 }, (_, n) => v3Client(channels[n % 2] as GrpcChannel, n, ledger, stopped)),
    ...Array.from({ length: 4 }, (_, n) => v2Client(port, n, ledger, stopped)),
  ];
  return {
    stop: () => {
      stopping = true;
    },
    finished: Promise.allSettled(clients).then(() => {
      for (const channel of channels) channel.close({ force: true });
    }),
  };
}
