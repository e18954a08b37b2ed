// One Watch stream: requests in, events and control answers out, with memory that does not grow with a slow client.
//
// A blocked stream (its client reads too slowly) takes at most one more batch per watcher, by reference to the shared
// events, and tells the hub to pause those watchers; what follows is read from history once the stream has drained.
import { type EtcdError, errors, type Timer } from '@quorate/base';
import { FilterType, type WatchCreateRequest, WatchRequest } from '@quorate/proto';
import { MvccError, MvccErrorKind, type WatchEvent, type Watcher, type WatchSink } from '@quorate/storage';
import type { ServerStream } from '@quorate/wire';
import type { LeaderBound } from './admission.ts';
import type { V3Context } from './context.ts';
import { type EventsPartCache, eventFieldSize, layOutEvents } from './events-part.ts';
import { maxWatchersPerStream, progressRetryMs, requestOverheadBytes } from './limits.ts';
import { emptyWatchRangeText } from './mvcc-errors.ts';
import { RepeatedMessage } from './repeated-message.ts';
import { undecodable } from './status.ts';
import { controlBody, noWatchId, watchIdField } from './watch-response.ts';

/** What the stream knows about one of its watchers. */
class StreamWatcher {
  readonly id: number;
  /** The encoded `watch_id` field. */
  readonly idField: Uint8Array;
  readonly fragment: boolean;
  readonly progressNotify: boolean;
  /** Nothing was sent since the last progress interval, so a notification is due at the next. */
  progressDue = true;
  watcher: Watcher | undefined;

  constructor(id: number, request: WatchCreateRequest) {
    this.id = id;
    this.idField = watchIdField(id);
    this.fragment = request.fragment;
    this.progressNotify = request.progressNotify;
  }
}

/** A batch that waits for the stream to drain. */
interface HeldBatch {
  readonly state: StreamWatcher;
  readonly events: readonly WatchEvent[];
  readonly revision: number;
}

/** Messages are laid out and copied in one go: one for all streams. */
const repeated = new RepeatedMessage();
/** `fragment = 7: true`. */
const fragmentTrue = Uint8Array.of(7 << 3, 1);
const firstKey = Uint8Array.of(0);

export class WatchStream implements WatchSink, LeaderBound {
  readonly #context: V3Context;
  readonly #stream: ServerStream;
  readonly #parts: EventsPartCache;
  readonly #unbind: (() => void) | undefined;
  readonly #onClosed: (stream: WatchStream) => void;
  readonly #watchers = new Map<number, StreamWatcher>();
  readonly #message: Uint8Array[] = [new Uint8Array(0), new Uint8Array(0), new Uint8Array(0)];
  #nextId = 0;
  #held: HeldBatch[] = [];
  /** Watchers that the hub was told to pause. */
  #paused: Watcher[] = [];
  #blocked = false;
  #ended = false;
  #progressTimer: Timer | undefined;
  #progressAsked = false;
  #progressRetry: Timer | undefined;

  constructor(
    context: V3Context,
    stream: ServerStream,
    parts: EventsPartCache,
    onClosed: (stream: WatchStream) => void,
  ) {
    this.#context = context;
    this.#stream = stream;
    this.#parts = parts;
    this.#onClosed = onClosed;
    stream.onMessage = (bytes) => this.#receive(bytes);
    // A client that has said all it will say still gets its events; the stream lives until it is cancelled.
    stream.onHalfClose = () => {};
    stream.onDrain = () => this.#drained();
    stream.onCancel = () => this.#leave();
    this.#unbind = context.admission.bindToLeader(stream, this);
  }

