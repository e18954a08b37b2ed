// The little cluster of an interaction transcript: nodes, their storage and storage threads, and the messages in
// the air. Nothing moves but by command.
import { assert, concatBytes, type Random, seededRandom } from '@quorate/base';
import { ConfChange, ConfChangeV2 } from '@quorate/proto';
import type { Config } from '../config.ts';
import { describeMessage, describeReady } from '../describe.ts';
import { emptySnapshot, isEmptyHardState, isLocalTarget } from '../messages.ts';
import { RawNode } from '../raw-node.ts';
import { MemoryStorage } from '../storage.ts';
import type { ConfState, Entry, HardState, Message, Snapshot } from '../types.ts';
import { EntryType, MessageType } from '../types.ts';
import type { Output } from './output.ts';

/** An error that a command shows as its output. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The latest election time-outs that can be drawn: nobody campaigns unless a transcript makes it. */
const LATEST: Random = { ...seededRandom(0), nextBelow: (bound) => bound - 1 };

/** Storage whose snapshots are those of the node's state machine, always as new as what is applied. */
class SnapshotsFromHistory extends MemoryStorage {
  readonly history: Snapshot[];

  constructor(initial: Snapshot) {
    super();
    this.history = [initial];
  }

  get newest(): Snapshot {
    return this.history[this.history.length - 1] as Snapshot;
  }

  override snapshot(): Snapshot {
    return this.newest;
  }
}

/** One node with its storage work in progress. */
export class TranscriptNode {
  readonly id: bigint;
  readonly raw: RawNode;
  readonly storage: SnapshotsFromHistory;
  readonly asyncStorageWrites: boolean;
  readonly heartbeatTicks: number;
  readonly electionTicks: number;
  readonly appendWork: Message[] = [];
  readonly applyWork: Message[] = [];

  constructor(config: Omit<Config, 'storage' | 'random'>, snapshot: Snapshot, bootstrap: boolean) {
    this.id = config.id;
    this.asyncStorageWrites = config.asyncStorageWrites ?? false;
    this.heartbeatTicks = config.heartbeatTicks;
    this.electionTicks = config.electionTicks;
    this.storage = new SnapshotsFromHistory(snapshot);
    if (bootstrap) {
      this.storage.applySnapshot(snapshot);
      assert(this.storage.firstIndex() === snapshot.metadata.index + 1, 'a snapshot truncates the log');
    }
    this.raw = new RawNode({ ...config, storage: this.storage, random: LATEST });
  }

  /** Writes to stable storage. */
  append(hardState: HardState | undefined, entries: readonly Entry[], snapshot: Snapshot | undefined): void {
    if (hardState !== undefined && !isEmptyHardState(hardState)) this.storage.setHardState(hardState);
    if (snapshot !== undefined) {
      if (entries.length > 0) throw new CommandError("can't apply snapshot and entries at the same time");
      this.storage.applySnapshot(snapshot);
      return;
    }
    this.storage.append(entries);
  }

  /** Applies to the state machine, which is the concatenation of all payloads. */
  apply(entries: readonly Entry[]): void {
    for (const entry of entries) {
      let payload = entry.data;
      let confState: ConfState = this.storage.newest.metadata.confState;
      if (entry.type === EntryType.EntryConfChange) {
        const change = ConfChange.decode(entry.data);
        payload = change.context;
        confState = this.raw.applyConfChange(change);
      } else if (entry.type === EntryType.EntryConfChangeV2) {
        const change = ConfChangeV2.decode(entry.data);
        payload = change.context;
        confState = this.raw.applyConfChange(change);
      }
      this.storage.history.push({
        data: concatBytes([this.storage.newest.data, payload]),
        metadata: { confState, index: entry.index, term: entry.term },
      });
    }
  }
}

/** Who gets messages, and whether they are lost instead. */
export interface Recipient {
  readonly id: bigint;
  readonly drop: boolean;
}

/** All nodes of a transcript. */
export class Environment {
  readonly nodes: TranscriptNode[] = [];
  readonly output: Output;
  messages: Message[] = [];

  constructor(output: Output) {
    this.output = output;
  }

  node(number: number): TranscriptNode {
    const node = this.nodes[number - 1];
    if (node === undefined) throw new CommandError(`there is no node ${number}`);
    return node;
  }

