// All watches of a store. A watcher is in exactly one of three states:
// - synced: gets the events of a turn of the event loop in the turn after it, so that the writers are answered first and
//   many writes make one message;
// - unsynced: behind; catches up from history in slices, many watchers in one reading;
// - paused: its sink takes no more for now; nothing is kept for it but the revision to go on from.
import { assert, type Clock, clearTimer, latin1Key, type Random, type Timer } from '@quorate/base';
import type { RevisionEntry } from '../backend/index.ts';
import { deletionKeyValue, type PreviousReader, StoredEvent } from './events.ts';
import { KeyValueReader } from './key-value.ts';
import {
  maxWatchersPerSync,
  watchBatchBytes,
  watchResyncMs,
  watchSyncBytes,
  watchSyncRecords,
} from './limits.ts';
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
import { type WatcherGroup, WatcherSet, type Watching } from './watcher-set.ts';

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
  private readonly hub: StoreWatchHub;

  constructor(query: WatchQuery, sink: WatchSink, hub: StoreWatchHub, revision: number) {
    const end = query.rangeEnd;
    this.watchedKey = latin1Key(query.key);
    this.watchedEnd = end.length === 0 ? null : end.length === 1 && end[0] === 0 ? undefined : latin1Key(end);
    this.prevKv = query.prevKv;
    this.noPut = query.noPut;
    this.noDelete = query.noDelete;
    this.sink = sink;
    this.hub = hub;
    this.createdRevision = revision;
    this.next = query.startRevision > 0 ? query.startRevision : revision + 1;
  }

  get nextRevision(): number {
    return this.state === WatchState.synced ? Math.max(this.next, this.hub.nextDelivery) : this.next;
  }
  get synced(): boolean {
    return this.state === WatchState.synced;
  }
  get cancelled(): boolean {
    return this.state === WatchState.ended;
  }

  get open(): boolean {
    return this.state === WatchState.synced || this.state === WatchState.unsynced;
  }

  wants(event: StoredEvent): boolean {
    if (event.modRevision < this.next) return false;
    return event.type === EventType.put ? !this.noPut : !this.noDelete;
  }

  /** Whether it wants these and all that follow. */
  wantsAllFrom(event: StoredEvent): boolean {
    return event.modRevision >= this.next && !this.noPut && !this.noDelete;
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
  /** Groups with gathered events. */
  private touched: WatcherGroup<HubWatcher>[] = [];
  /** First revision of which events were gathered and not delivered; 0 while there are none. */
  private firstGathered = 0;
  // The gathering under way, in a field so that the visitor is made once.
  private gathering: StoredEvent | undefined;
  private readonly gatherOne = (group: WatcherGroup<HubWatcher>): void => this.gatherFor(group);
  private readonly deliverLater = (): void => this.guarded(() => this.deliverGathered());

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
    const watcher = new HubWatcher(query, sink, this, this.source.revision);
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

  /** The first revision that synced watchers have not been given in full. */
  get nextDelivery(): number {
    return this.firstGathered > 0 ? this.firstGathered : this.source.revision + 1;
  }

  progress(watchers: Iterable<Watcher>): number | undefined {
    this.deliverGathered();
    for (const watcher of watchers) if (!watcher.synced) return undefined;
    return this.source.revision;
  }

  /** A txn has ended, `events` are all its events, of one revision: the synced watchers get them in a later turn. */
  notify(events: StoredEvent[], revision: number): void {
    const before = this.touched.length;
    this.gather(this.syncedSet, events);
    if (before > 0 || this.touched.length === 0) return;
    this.firstGathered = revision;
    this.clock.defer(this.deliverLater);
  }

  close(): void {
    this.closed = true;
    clearTimer(this.resyncTimer);
    this.resyncTimer = undefined;
  }

  private gather(watchers: WatcherSet<HubWatcher>, events: readonly StoredEvent[]): void {
    for (const event of events) {
      this.gathering = event;
      watchers.visit(latin1Key(event.key), this.gatherOne);
    }
    this.gathering = undefined;
  }

  private gatherFor(group: WatcherGroup<HubWatcher>): void {
    const event = this.gathering as StoredEvent;
    // Read now: a compaction may take the previous value away before the delivery.
    if (group.wantPrevious > 0) void event.encodedWithPrev;
    if (group.gathered.length === 0) this.touched.push(group);
    group.gathered.push(event);
  }

  /** Gives the synced watchers everything up to the store's revision. */
  private deliverGathered(): void {
    if (this.touched.length === 0 || this.closed) return;
    this.firstGathered = 0;
    const { touched } = this;
    this.touched = [];
    const { revision } = this.source;
    for (const group of touched) this.deliverToGroup(group, revision + 1);
  }

  /** Everything below `next` has been gathered for the group. */
  private deliverToGroup(group: WatcherGroup<HubWatcher>, next: number): void {
    const { gathered } = group;
    group.gathered = [];
    for (let from = 0; from < gathered.length; ) {
      const to = endOfBatch(gathered, from);
      const isLast = to === gathered.length;
      const events = from === 0 && isLast ? gathered : gathered.slice(from, to);
      const through = isLast ? next - 1 : (gathered[to - 1] as StoredEvent).modRevision;
      for (const [sink, watchers] of group.bySink) this.deliverTo(sink, watchers, events, through);
      from = to;
    }
  }

  private deliverTo(
    sink: WatchSink,
    watchers: readonly HubWatcher[],
    events: readonly StoredEvent[],
    through: number,
  ): void {
    // A sink may cancel watchers, and full ones leave: the list is not kept over a call.
    const first = events[0] as StoredEvent;
    const alike: HubWatcher[] = [];
    let others: HubWatcher[] | undefined;
    for (const watcher of watchers) {
      if (!watcher.open) continue;
      if (watcher.wantsAllFrom(first)) alike.push(watcher);
      else {
        others ??= [];
        others.push(watcher);
      }
    }
    if (alike.length > 0) this.hand(sink, alike, events, through);
    if (others === undefined) return;
    for (const watcher of others) {
      if (!watcher.open) continue;
      const wanted = events.filter((event) => watcher.wants(event));
      if (wanted.length > 0) this.hand(sink, [watcher], wanted, through);
    }
  }

  private hand(
    sink: WatchSink,
    watchers: readonly HubWatcher[],
    events: readonly StoredEvent[],
    through: number,
  ): void {
    for (const watcher of watchers) watcher.next = through + 1;
    this.eventsSent += watchers.length * events.length;
    if (sink.events(watchers, events, through)) return;
    for (const watcher of watchers) {
      // The sink may have ended it in the call.
      if (!watcher.open) continue;
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
      this.guarded(() => this.syncSlice());
    });
    // A sink that throws must not stop catch-up for the others: look again after a while in any case.
    this.resyncTimer ??= this.clock.setTimer(watchResyncMs, () => {
      this.resyncTimer = undefined;
      if (this.unsynced.size > 0) this.scheduleSync();
    });
  }

  private guarded(work: () => void): void {
    if (this.closed) return;
    try {
      work();
    } catch (error) {
      this.onError(error as Error);
    }
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
    // What was gathered for synced watchers goes first: the two must not mix in `touched`.
    this.deliverGathered();
    this.gather(members, events);
    const { touched } = this;
    this.touched = [];
    for (const group of touched) this.deliverToGroup(group, through + 1);
    for (const watcher of batch) {
      if (watcher.state !== WatchState.unsynced) continue;
      if (watcher.next <= through) watcher.next = through + 1;
      if (watcher.next > source.revision) {
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

/** Whole revisions from `from` on, of about `watchBatchBytes`: the index behind them. */
function endOfBatch(events: readonly StoredEvent[], from: number): number {
  let bytes = 0;
  let to = from;
  while (to < events.length) {
    const { modRevision } = events[to] as StoredEvent;
    while (to < events.length && (events[to] as StoredEvent).modRevision === modRevision) {
      bytes += (events[to] as StoredEvent).kv.length;
      to++;
    }
    if (bytes >= watchBatchBytes) break;
  }
  return to;
}
