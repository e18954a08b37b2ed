// A cluster in memory with an adversary for tests: messages are lost, repeated and reordered, nodes crash at any
// point between two writes and restart from what they had stored. After every event the safety properties of the
// Raft paper (figure 3) are checked; a violation throws.
import { assert, type Random, seededRandom, utf8Bytes, utf8Text } from '@quorate/base';
import { RaftMessage } from '@quorate/proto';
import { type AnyConfChange, decodeConfChangeEntry } from '../confchange/codec.ts';
import type { Config } from '../config.ts';
import { emptyConfState, emptySnapshot, isEmptyHardState, isLocalTarget } from '../messages.ts';
import { RawNode } from '../raw-node.ts';
import { type InitialState, MemoryStorage } from '../storage.ts';
import type { ConfState, Entry, HardState, Message, ReadState, Snapshot } from '../types.ts';
import { MessageType } from '../types.ts';

/** What a node keeps across crashes: its log, hard state, and state machine with the index it covers. */
export class DurableState extends MemoryStorage {
  hardState: HardState = { term: 0, vote: 0n, commit: 0 };
  applied = 0;
  appliedTerm = 0;
  /** A digest of everything applied, in order. */
  digest = '';
  confState: ConfState = emptyConfState();

  override initialState(): InitialState {
    return { hardState: this.hardState, confState: this.confState };
  }

  /** The state machine as it is now. */
  override snapshot(): Snapshot {
    return {
      data: utf8Bytes(this.digest),
      metadata: { confState: this.confState, index: this.applied, term: this.appliedTerm },
    };
  }

  restore(snapshot: Snapshot): void {
    this.applySnapshot(snapshot);
    this.applied = snapshot.metadata.index;
    this.appliedTerm = snapshot.metadata.term;
    this.confState = snapshot.metadata.confState;
    this.digest = utf8Text(snapshot.data);
  }
}

/** Rolls a payload into a digest. */
function roll(digest: string, entry: Entry): string {
  let hash = 0x811c9dc5;
  const text = `${digest}/${entry.term}/${entry.index}/${entry.type}`;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  for (const byte of entry.data) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16);
}

/** One node; `raw` is undefined while it is down. */
export class SimulatedNode {
  readonly id: bigint;
  readonly durable = new DurableState();
  readonly #cluster: Cluster;
  raw: RawNode | undefined;
  /** Work of the storage threads in progress, lost in a crash. */
  appendWork: Message[] = [];
  applyWork: Message[] = [];
  readStates: ReadState[] = [];
  #lastCommitted = 0;
  #lastTerm = 0;

  constructor(id: bigint, cluster: Cluster) {
    this.id = id;
    this.#cluster = cluster;
  }

  start(): void {
    const { settings, random } = this.#cluster;
    this.raw = new RawNode({
      electionTicks: 10,
      heartbeatTicks: 1,
      maxInflightMessages: 4,
      maxSizePerMessage: 128,
      ...settings,
      id: this.id,
      storage: this.durable,
      random,
      applied: this.durable.applied,
    });
    this.#lastCommitted = 0;
    assert(
      this.raw.term >= this.#lastTerm || this.raw.term === this.durable.hardState.term,
      'term is restored',
    );
    this.#lastTerm = this.raw.term;
  }

  crash(): void {
    this.raw = undefined;
    this.appendWork = [];
    this.applyWork = [];
  }

