// Drives raft and its log: what raft wants written is written and synced, and only then are followers' promises sent and
// committed entries handed on. A leader's messages go out beside its own write (Raft thesis, 10.2.1).
import { assert, type Clock } from '@quorate/base';
import {
  type Entry,
  type HardState,
  type MemoryStorage,
  NO_NODE,
  type RawNode,
  type ReadState,
  type Ready,
  Role,
  type Snapshot,
  type SoftState,
} from '@quorate/raft';
import type { Wal } from '@quorate/storage';
import { CommitNews } from './commit-news.ts';
import { COMMIT_SAVE_DELAY_MS } from './limits.ts';
import { SyncPolicy } from './sync-policy.ts';
import type { PeerTransport } from './transport.ts';

export interface LogDriverHooks {
  /** Leader or role changed. */
  softState(state: SoftState): void;
  /** Read indices were confirmed. */
  readStates(states: readonly ReadState[]): void;
  /** Entries were committed; called in log order. */
  committed(entries: readonly Entry[]): void;
  /** A leader sent its whole state instead of entries: write it down. @throws FatalError when that cannot be done */
  snapshot(snapshot: Snapshot): void;
  /** The snapshot is in the log, and nothing more is taken from raft: the member has to begin anew with it. */
  replaced(): void;
  /** A sync has ended, all entries up to `lastIndex` are in the log. */
  synced(durationMs: number, lastIndex: number): void;
  /** An asynchronous sync is over: requests that gathered meanwhile can go. */
  resumed(): void;
  /** The log cannot be written: nothing may be acknowledged any more. */
  failed(error: unknown): void;
}

export interface LogDriverOptions {
  readonly node: RawNode;
  readonly storage: MemoryStorage;
  readonly wal: Wal;
  readonly clock: Clock;
  readonly transport: PeerTransport | undefined;
  readonly hooks: LogDriverHooks;
}

export class LogDriver {
  readonly node: RawNode;
  readonly storage: MemoryStorage;
  readonly #wal: Wal;
  readonly #clock: Clock;
  readonly #transport: PeerTransport | undefined;
  readonly #hooks: LogDriverHooks;
  readonly #policy = new SyncPolicy();
  readonly #commitNews: CommitNews;
  /** A commit index that is not in the log yet; it is not worth a write of its own. */
  #unsavedHardState: HardState | undefined;
  #toldLeader = NO_NODE;
  #toldRole: Role = Role.follower;
  /** Whether the messages of the Ready under way went out beside its write. */
  #messagesSent = false;
  #syncingSinceMs = 0;
  #pumping = false;
  /** A write of the commit index is scheduled. */
  #commitTimer = false;
  #syncing = false;
  #stopped = false;
  /** Called when the sync under way is over, by whoever must write to the log outside of raft. */
  #whenIdle: (() => void)[] = [];

  constructor(options: LogDriverOptions) {
    this.node = options.node;
    this.storage = options.storage;
    this.#wal = options.wal;
    this.#clock = options.clock;
    this.#transport = options.transport;
    this.#hooks = options.hooks;
    this.#commitNews = new CommitNews(options);
  }

  /** A follower waits for entries up to `index` to be committed: it is told of that without delay. */
  followerAwaits(index: number): void {
    this.#commitNews.followerAwaits(index);
  }

  /** Whether a sync is under way: proposals wait, so that they make one batch. */
  get isSyncing(): boolean {
    return this.#syncing;
  }

  /** For how long the sync under way has been so; 0 when none is. */
  stalledMs(nowMs: number): number {
    return this.#syncing ? nowMs - this.#syncingSinceMs : 0;
  }

  /** Average duration of syncs, recent ones counting most. */
  get averageSyncMs(): number {
    return this.#policy.averageMs;
  }

