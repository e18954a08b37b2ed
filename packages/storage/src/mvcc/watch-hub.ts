// All watches of a store. A watcher is in exactly one of three states:
// - synced: gets the events of a txn when the txn ends;
// - unsynced: behind; catches up from history in slices, many watchers in one reading;
// - paused: its sink takes no more for now; nothing is kept for it but the revision to go on from.
import { assert, type Clock, clearTimer, latin1Key, type Random, type Timer } from '@quorate/base';
import type { RevisionEntry } from '../backend/index.ts';
import { deletionKeyValue, type PreviousReader, StoredEvent } from './events.ts';
import { KeyValueReader } from './key-value.ts';
import { maxWatchersPerSync, watchResyncMs, watchSyncBytes, watchSyncRecords } from './limits.ts';
import {
  EventType,
  MvccError,
  MvccErrorKind,
  type Watcher,
  type WatchHub,
  type WatchHubStats,
  type WatchQuery,
  type WatchSink,
} from './types.ts';
import { WatcherSet, type Watching } from './watcher-set.ts';

/** What the hub reads of the store. */
export interface WatchSource {
  readonly revision: number;
  readonly compactRevision: number;
  /** Stored revisions from `main` on, below `endMain`. */
  readRevisions(main: number, endMain: number, maxRecords: number, maxBytes: number): RevisionEntry[];
  readonly previous: PreviousReader;
}

const WatchState = { synced: 0, unsynced: 1, paused: 2, ended: 3 } as const;
type WatchState = (typeof WatchState)[keyof typeof WatchState];

class HubWatcher implements Watcher, Watching {
  readonly watchedKey: string;
  readonly watchedEnd: string | undefined | null;
  readonly prevKv: boolean;
  readonly noPut: boolean;
  readonly noDelete: boolean;
  readonly createdRevision: number;
  readonly sink: WatchSink;
  data: unknown = undefined;
  groupIndex = 0;
  state: WatchState = WatchState.unsynced;
  /** First revision not yet given to the sink (of a synced watcher: as of its last event). */
  next: number;
  /** Events gathered for the delivery under way. */
  gathered: StoredEvent[] | undefined = undefined;
  private readonly source: WatchSource;

  constructor(query: WatchQuery, sink: WatchSink, source: WatchSource) {
    const end = query.rangeEnd;
    this.watchedKey = latin1Key(query.key);
    this.watchedEnd = end.length === 0 ? null : end.length === 1 && end[0] === 0 ? undefined : latin1Key(end);
    this.prevKv = query.prevKv;
    this.noPut = query.noPut;
    this.noDelete = query.noDelete;
    this.sink = sink;
    this.source = source;
    this.createdRevision = source.revision;
    this.next = query.startRevision > 0 ? query.startRevision : source.revision + 1;
  }

  get nextRevision(): number {
    return this.state === WatchState.synced ? Math.max(this.next, this.source.revision + 1) : this.next;
  }
  get synced(): boolean {
    return this.state === WatchState.synced;
  }
  get cancelled(): boolean {
    return this.state === WatchState.ended;
  }

  wants(event: StoredEvent): boolean {
    if (event.modRevision < this.next) return false;
    return event.type === EventType.put ? !this.noPut : !this.noDelete;
  }
}

export class StoreWatchHub implements WatchHub {
  private readonly source: WatchSource;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly onError: (error: Error) => void;
  private readonly syncedSet: WatcherSet<HubWatcher>;
  /** In the order in which they are looked at. */
  private readonly unsynced = new Set<HubWatcher>();
  private paused = 0;
  private eventsSent = 0;
  private syncScheduled = false;
  private resyncTimer: Timer | undefined;
  private closed = false;
  private readonly reader = new KeyValueReader();
  // The delivery under way, in fields so that the visitor is made once.
  private deliveringRevision = 0;
  private delivering: StoredEvent[] = [];
  private touched: HubWatcher[] = [];
  private gathering: StoredEvent | undefined;
  private readonly deliverOne = (group: HubWatcher[]): void => this.deliverToGroup(group);
  private readonly gatherOne = (group: HubWatcher[]): void => this.gatherForGroup(group);

  constructor(source: WatchSource, clock: Clock, random: Random, onError: (error: Error) => void) {
    this.source = source;
    this.clock = clock;
    this.random = random;
    this.onError = onError;
    this.syncedSet = new WatcherSet(random);
  }

