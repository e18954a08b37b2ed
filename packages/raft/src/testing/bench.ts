// Cost of the hot path in memory: node packages/raft/dist/testing/bench.js [entries per batch]
import { seededRandom } from '@quorate/base';
import { emptySnapshot, newEntry } from '../messages.ts';
import { RawNode } from '../raw-node.ts';
import { MemoryStorage } from '../storage.ts';
import type { Entry, Message } from '../types.ts';

const TOTAL_ENTRIES = 2_000_000;
const COMPACT_EVERY = 10_000;
const CATCH_UP_ENTRIES = 5_000;

interface Node {
  readonly raw: RawNode;
  readonly storage: MemoryStorage;
  compactedAt: number;
  applied: number;
}

function makeNodes(count: number): Node[] {
  const ids = Array.from({ length: count }, (_, at) => BigInt(at + 1));
  return ids.map((id) => {
    const storage = new MemoryStorage();
    const snapshot = emptySnapshot();
    snapshot.metadata.index = 1;
    snapshot.metadata.term = 1;
    snapshot.metadata.confState.voters.push(...ids);
    storage.applySnapshot(snapshot);
    const raw = new RawNode({
      id,
      storage,
      random: seededRandom(Number(id)),
      electionTicks: 10,
      heartbeatTicks: 1,
      maxInflightMessages: 512,
      maxSizePerMessage: 1024 * 1024,
      checkQuorum: true,
      preVote: true,
    });
    return { raw, storage, compactedAt: 1, applied: 1 };
  });
}

function settle(nodes: readonly Node[]): void {
  let air: Message[] = [];
  for (;;) {
    let busy = false;
    for (const node of nodes) {
      while (node.raw.hasReady()) {
        busy = true;
        const ready = node.raw.ready();
        node.storage.append(ready.entries);
        const last = ready.committedEntries[ready.committedEntries.length - 1];
        if (last !== undefined) {
          node.applied = last.index;
          if (last.index - node.compactedAt > COMPACT_EVERY + CATCH_UP_ENTRIES) {
            node.compactedAt = last.index - CATCH_UP_ENTRIES;
            node.storage.compact(node.compactedAt);
          }
        }
        for (const message of ready.messages) air.push(message);
        node.raw.advance();
      }
    }
    const arriving = air;
    air = [];
    for (const message of arriving) (nodes[Number(message.to) - 1] as Node).raw.step(message);
    if (!busy && arriving.length === 0) return;
  }
}

function measure(nodeCount: number, batch: number): number {
  const nodes = makeNodes(nodeCount);
  const leader = nodes[0] as Node;
  leader.raw.campaign();
  settle(nodes);
  const data = new Uint8Array(128);
  const rounds = Math.ceil(TOTAL_ENTRIES / nodeCount / batch);
  let spent = 0n;
  for (let round = 0; round < rounds; round++) {
    const entries: Entry[] = [];
    for (let at = 0; at < batch; at++) entries.push(newEntry(0, data));
    const before = process.hrtime.bigint();
    leader.raw.proposeEntries(entries);
    settle(nodes);
    spent += process.hrtime.bigint() - before;
  }
  for (const node of nodes) if (node.applied !== leader.applied) throw new Error('a node fell behind');
  return Number(spent) / (rounds * batch);
}

const batches = process.argv[2] === undefined ? [1, 32, 256, 1024] : [Number(process.argv[2])];
for (const nodes of [1, 3]) {
  for (const batch of batches) {
    measure(nodes, batch);
    const cost = measure(nodes, batch);
    console.log(
      `${nodes} voter(s), ${String(batch).padStart(5)} entries a batch: ${cost.toFixed(0).padStart(6)} ns an entry (all nodes together)`,
    );
  }
}