  abort(error: EtcdError): void {
    if (this.#ended) return;
    this.#leave();
    this.#stream.end(error.code, error.message);
  }

  // ------------------------------------------------------------------------------------------------ from the hub

  events(watchers: readonly Watcher[], events: readonly WatchEvent[], revision: number): boolean {
    if (!this.#sendToAll(watchers, events, revision)) {
      for (const watcher of watchers) this.#paused.push(watcher);
      return false;
    }
    return true;
  }

  compacted(watcher: Watcher, compactRevision: number): void {
    const state = watcher.data as StreamWatcher;
    // What it was given before comes first, whatever room there is.
    const held = this.#held.filter((batch) => batch.state === state);
    this.#forget(state);
    for (const batch of held) this.#sendEvents(state, batch.events, batch.revision);
    // Go etcd leaves the revision out of this header, and gives no cancel_reason.
    this.#send(
      this.#context.headers.field(0),
      controlBody({ watchId: state.id, canceled: true, compactRevision }),
    );
  }

  // --------------------------------------------------------------------------------------------- from the client

  #receive(bytes: Uint8Array): void {
    if (this.#ended) return;
    let request: WatchRequest;
    try {
      request = WatchRequest.decode(bytes);
    } catch (thrown) {
      this.abort(undecodable(thrown, 'stream'));
      return;
    }
    if (request.createRequest !== undefined) this.#create(request.createRequest);
    else if (request.cancelRequest !== undefined) this.#cancel(request.cancelRequest.watchId);
    else if (request.progressRequest !== undefined) this.#answerProgress();
    // A request without any of them is ignored, as etcd does.
  }