  get stats(): WatchHubStats {
    const synced = this.syncedSet.size;
    const unsynced = this.unsynced.size;
    return {
      watchers: synced + unsynced + this.paused,
      synced,
      unsynced,
      paused: this.paused,
      eventsSent: this.eventsSent,
    };
  }

  /** Whether a txn has to make events at all. */
  get active(): boolean {
    return this.syncedSet.size > 0;
  }

  watch(query: WatchQuery, sink: WatchSink): Watcher {
    const { rangeEnd: end, key } = query;
    const fromKey = end.length === 1 && end[0] === 0;
    if (end.length > 0 && !fromKey && Buffer.compare(key, end) >= 0) {
      throw new MvccError(MvccErrorKind.emptyWatchRange);
    }
    if (this.closed) throw new MvccError(MvccErrorKind.closed);
    const watcher = new HubWatcher(query, sink, this.source);
    if (watcher.next > this.source.revision) this.toSynced(watcher);
    else this.toUnsynced(watcher);
    return watcher;
  }

  cancel(watcher: Watcher): void {
    assert(watcher instanceof HubWatcher, 'a watcher of this hub');
    this.leave(watcher);
    watcher.state = WatchState.ended;
  }

  resume(watcher: Watcher): void {
    assert(watcher instanceof HubWatcher, 'a watcher of this hub');
    if (watcher.state !== WatchState.paused) return;
    this.paused--;
    if (watcher.next > this.source.revision) this.toSynced(watcher);
    else this.toUnsynced(watcher);
  }

  progress(watchers: Iterable<Watcher>): number | undefined {
    for (const watcher of watchers) if (!watcher.synced) return undefined;
    return this.source.revision;
  }

  /** A txn has ended: tells the synced watchers. `events` are all its events, of one revision. */
  notify(events: StoredEvent[], revision: number): void {
    this.deliveringRevision = revision;
    if (events.length === 1) {
      this.delivering = events;
      this.syncedSet.visit(latin1Key((events[0] as StoredEvent).key), this.deliverOne);
      this.delivering = [];
      return;
    }
    for (const event of events) {
      this.gathering = event;
      this.syncedSet.visit(latin1Key(event.key), this.gatherOne);
    }
    this.gathering = undefined;
    this.deliverGathered(revision + 1, revision);
  }

  close(): void {
    this.closed = true;
    clearTimer(this.resyncTimer);
    this.resyncTimer = undefined;
  }

  private deliverToGroup(group: HubWatcher[]): void {
    const events = this.delivering;
    const event = events[0] as StoredEvent;
    // Downwards, because a sink may cancel watchers: then one already served may take the place of one still to come,
    // and is left out because its `next` has moved on.
    for (let at = group.length - 1; at >= 0; at--) {
      const watcher = group[at];
      if (watcher === undefined || !watcher.wants(event)) continue;
      if (watcher.prevKv) void event.encodedWithPrev;
      this.deliver(watcher, events, this.deliveringRevision + 1, this.deliveringRevision);
    }
  }

  private gatherForGroup(group: HubWatcher[]): void {
    const event = this.gathering as StoredEvent;
    for (const watcher of group) {
      if (!watcher.wants(event)) continue;
      if (watcher.prevKv) void event.encodedWithPrev;
      if (watcher.gathered === undefined) {
        watcher.gathered = [event];
        this.touched.push(watcher);
      } else watcher.gathered.push(event);
    }
  }

  private deliverGathered(next: number, revision: number): void {
    const { touched } = this;
    this.touched = [];
    for (const watcher of touched) {
      const events = watcher.gathered as StoredEvent[];
      watcher.gathered = undefined;
      if (watcher.state !== WatchState.ended) this.deliver(watcher, events, next, revision);
    }
  }

  private deliver(watcher: HubWatcher, events: readonly StoredEvent[], next: number, revision: number): void {
    watcher.next = next;
    this.eventsSent += events.length;
    if (watcher.sink.events(watcher, events, revision)) return;
    // The sink may have ended the watcher, or even resumed it, in the call.
    if (watcher.state === WatchState.synced || watcher.state === WatchState.unsynced) {
      this.leave(watcher);
      watcher.state = WatchState.paused;
      this.paused++;
    }
  }