  /** Handles one Ready; `crashAt` stops half-way, before or after the write. */
  handleReady(crashAt?: 'before-write' | 'after-write'): void {
    const raw = this.raw;
    if (raw === undefined || !raw.hasReady()) return;
    const ready = raw.ready();
    this.readStates.push(...ready.readStates);
    if (crashAt === 'before-write') {
      this.crash();
      return;
    }
    if (this.#cluster.settings.asyncStorageWrites !== true) {
      this.write(ready.hardState, ready.entries, ready.snapshot);
      if (crashAt === 'after-write') {
        this.crash();
        return;
      }
      this.apply(ready.committedEntries);
    }
    for (const message of ready.messages) {
      if (!isLocalTarget(message.to)) this.#cluster.post(message);
      else if (message.type === MessageType.MsgStorageAppend) this.appendWork.push(message);
      else this.applyWork.push(message);
    }
    if (this.#cluster.settings.asyncStorageWrites !== true) raw.advance();
    this.observe();
  }

  /** Lets one storage thread do one piece of work. */
  handleStorage(thread: 'append' | 'apply'): void {
    const work = (thread === 'append' ? this.appendWork : this.applyWork).shift();
    if (work === undefined) return;
    if (thread === 'append') {
      this.write({ term: work.term, vote: work.vote, commit: work.commit }, work.entries, work.snapshot);
    } else {
      this.apply(work.entries);
    }
    for (const response of work.responses) {
      if (response.to === this.id) this.step(response);
      else this.#cluster.post(response);
    }
  }

  step(message: Message): void {
    this.raw?.step(message);
    this.observe();
  }

  write(hardState: HardState | undefined, entries: readonly Entry[], snapshot: Snapshot | undefined): void {
    if (snapshot !== undefined) this.durable.restore(snapshot);
    this.durable.append(entries);
    if (hardState === undefined || isEmptyHardState(hardState)) return;
    const old = this.durable.hardState;
    assert(hardState.term >= old.term, 'the stored term never decreases');
    assert(
      hardState.term > old.term || old.vote === 0n || hardState.vote === old.vote,
      'a node votes once a term',
    );
    this.durable.hardState = hardState;
  }

  apply(entries: readonly Entry[]): void {
    for (const entry of entries) {
      assert(entry.index === this.durable.applied + 1, 'entries are applied in order, each once');
      const change = decodeConfChangeEntry(entry);
      if (change !== undefined && this.raw !== undefined) {
        this.durable.confState = this.raw.applyConfChange(change);
      }
      this.durable.applied = entry.index;
      this.durable.appliedTerm = entry.term;
      this.durable.digest = roll(this.durable.digest, entry);
      this.#cluster.checkApplied(this, entry);
    }
  }

  /** Checks what may be said of this node alone, and reports a new leader. */
  observe(): void {
    const { raw } = this;
    if (raw === undefined) return;
    assert(raw.committed >= this.#lastCommitted, 'the commit index never decreases');
    assert(raw.term >= this.#lastTerm, 'the term never decreases');
    assert(raw.applied <= raw.committed, 'nothing is applied before it is committed');
    this.#lastCommitted = raw.committed;
    this.#lastTerm = raw.term;
    if (raw.isLeader) this.#cluster.checkLeader(this, raw);
  }
}

export type ClusterSettings = Partial<Omit<Config, 'id' | 'storage' | 'random' | 'applied'>>;

const FIRST_INDEX = 1;

/** Nodes, the messages between them, and the checks that involve more than one node. */
export class Cluster {
  readonly nodes = new Map<bigint, SimulatedNode>();
  readonly settings: ClusterSettings;
  readonly random: Random;
  air: Message[] = [];
  /** Link from → to that loses everything. */
  readonly cut = new Set<string>();
  readonly #leaderOfTerm = new Map<number, bigint>();
  /** Last index of a leader in its term: its own log only grows. */
  readonly #leaderLog = new Map<number, { readonly terms: number[]; readonly first: number }>();
  /** Committed entries as the first node to apply them saw them. */
  readonly #committed = new Map<number, { readonly term: number; readonly digest: string }>();
  #lastCommitted = FIRST_INDEX;

  /** The first `voters` of `size` nodes form the group; the others wait with an empty log. */
  constructor(size: number, settings: ClusterSettings = {}, seed = 1, voters = size) {
    this.settings = settings;
    this.random = seededRandom(seed);
    const snapshot = emptySnapshot();
    snapshot.metadata.index = FIRST_INDEX;
    snapshot.metadata.term = 1;
    for (let id = 1n; id <= voters; id++) snapshot.metadata.confState.voters.push(id);
    for (let id = 1n; id <= size; id++) {
      const node = new SimulatedNode(id, this);
      if (id <= voters) node.durable.restore(snapshot);
      node.start();
      this.nodes.set(id, node);
    }
  }

  node(id: number): SimulatedNode {
    return this.nodes.get(BigInt(id)) as SimulatedNode;
  }

  raw(id: number): RawNode {
    const { raw } = this.node(id);
    assert(raw !== undefined, `node ${id} is down`);
    return raw;
  }

  /** Highest index that any node has applied. */
  get lastCommitted(): number {
    return this.#lastCommitted;
  }

  get leader(): SimulatedNode | undefined {
    let best: SimulatedNode | undefined;
    for (const node of this.nodes.values()) {
      if (node.raw?.isLeader && (best?.raw === undefined || node.raw.term > best.raw.term)) best = node;
    }
    return best;
  }

  post(message: Message): void {
    // Encoded and decoded: nothing may be shared between nodes but bytes.
    if (!this.cut.has(`${message.from}-${message.to}`))
      this.air.push(RaftMessage.decode(RaftMessage.encode(message)));
  }

  deliver(message: Message): void {
    if (this.cut.has(`${message.from}-${message.to}`)) return;
    this.nodes.get(message.to)?.step(message);
  }

  isolate(...ids: number[]): void {
    for (const inside of ids) {
      for (const other of this.nodes.keys()) {
        if (ids.includes(Number(other))) continue;
        this.cut.add(`${inside}-${other}`);
        this.cut.add(`${other}-${inside}`);
      }
    }
  }

  heal(): void {
    this.cut.clear();
  }

  /** Lets everything happen, in order, until nothing is left to do. */
  settle(): void {
    for (;;) {
      let busy = false;
      for (const node of this.nodes.values()) {
        while (node.raw?.hasReady()) {
          node.handleReady();
          busy = true;
        }
        while (node.appendWork.length > 0) {
          node.handleStorage('append');
          busy = true;
        }
        while (node.applyWork.length > 0) {
          node.handleStorage('apply');
          busy = true;
        }
      }
      const arriving = this.air;
      this.air = [];
      for (const message of arriving) this.deliver(message);
      if (!busy && arriving.length === 0) return;
    }
  }

  tickAll(): void {
    for (const node of this.nodes.values()) {
      node.raw?.tick();
      node.observe();
    }
  }

  campaign(id: number): void {
    this.raw(id).campaign();
    this.settle();
  }

  /** Proposes on a node and lets it settle; returns whether it was taken. */
  propose(id: number, data: string): boolean {
    const refusal = this.raw(id).propose(utf8Bytes(data));
    this.settle();
    return refusal === undefined;
  }

  proposeConfChange(id: number, change: AnyConfChange): void {
    this.raw(id).proposeConfChange(change);
    this.settle();
  }

  // --- the safety properties of figure 3 -----------------------------------------------------------------------

  /** Election Safety, Leader Append-Only and Leader Completeness. */
  checkLeader(node: SimulatedNode, raw: RawNode): void {
    const { term } = raw;
    const known = this.#leaderOfTerm.get(term);
    assert(known === undefined || known === node.id, `two leaders in term ${term}: ${known} and ${node.id}`);
    const { log } = raw.raft;
    const before = this.#leaderLog.get(term);
    if (known === undefined) {
      this.#leaderOfTerm.set(term, node.id);
      for (const [index, committed] of this.#committed) {
        if (index < log.firstIndex()) continue;
        assert(log.term(index) === committed.term, `leader of term ${term} lacks committed entry ${index}`);
      }
    } else if (before !== undefined) {
      assert(log.lastIndex() >= before.first + before.terms.length - 1, 'a leader never shortens its log');
    }
    const first = log.firstIndex();
    const last = log.lastIndex();
    if (before === undefined || last > before.first + before.terms.length - 1) {
      const terms: number[] = [];
      for (let index = first; index <= last; index++) terms.push(log.term(index));
      if (before !== undefined) {
        for (let index = Math.max(first, before.first); index < before.first + before.terms.length; index++) {
          assert(
            terms[index - first] === before.terms[index - before.first],
            'a leader never overwrites its log',
          );
        }
      }
      this.#leaderLog.set(term, { terms, first });
    }
  }

  /** State Machine Safety. */
  checkApplied(node: SimulatedNode, entry: Entry): void {
    const { digest } = node.durable;
    const known = this.#committed.get(entry.index);
    if (known === undefined) {
      this.#committed.set(entry.index, { term: entry.term, digest });
      this.#lastCommitted = Math.max(this.#lastCommitted, entry.index);
      return;
    }
    assert(
      known.term === entry.term && known.digest === digest,
      `node ${node.id} applied another entry at index ${entry.index}`,
    );
  }

  /** Log Matching: where two logs agree on index and term, they agree on everything before. */
  checkLogMatching(): void {
    const logs = [...this.nodes.values()].flatMap((node) =>
      node.raw === undefined ? [] : [node.raw.raft.log],
    );
    for (const [at, left] of logs.entries()) {
      for (const right of logs.slice(at + 1)) {
        const first = Math.max(left.firstIndex(), right.firstIndex());
        let matched = false;
        for (let index = Math.min(left.lastIndex(), right.lastIndex()); index >= first; index--) {
          const same = left.term(index) === right.term(index);
          assert(same || !matched, `logs agree after index ${index} but not on it`);
          if (!same) continue;
          matched = true;
          const [a] = left.slice(index, index + 1, 0);
          const [b] = right.slice(index, index + 1, 0);
          assert(
            a !== undefined && b !== undefined && a.type === b.type && utf8Text(a.data) === utf8Text(b.data),
            `entries at index ${index} have the same term and differ`,
          );
        }
      }
    }
  }
}