  addNodes(count: number, settings: Partial<Config>, snapshot: Snapshot, bootstrap: boolean): void {
    if (bootstrap && snapshot.metadata.index <= 1) {
      throw new CommandError('index must be specified as > 1 due to bootstrap');
    }
    for (let added = 0; added < count; added++) {
      const config = {
        electionTicks: 3,
        heartbeatTicks: 1,
        maxInflightMessages: 2 ** 31 - 1,
        ...settings,
        id: BigInt(this.nodes.length + 1),
      };
      this.nodes.push(new TranscriptNode(config, bootstrap ? snapshot : emptySnapshot(), bootstrap));
    }
  }

  /** Lets a node handle one Ready. */
  processReady(node: TranscriptNode): void {
    const ready = node.raw.ready();
    this.output.write(describeReady(ready));
    if (!node.asyncStorageWrites) {
      node.append(ready.hardState, ready.entries, ready.snapshot);
      node.apply(ready.committedEntries);
    }
    for (const message of ready.messages) {
      if (!isLocalTarget(message.to)) {
        this.messages.push(message);
        continue;
      }
      assert(node.asyncStorageWrites, 'only asynchronous storage writes go to local threads');
      if (message.type === MessageType.MsgStorageAppend) node.appendWork.push(message);
      else node.applyWork.push(message);
    }
    if (!node.asyncStorageWrites) node.raw.advance();
  }

  /** Lets the append thread of a node do one piece of work. */
  processAppendThread(node: TranscriptNode): void {
    const work = node.appendWork.shift();
    if (work === undefined) {
      this.output.write('no append work to perform');
      return;
    }
    this.#storageThread(work, () => {
      const hardState = { term: work.term, vote: work.vote, commit: work.commit };
      node.append(hardState, work.entries, work.snapshot);
    });
  }

  /** Lets the apply thread of a node do one piece of work. */
  processApplyThread(node: TranscriptNode): void {
    const work = node.applyWork.shift();
    if (work === undefined) {
      this.output.write('no apply work to perform');
      return;
    }
    this.#storageThread(work, () => node.apply(work.entries));
  }

  #storageThread(work: Message, action: () => void): void {
    const { responses } = work;
    this.output.write('Processing:');
    this.output.write(describeMessage({ ...work, responses: [] }));
    action();
    this.output.write('Responses:');
    for (const response of responses) this.output.write(describeMessage(response));
    this.messages.push(...responses);
  }

  /** Messages in the air for a recipient, which are taken out. A node's messages to itself cannot get lost. */
  #take(recipient: Recipient, type: number | undefined): Message[] {
    const taken: Message[] = [];
    const rest: Message[] = [];
    for (const message of this.messages) {
      const local = message.from === message.to || isLocalTarget(message.from) || isLocalTarget(message.to);
      const matches =
        message.to === recipient.id &&
        !(recipient.drop && local) &&
        (type === undefined || message.type === type);
      (matches ? taken : rest).push(message);
    }
    this.messages = rest;
    return taken;
  }

  hasMessagesFor(id: bigint): boolean {
    return this.messages.some((message) => message.to === id);
  }

  /** Delivers or drops messages; returns how many. */
  deliver(recipients: readonly Recipient[], type: number | undefined): number {
    let count = 0;
    for (const recipient of recipients) {
      const messages = this.#take(recipient, type);
      count += messages.length;
      for (const message of messages) {
        const text = describeMessage(message);
        this.output.write(recipient.drop ? `dropped: ${text}` : text);
        if (recipient.drop) continue;
        const refusal = this.node(Number(recipient.id)).raw.step(message);
        if (refusal !== undefined) this.output.write(refusal.message);
      }
    }
    return count;
  }

  /** Lets nodes work, and messages to them arrive, until nothing more happens. */
  stabilize(nodes: readonly TranscriptNode[]): void {
    let busy = true;
    while (busy) {
      busy = false;
      const act = (node: TranscriptNode, what: string, action: () => void): void => {
        this.output.write(`> ${node.id} ${what}`);
        this.output.indented(action);
        busy = true;
      };
      for (const node of nodes) {
        if (node.raw.hasReady()) act(node, 'handling Ready', () => this.processReady(node));
      }
      for (const node of nodes) {
        if (!this.hasMessagesFor(node.id)) continue;
        act(node, 'receiving messages', () => {
          this.deliver([{ id: node.id, drop: false }], undefined);
        });
      }
      for (const node of nodes) {
        if (node.appendWork.length === 0) continue;
        act(node, 'processing append thread', () => {
          while (node.appendWork.length > 0) this.processAppendThread(node);
        });
      }
      for (const node of nodes) {
        if (node.applyWork.length === 0) continue;
        act(node, 'processing apply thread', () => {
          while (node.applyWork.length > 0) this.processApplyThread(node);
        });
      }
    }
  }
}