  #create(request: WatchCreateRequest): void {
    if (!Number.isSafeInteger(request.watchId)) {
      this.#refuse('etcdserver: watch ID out of range');
      return;
    }
    if (request.startRevision < 0) {
      this.#refuse(errors.compacted.message);
      return;
    }
    if (this.#watchers.size >= maxWatchersPerStream) {
      this.#refuse(errors.tooManyRequests.message);
      return;
    }
    if (request.watchId !== 0 && this.#watchers.has(request.watchId)) {
      this.#refuse('mvcc: duplicate watch ID provided on the WatchStream');
      return;
    }
    let watcher: Watcher;
    try {
      watcher = this.#context.member.kv.watchHub.watch(
        {
          key: request.key.length === 0 ? firstKey : request.key,
          rangeEnd: request.rangeEnd,
          startRevision: request.startRevision,
          noPut: request.filters.includes(FilterType.NOPUT),
          noDelete: request.filters.includes(FilterType.NODELETE),
          prevKv: request.prevKv,
        },
        this,
      );
    } catch (thrown) {
      if (!(thrown instanceof MvccError) || thrown.kind !== MvccErrorKind.emptyWatchRange) throw thrown;
      this.#refuse(emptyWatchRangeText);
      return;
    }
    const state = new StreamWatcher(request.watchId === 0 ? this.#freeId() : request.watchId, request);
    state.watcher = watcher;
    watcher.data = state;
    this.#watchers.set(state.id, state);
    this.#context.options.observer?.watchers(1);
    if (state.progressNotify && this.#progressTimer === undefined) this.#scheduleProgress();
    const header = this.#context.headers.field(watcher.createdRevision);
    this.#send(header, controlBody({ watchId: state.id, created: true }));
  }

  /** The answer to a create request that makes no watcher. */
  #refuse(cancelReason: string): void {
    const body = controlBody({ watchId: noWatchId, created: true, canceled: true, cancelReason });
    this.#send(this.#context.headers.now(), body);
  }

  #freeId(): number {
    while (this.#watchers.has(this.#nextId)) this.#nextId++;
    return this.#nextId++;
  }

  #cancel(id: number): void {
    const state = this.#watchers.get(id);
    if (state === undefined) return; // ignored, as etcd does
    this.#context.member.kv.watchHub.cancel(state.watcher as Watcher);
    this.#forget(state);
    this.#send(this.#context.headers.now(), controlBody({ watchId: id, canceled: true }));
  }

  #forget(state: StreamWatcher): void {
    this.#watchers.delete(state.id);
    this.#context.options.observer?.watchers(-1);
    if (this.#held.length > 0) this.#held = this.#held.filter((batch) => batch.state !== state);
  }

  // ------------------------------------------------------------------------------------------------ to the client

  #send(header: Uint8Array, body: Uint8Array): void {
    if (this.#ended || this.#stream.send([header, body]) || this.#blocked) return;
    this.#block();
  }

  #block(): void {
    this.#blocked = true;
    // Requests are answered in order and every answer takes room, so none are read while there is no room.
    this.#stream.pause();
  }

  /** Returns false when the stream was blocked before all were served: the others' batches are held here. */
  #sendToAll(watchers: readonly Watcher[], events: readonly WatchEvent[], revision: number): boolean {
    for (let at = 0; at < watchers.length; ) {
      const watcher = watchers[at] as Watcher;
      const state = watcher.data as StreamWatcher;
      if (this.#blocked) this.#held.push({ state, events, revision });
      else {
        const run = this.#runOf(watchers, at, events, revision);
        if (run > 1) {
          this.#sendRun(watchers, at, run, events, revision);
          at += run;
          continue;
        }
        this.#sendEvents(state, events, revision);
      }
      at++;
    }
    return this.#held.length === 0;
  }

  /** How many of the watchers from `from` on can be given messages of one layout in one piece. */
  #runOf(
    watchers: readonly Watcher[],
    from: number,
    events: readonly WatchEvent[],
    revision: number,
  ): number {
    const { prevKv, data } = watchers[from] as Watcher;
    const { idField, fragment } = data as StreamWatcher;
    if (from + 1 === watchers.length || (fragment && events.length > 1)) return 1;
    const size =
      this.#context.headers.field(revision).length + idField.length + this.#parts.get(events, prevKv).length;
    const end = Math.min(watchers.length, from + RepeatedMessage.atOnce(size));
    let to = from + 1;
    while (to < end) {
      const watcher = watchers[to] as Watcher;
      const state = watcher.data as StreamWatcher;
      if (watcher.prevKv !== prevKv || state.fragment !== fragment) break;
      if (state.idField.length !== idField.length) break;
      to++;
    }
    return to - from;
  }

  #sendRun(
    watchers: readonly Watcher[],
    from: number,
    count: number,
    events: readonly WatchEvent[],
    revision: number,
  ): void {
    const idFields: Uint8Array[] = [];
    for (let at = from; at < from + count; at++) {
      const state = (watchers[at] as Watcher).data as StreamWatcher;
      state.progressDue = false;
      idFields.push(state.idField);
    }
    this.#context.options.observer?.watchEvents(events.length * count);
    const part = this.#parts.get(events, (watchers[from] as Watcher).prevKv);
    const messages = repeated.layOut(this.#context.headers.field(revision), idFields, part);
    if (!this.#stream.sendPacked(messages, count) && !this.#blocked) this.#block();
  }

  #sendEvents(state: StreamWatcher, events: readonly WatchEvent[], revision: number): void {
    const header = this.#context.headers.field(revision);
    const { prevKv } = state.watcher as Watcher;
    const part = this.#parts.get(events, prevKv);
    const size = header.length + state.idField.length + part.length;
    state.progressDue = false;
    this.#context.options.observer?.watchEvents(events.length);
    if (state.fragment && events.length > 1 && size >= this.#fragmentBytes()) {
      this.#sendFragments(state, header, events, prevKv);
      return;
    }
    const message = this.#message;
    message[0] = header;
    message[1] = state.idField;
    message[2] = part;
    if (!this.#stream.send(message) && !this.#blocked) this.#block();
  }

  #sendFragments(
    state: StreamWatcher,
    header: Uint8Array,
    events: readonly WatchEvent[],
    withPrev: boolean,
  ): void {
    const room = this.#fragmentBytes() - header.length - state.idField.length - fragmentTrue.length;
    let open = true;
    for (let from = 0; from < events.length; ) {
      let to = from + 1;
      let size = eventFieldSize(events[from] as WatchEvent, withPrev);
      while (to < events.length) {
        size += eventFieldSize(events[to] as WatchEvent, withPrev);
        if (size >= room) break;
        to++;
      }
      const part = layOutEvents(events, withPrev, from, to);
      const last = to === events.length;
      open = this.#stream.send(
        last ? [header, state.idField, part] : [header, state.idField, fragmentTrue, part],
      );
      from = to;
    }
    if (!open && !this.#blocked) this.#block();
  }

  #fragmentBytes(): number {
    return this.#context.options.maxRequestBytes + requestOverheadBytes;
  }

  #drained(): void {
    if (!this.#blocked || this.#ended) return;
    this.#blocked = false;
    const { watchHub } = this.#context.member.kv;
    const held = this.#held;
    this.#held = [];
    for (let i = 0; i < held.length; i++) {
      if (this.#blocked) {
        this.#held = held.slice(i);
        return;
      }
      const { state, events, revision } = held[i] as HeldBatch;
      this.#sendEvents(state, events, revision);
    }
    const paused = this.#paused;
    this.#paused = [];
    for (const watcher of paused) watchHub.resume(watcher);
    if (!this.#blocked) this.#stream.resume();
  }

  // ------------------------------------------------------------------------------------------------------ progress

  /** Answers a progress request once every watcher of the stream has been given everything. */
  #answerProgress(): void {
    if (this.#ended) return;
    const revision = this.#heldBack() ? undefined : this.#progressOf(this.#watchers.values());
    if (revision !== undefined) {
      this.#progressAsked = false;
      this.#send(this.#context.headers.field(revision), controlBody({ watchId: noWatchId }));
      return;
    }
    this.#progressAsked = true;
    if (this.#progressRetry !== undefined) return;
    this.#progressRetry = this.#context.options.clock.setTimer(progressRetryMs, () => {
      this.#progressRetry = undefined;
      if (this.#progressAsked) this.#answerProgress();
    });
  }

  #scheduleProgress(): void {
    const { clock, random, watchProgressIntervalMs } = this.#context.options;
    // Up to a tenth more, so that streams opened together do not report together.
    const delayMs = watchProgressIntervalMs * (1 + random.nextFloat() / 10);
    this.#progressTimer = clock.setTimer(delayMs, () => {
      this.#progressTimer = undefined;
      if (this.#ended) return;
      this.#notifyProgress();
      this.#scheduleProgress();
    });
  }

  #notifyProgress(): void {
    for (const state of this.#watchers.values()) {
      if (!state.progressNotify) continue;
      const due = state.progressDue;
      state.progressDue = true;
      if (!due || this.#heldBack()) continue;
      const revision = this.#progressOf([state]);
      if (revision === undefined) continue;
      this.#send(this.#context.headers.field(revision), state.idField);
    }
  }

  #progressOf(states: Iterable<StreamWatcher>): number | undefined {
    return this.#context.member.kv.watchHub.progress(watchersOf(states));
  }

  /** Whether events that the hub has handed over still wait here. */
  #heldBack(): boolean {
    return this.#blocked || this.#held.length > 0;
  }

  #leave(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { watchHub } = this.#context.member.kv;
    for (const state of this.#watchers.values()) watchHub.cancel(state.watcher as Watcher);
    this.#context.options.observer?.watchers(-this.#watchers.size);
    this.#watchers.clear();
    this.#held = [];
    this.#paused = [];
    this.#progressTimer?.cancel();
    this.#progressRetry?.cancel();
    this.#unbind?.();
    this.#onClosed(this);
  }
}

function* watchersOf(states: Iterable<StreamWatcher>): Iterable<Watcher> {
  for (const state of states) yield state.watcher as Watcher;
}
