// What must hold after a crash: every acknowledged write is there once and at its revision, nothing appears twice,
// transactions are whole, revisions never went back, and the hash is the one of the surviving history.
import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { crc32c, systemClock } from '@quorate/base';
import {
  HashKVRequest,
  HashKVResponse,
  KeyValue,
  RangeRequest,
  RangeResponse,
  WatchCreateRequest,
  WatchRequest,
  WatchResponse,
} from '@quorate/proto';
import { connectGrpc, type GrpcChannel } from '@quorate/wire';
import type { Ledger } from './ledger.ts';
import { V2_KEYS, v2Request } from './load.ts';

/** One change as a watch from the beginning replays it. */
interface HistoryEvent {
  readonly key: string;
  readonly value: string;
  readonly revision: number;
  readonly kv: KeyValue;
}

/** Replays all events of the store by a watch from revision 1. */
function replay(channel: GrpcChannel, upTo: number): Promise<HistoryEvent[]> {
  return new Promise((resolve, reject) => {
    const history: HistoryEvent[] = [];
    if (upTo <= 1) return resolve(history);
    const stream = channel.stream('/etcdserverpb.Watch/Watch');
    stream.onEnd = ({ code, message }) => reject(new Error(`watch ended with ${code} ${message}`));
    stream.onMessage = (bytes) => {
      const { events } = WatchResponse.decode(bytes);
      for (const { kv } of events) {
        assert.ok(kv !== undefined, 'an event carries its key');
        history.push({
          key: Buffer.from(kv.key).toString(),
          value: Buffer.from(kv.value).toString(),
          revision: kv.modRevision,
          kv,
        });
      }
      if ((history.at(-1)?.revision ?? 0) >= upTo) {
        stream.onEnd = undefined;
        stream.cancel();
        resolve(history);
      }
    };
    const createRequest = WatchCreateRequest.create({
      key: Uint8Array.of(0),
      rangeEnd: Uint8Array.of(0),
      startRevision: 1,
    });
    stream.send(WatchRequest.encode(WatchRequest.create({ createRequest })));
  });
}

/** HashKV as etcd defines it, computed from the replayed history (puts only, never compacted). */
function hashOf(history: readonly HistoryEvent[]): number {
  let hash = crc32c(Buffer.from('key'));
  let [main, sub] = [0, 0];
  for (const { kv } of history) {
    sub = kv.modRevision === main ? sub + 1 : 0;
    main = kv.modRevision;
    const revision = Buffer.alloc(17);
    revision.writeBigUInt64BE(BigInt(main), 0);
    revision.write('_', 8);
    revision.writeBigUInt64BE(BigInt(sub), 9);
    hash = crc32c(KeyValue.encode(kv), crc32c(revision, hash));
  }
  return hash;
}

/** What a verification found out, for the report. */
export interface Verified {
  readonly revision: number;
  readonly events: number;
}

/** Checks a freshly restarted member against what its clients know. @throws AssertionError */
export async function verify(port: number, ledger: Ledger): Promise<Verified> {
  const channel = connectGrpc({ host: '127.0.0.1', port }, { clock: systemClock });
  try {
    const all = RangeRequest.create({ key: Uint8Array.of(0), rangeEnd: Uint8Array.of(0) });
    const now = RangeResponse.decode(await channel.unary('/etcdserverpb.KV/Range', RangeRequest.encode(all)));
    const revision = now.header?.revision ?? 0;
    assert.ok(
      revision >= ledger.highestRevision,
      `revision went back from ${ledger.highestRevision} to ${revision}`,
    );
    const history = await replay(channel, revision);

    const places = new Map<string, HistoryEvent[]>();
    let before = 1;
    for (const event of history) {
      assert.ok(
        event.revision === before || event.revision === before + 1,
        `gap in revisions after ${before}`,
      );
      before = event.revision;
      places.set(event.value, [...(places.get(event.value) ?? []), event]);
    }
    const known = new Set<string>();
    for (const write of ledger.writes) {
      known.add(write.value);
      const found = places.get(write.value) ?? [];
      if (found.length === 0) {
        assert.equal(
          write.revision,
          0,
          `acknowledged write ${write.value} at revision ${write.revision} is lost`,
        );
        continue;
      }
      assert.deepEqual(
        found.map(({ key }) => key),
        [...write.keys],
        `write ${write.value} is there once and whole`,
      );
      const revisions = new Set(found.map((event) => event.revision));
      assert.equal(revisions.size, 1, `txn ${write.value} is one revision`);
      if (write.revision > 0)
        assert.ok(revisions.has(write.revision), `${write.value} moved to another revision`);
    }
    for (const value of places.keys()) assert.ok(known.has(value), `nobody wrote ${value}`);

    const last = new Map(history.map((event) => [event.key, event.value]));
    assert.deepEqual(
      new Map(now.kvs.map(({ key, value }) => [Buffer.from(key).toString(), Buffer.from(value).toString()])),
      new Map([...last].sort()),
      'the current state is the end of the history',
    );
    const hashRequest = HashKVRequest.encode(HashKVRequest.create({ revision }));
    const { hash } = HashKVResponse.decode(
      await channel.unary('/etcdserverpb.Maintenance/HashKV', hashRequest),
    );
    assert.equal(hash, hashOf(history), 'HashKV is that of the history');
    await verifyV2(port, ledger);
    ledger.highestRevision = revision;
    return { revision, events: history.length };
  } finally {
    channel.close({ force: true });
  }
}

/** A node as the v2 API shows it. */
interface V2Node {
  readonly key: string;
  readonly value?: string;
  readonly modifiedIndex: number;
  readonly nodes?: readonly V2Node[];
}

function* leavesOf(node: V2Node): Generator<V2Node> {
  if (node.value !== undefined) yield node;
  for (const child of node.nodes ?? []) yield* leavesOf(child);
}

/** All keys of the load, read at once. */
async function readV2(port: number): Promise<Map<string, V2Node>> {
  const agent = new Agent({ keepAlive: true });
  try {
    const { status, body } = await v2Request(port, 'GET', `${V2_KEYS}?recursive=true`, '', agent);
    if (status === 404) return new Map();
    assert.equal(status, 200, `the v2 keys cannot be read: ${body}`);
    const { node } = JSON.parse(body) as { node: V2Node };
    return new Map([...leavesOf(node)].map((leaf) => [`/v2/keys${leaf.key}`, leaf]));
  } finally {
    agent.destroy();
  }
}

async function verifyV2(port: number, ledger: Ledger): Promise<void> {
  const nodes = await readV2(port);
  for (const key of nodes.keys()) assert.ok(ledger.v2Unanswered.has(key), `nobody wrote ${key}`);
  for (const [key, unanswered] of ledger.v2Unanswered) {
    const acknowledged = ledger.v2Acknowledged.get(key);
    const node = nodes.get(key);
    if (node === undefined) {
      assert.equal(acknowledged, undefined, `acknowledged v2 write of ${key} is lost`);
      continue;
    }
    const value = node.value ?? '';
    if (value === acknowledged?.value) {
      assert.equal(node.modifiedIndex, acknowledged.index, `v2 index of ${key}`);
    } else {
      assert.ok(unanswered.has(value), `${key} holds ${value}, which nobody just wrote`);
      assert.ok(node.modifiedIndex > (acknowledged?.index ?? 0), `v2 index of ${key} went back`);
      ledger.v2Acknowledged.set(key, { value, index: node.modifiedIndex });
    }
    ledger.v2Unanswered.set(key, new Set());
  }
}