  private leave(watcher: HubWatcher): void {
    if (watcher.state === WatchState.synced) this.syncedSet.remove(watcher);
    else if (watcher.state === WatchState.unsynced) this.unsynced.delete(watcher);
    else if (watcher.state === WatchState.paused) this.paused--;
  }

  private toSynced(watcher: HubWatcher): void {
    watcher.state = WatchState.synced;
    this.syncedSet.add(watcher);
  }

  private toUnsynced(watcher: HubWatcher): void {
    watcher.state = WatchState.unsynced;
    this.unsynced.add(watcher);
    this.scheduleSync();
  }

  private scheduleSync(): void {
    if (this.syncScheduled || this.closed) return;
    this.syncScheduled = true;
    this.clock.defer(() => {
      this.syncScheduled = false;
      if (this.closed) return;
      try {
        this.syncSlice();
      } catch (error) {
        this.onError(error as Error);
      }
    });
    // A sink that throws must not stop catch-up for the others: look again after a while in any case.
    this.resyncTimer ??= this.clock.setTimer(watchResyncMs, () => {
      this.resyncTimer = undefined;
      if (this.unsynced.size > 0) this.scheduleSync();
    });
  }

  /** Brings some of the unsynced watchers a step forward. */
  private syncSlice(): void {
    const { source } = this;
    const batch: HubWatcher[] = [];
    let from = Number.POSITIVE_INFINITY;
    for (const watcher of this.unsynced) {
      if (batch.length === maxWatchersPerSync) break;
      batch.push(watcher);
      if (watcher.next < from) from = watcher.next;
    }
    const compacted = batch.filter((watcher) => watcher.next < source.compactRevision);
    if (compacted.length > 0) {
      for (const watcher of compacted) {
        if (watcher.state !== WatchState.unsynced) continue;
        this.cancel(watcher);
        watcher.sink.compacted(watcher, source.compactRevision);
      }
      if (this.unsynced.size > 0) this.scheduleSync();
      return;
    }
    if (batch.length === 0) return;
    const { events, through } = this.readEvents(from);
    const members = new WatcherSet<HubWatcher>(this.random);
    for (const watcher of batch) {
      this.unsynced.delete(watcher);
      this.unsynced.add(watcher);
      if (watcher.next <= through) members.add(watcher);
    }
    for (const event of events) {
      this.gathering = event;
      members.visit(latin1Key(event.key), this.gatherOne);
    }
    this.gathering = undefined;
    this.deliverGathered(through + 1, source.revision);
    for (const watcher of batch) {
      if (watcher.state === WatchState.ended) continue;
      if (watcher.next <= through) watcher.next = through + 1;
      if (watcher.state === WatchState.unsynced && watcher.next > source.revision) {
        this.unsynced.delete(watcher);
        this.toSynced(watcher);
      }
    }
    if (this.unsynced.size > 0) this.scheduleSync();
  }

  /** Events from a revision on, whole revisions only. `through`: every event up to there is among them. */
  private readEvents(from: number): { events: StoredEvent[]; through: number } {
    const { source } = this;
    let entries = source.readRevisions(from, source.revision + 1, watchSyncRecords, watchSyncBytes);
    let through = source.revision;
    let bytes = 0;
    for (const entry of entries) bytes += entry.value.length;
    if (entries.length >= watchSyncRecords || bytes >= watchSyncBytes) {
      // Perhaps not all of the last revision was read: leave it for the next time, or read it whole if it is alone.
      const first = (entries[0] as RevisionEntry).main;
      const last = (entries[entries.length - 1] as RevisionEntry).main;
      if (first === last) {
        entries = source.readRevisions(last, last + 1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
        through = last;
      } else {
        through = last - 1;
        while ((entries[entries.length - 1] as RevisionEntry).main > through) entries.pop();
      }
    }
    return { events: entries.map((entry) => this.toEvent(entry)), through };
  }

  private toEvent(entry: RevisionEntry): StoredEvent {
    const { reader } = this;
    reader.parse(entry.value);
    const key = entry.value.subarray(reader.keyStart, reader.keyEnd);
    return entry.tombstone
      ? new StoredEvent(
          EventType.delete,
          key,
          entry.main,
          0,
          deletionKeyValue(key, entry.main),
          this.source.previous,
        )
      : new StoredEvent(EventType.put, key, entry.main, reader.version, entry.value, this.source.previous);
  }
}
