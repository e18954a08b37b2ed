// Load that churns: connections, watches, leases and keys come and go, in both APIs, at a steady pace that leaves the member
// idle for most of the time, so that what grows is the member's doing and not a queue's.
import { EtcdClient, V2Client, V2Error } from '@quorate/client';
import { Compare, PutRequest, RequestOp } from '@quorate/proto';
import { sleep } from '../harness/cluster.ts';

const KEYS = 20_000;
const VALUE_BYTES = 256;
/** Operations a connection lives for. */
const SESSION_OPERATIONS = 200;

/** What the load counts, for the samples. */
export interface LoadCounters {
  operations: number;
  events: number;
  connections: number;
  leases: number;
  compactions: number;
}

/** How hard. */
export interface LoadOptions {
  /** Client URLs, all members. */
  readonly endpoints: readonly string[];
  readonly workers: number;
  /** Pause after each operation of a worker. */
  readonly pauseMs: number;
  readonly compactEveryMs: number;
}

/** A load under way. */
export class Load {
  readonly counters: LoadCounters = { operations: 0, events: 0, connections: 0, leases: 0, compactions: 0 };
  readonly finished: Promise<void>;
  readonly #options: LoadOptions;
  #stopping = false;

  constructor(options: LoadOptions) {
    this.#options = options;
    const workers = Array.from({ length: options.workers }, (_, n) =>
      n % 4 === 3 ? this.#v2Worker(n) : this.#v3Worker(n),
    );
    this.finished = Promise.all([...workers, this.#compactor()]).then(() => {});
    this.finished.catch(() => {
      this.#stopping = true;
    });
  }

  /** Lets every worker end after the operation it is at. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.finished;
  }

  #endpoint(n: number): string {
    return this.#options.endpoints[n % this.#options.endpoints.length] as string;
  }

  async #pause(): Promise<void> {
    this.counters.operations++;
    await sleep(this.#options.pauseMs * (0.5 + Math.random()));
  }

  async #v3Worker(number: number): Promise<void> {
    for (let session = number; !this.#stopping; session++) {
      const client = new EtcdClient({ endpoints: [this.#endpoint(session)] });
      this.counters.connections++;
      try {
        await this.#v3Session(client, session);
      } finally {
        client.close();
      }
    }
  }

  async #v3Session(client: EtcdClient, session: number): Promise<void> {
    const watches = Array.from({ length: 1 + (session % 5) }, (_, n) =>
      client.watch(
        { key: key(randomBelow(100) * 200), rangeEnd: key(KEYS), prevKv: n % 2 === 0 },
        { onResponse: ({ events }) => (this.counters.events += events.length) },
      ),
    );
    // Some are revoked, some kept alive for a while, some left to expire.
    const { ID } = await client.lease.grant(5 + randomBelow(20));
    this.counters.leases++;
    const keeper = session % 2 === 0 ? client.lease.keepAlive(ID, { onLost: () => {} }) : undefined;
    for (let turn = 0; turn < SESSION_OPERATIONS && !this.#stopping; turn++) {
      await this.#v3Operation(client, ID);
      await this.#pause();
    }
    for (const watch of watches) watch.cancel();
    keeper?.stop();
    if (session % 3 === 0) await client.lease.revoke(ID).catch(leaseGone);
  }

  async #v3Operation(client: EtcdClient, lease: bigint): Promise<void> {
    const name = key(randomBelow(KEYS));
    const dice = Math.random();
    if (dice < 0.35) await client.kv.put(name, value());
    else if (dice < 0.6) await client.kv.get(name);
    else if (dice < 0.7) await client.kv.range({ key: name, rangeEnd: key(KEYS), limit: 100 });
    else if (dice < 0.8) await client.kv.delete(name);
    else if (dice < 0.9) {
      const requestPut = PutRequest.create({ key: name, value: value() });
      await client.kv.txn({
        compare: [Compare.create({ key: name, target: 1, result: 1 })],
        success: [RequestOp.create({ requestPut })],
        failure: [RequestOp.create({ requestPut })],
      });
    } else await client.kv.put(`leased/${randomBelow(2000)}`, value(), { lease }).catch(leaseGone);
  }

  async #v2Worker(number: number): Promise<void> {
    for (let session = number; !this.#stopping; session++) {
      const { keys } = new V2Client({ endpoints: [this.#endpoint(session)] });
      this.counters.connections++;
      for (let turn = 0; turn < SESSION_OPERATIONS && !this.#stopping; turn++) {
        const path = `/soak/${randomBelow(50)}/${randomBelow(100)}`;
        const dice = Math.random();
        if (dice < 0.5) await keys.set(path, randomText(), dice < 0.1 ? { ttl: 1 + randomBelow(30) } : {});
        else if (dice < 0.85) await keys.get(path).catch(v2KeyMissing);
        else await keys.delete(path).catch(v2KeyMissing);
        await this.#pause();
      }
    }
  }

  async #compactor(): Promise<void> {
    const client = new EtcdClient({ endpoints: this.#options.endpoints });
    try {
      for (let due = performance.now() + this.#options.compactEveryMs; !this.#stopping; await sleep(100)) {
        if (performance.now() < due) continue;
        due += this.#options.compactEveryMs;
        const { header } = await client.kv.range({ key: key(0) });
        await client.kv.compact({ revision: (header?.revision ?? 0) - 1000, physical: true });
        this.counters.compactions++;
      }
    } finally {
      client.close();
    }
  }
}

function randomBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}

function key(number: number): Buffer {
  return Buffer.from(`soak/${String(number).padStart(6, '0')}`);
}

function value(): Buffer {
  return Buffer.alloc(VALUE_BYTES, randomText());
}

function randomText(): string {
  return Math.random().toString(36);
}

/** A lease that expired while its session was busy. */
function leaseGone(error: unknown): void {
  if (!(error instanceof Error) || !error.message.includes('lease not found')) throw error;
}

function v2KeyMissing(error: unknown): void {
  if (!(error instanceof V2Error) || error.errorCode !== 100) throw error;
}