  /** Does all that raft wants done, as far as the disk allows now. Not re-entrant: inner calls return at once. */
  pump(): void {
    if (this.#pumping || this.#stopped) return;
    this.#pumping = true;
    try {
      if (this.#syncing) this.#relay();
      while (!this.#syncing && !this.#stopped && this.node.hasReady()) this.#turn(this.node.ready());
      if (!this.#stopped) this.#commitNews.pumped();
    } finally {
      this.#pumping = false;
    }
  }

  /** Calls `work` when nothing is being synced: the only time at which the log may be written to. */
  whenIdle(work: () => void): void {
    if (this.#syncing) this.#whenIdle.push(work);
    else work();
  }

  /** Writes down a commit index that no later write has taken along. */
  saveCommit(): void {
    const state = this.#unsavedHardState;
    if (state === undefined || this.#syncing || this.#stopped) return;
    this.#unsavedHardState = undefined;
    try {
      this.#wal.save(state, []);
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Under load the next batch takes the commit index along. When none comes it is written soon by itself: whoever
   * reads the log beside us, or starts a new cluster from it, trusts entries up to the commit index only.
   */
  #saveCommitSoon(): void {
    if (this.#commitTimer || this.#unsavedHardState === undefined) return;
    this.#commitTimer = true;
    this.#clock.setTimer(COMMIT_SAVE_DELAY_MS, () => {
      this.#commitTimer = false;
      this.saveCommit();
    });
  }

  /** Takes nothing more from raft. */
  stop(): void {
    this.#stopped = true;
    this.#commitNews.stop();
  }

  #turn(ready: Ready): void {
    this.#tellSoftState();
    if (ready.readStates.length > 0) this.#hooks.readStates(ready.readStates);
    this.#messagesSent = this.#toldRole === Role.leader;
    if (this.#messagesSent && ready.messages.length > 0) this.#transport?.send(ready.messages, 'now');
    if (this.#messagesSent && ready.entries.length > 0) this.#commitNews.batchSent();
    if (ready.hardState !== undefined) this.#unsavedHardState = ready.hardState;
    if (ready.snapshot !== undefined && ready.snapshot.metadata.index > 0) {
      this.#takeSnapshot(ready.snapshot);
      return;
    }
    if (ready.entries.length === 0 && !ready.mustSync) {
      this.#finish(ready);
      this.#saveCommitSoon();
      return;
    }
    const hardState = this.#unsavedHardState;
    this.#unsavedHardState = undefined;
    try {
      this.#wal.save(hardState, ready.entries);
      this.storage.append(ready.entries);
      if (this.#policy.inline) {
        this.#wal.sync();
        this.#observe();
        this.#finish(ready);
        return;
      }
      this.#syncing = true;
      this.#syncingSinceMs = this.#clock.nowMs();
      this.#wal.syncAsync((error) => this.#synced(ready, error));
    } catch (error) {
      this.#syncing = false;
      this.#fail(error);
    }
  }

  /** The disk is busy: a leader's heartbeats do not wait for it, nor does the news that it leads no more. */
  #relay(): void {
    this.#tellSoftState();
    if (this.#toldRole !== Role.leader) return;
    const urgent = this.node.takeUrgent();
    if (urgent === undefined) return;
    if (urgent.messages.length > 0) this.#transport?.send(urgent.messages, 'now');
    if (urgent.readStates.length > 0) this.#hooks.readStates(urgent.readStates);
  }

  #tellSoftState(): void {
    const { leader, role } = this.node;
    if (leader === this.#toldLeader && role === this.#toldRole) return;
    this.#toldLeader = leader;
    this.#toldRole = role;
    this.#hooks.softState({ leader, role });
  }

  #observe(): void {
    this.#policy.observe(this.#wal.lastSyncMs);
    this.#hooks.synced(this.#wal.lastSyncMs, this.storage.lastIndex());
  }

  /** Nothing of this Ready has been promised to anybody, so what comes beside the snapshot may be lost. */
  #takeSnapshot(snapshot: Snapshot): void {
    try {
      this.#hooks.snapshot(snapshot);
      this.#wal.save(this.#unsavedHardState, []);
      this.#wal.sync();
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#stopped = true;
    this.#hooks.replaced();
  }

  #synced(ready: Ready, error: unknown): void {
    assert(this.#syncing, 'a sync ends once');
    this.#syncing = false;
    if (error !== undefined) {
      this.#fail(error);
      return;
    }
    this.#observe();
    if (!this.#stopped) this.#finish(ready);
    const work = this.#whenIdle;
    this.#whenIdle = [];
    for (const item of work) item();
    this.pump();
    this.#hooks.resumed();
  }

  // The log holds what this Ready wanted written.
  #finish(ready: Ready): void {
    if (!this.#messagesSent && ready.messages.length > 0) this.#transport?.send(ready.messages, 'now');
    if (ready.committedEntries.length > 0) this.#hooks.committed(ready.committedEntries);
    this.node.advance();
  }

  #fail(error: unknown): void {
    this.stop();
    this.#hooks.failed(error);
  }
}
