// Linearizable reads: a read may run once everything committed when it was asked for is applied (ReadIndex, Raft thesis
// 6.4). All reads of a turn share one confirmation. A lone voter that leads needs none: nobody else can commit.
import { type Clock, equalBytes, errors } from '@quorate/base';
import type { ReadState } from '@quorate/raft';
import { MAX_QUEUED_READS, READ_INDEX_RETRY_MS } from './limits.ts';
import type { ReadSink } from './seam.ts';

/** Batches in a millisecond are fewer than this, so that a restarted member goes on above its old counts. */
const COUNTS_PER_MS = 1000;

export interface ReadBarrierHooks {
  /** The index at which reads are linearizable without asking anybody, or undefined. */
  ownReadIndex(): number | undefined;
  /** Asks raft; the answer comes through `confirmed`. */
  requestReadIndex(context: Uint8Array): void;
  appliedIndex(): number;
}

/** Reads that wait for one confirmation, or, once they have it, for their index to be applied. */
class Batch {
  readonly context: Buffer;
  readonly sinks: ReadSink[];
  readonly startedMs: number;
  askedMs: number;
  index = -1;

  constructor(context: Buffer, sinks: ReadSink[], nowMs: number) {
    this.context = context;
    this.sinks = sinks;
    this.startedMs = nowMs;
    this.askedMs = nowMs;
  }
}

export class ReadBarriers {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #hooks: ReadBarrierHooks;
  /** Reads since the last batch was formed. */
  #queued: ReadSink[] = [];
  #asked: Batch | undefined;
  #confirmed: Batch[] = [];
  /**
   * Contexts differ between members, because a leader tells questions apart by them, and from those before a restart,
   * because an answer may be late.
   */
  readonly #memberId: bigint;
  #counter: number;
  /** For metrics. */
  slow = 0;
  failed = 0;

  constructor(memberId: bigint, clock: Clock, timeoutMs: number, hooks: ReadBarrierHooks) {
    this.#memberId = memberId;
    this.#counter = Math.floor(clock.wallMs()) * COUNTS_PER_MS;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#hooks = hooks;
  }

  get isEmpty(): boolean {
    return this.#queued.length === 0 && this.#asked === undefined && this.#confirmed.length === 0;
  }

  /** Queues a read; false when too many wait. */
  add(sink: ReadSink): boolean {
    if (this.#queued.length >= MAX_QUEUED_READS) return false;
    this.#queued.push(sink);
    return true;
  }

  /** Forms a batch of what is queued, and answers it if that can be done at once. */
  flush(): void {
    if (this.#queued.length === 0 || this.#asked !== undefined) return;
    const nowMs = this.#clock.nowMs();
    const context = Buffer.allocUnsafe(16);
    context.writeBigUInt64BE(this.#memberId);
    context.writeDoubleBE(++this.#counter, 8);
    const batch = new Batch(context, this.#queued, nowMs);
    this.#queued = [];
    const own = this.#hooks.ownReadIndex();
    if (own !== undefined) {
      batch.index = own;
      this.#whenApplied(batch);
      return;
    }
    this.#asked = batch;
    this.#hooks.requestReadIndex(batch.context);
  }

  /** Raft confirmed read indices. */
  confirm(states: readonly ReadState[]): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    for (const state of states) {
      if (!equalBytes(state.requestContext, asked.context)) continue;
      this.#asked = undefined;
      asked.index = state.index;
      this.#whenApplied(asked);
      this.flush();
      return;
    }
  }

  /** Entries were applied. */
  applied(): void {
    if (this.#confirmed.length === 0) return;
    const appliedIndex = this.#hooks.appliedIndex();
    let done = 0;
    while (done < this.#confirmed.length && (this.#confirmed[done] as Batch).index <= appliedIndex) done++;
    for (const batch of this.#confirmed.splice(0, done)) ready(batch);
  }

  /** The leader changed: reads that ask the old one are told, as in etcd. */
  leaderChanged(): void {
    const asked = this.#asked;
    if (asked === undefined) return;
    this.#asked = undefined;
    this.failed++;
    for (const sink of asked.sinks) if (!sink.cancelled) sink.failed(errors.leaderChanged);
    this.flush();
  }

  /** Asks again and gives up on what took too long. */
  tick(): void {
    const nowMs = this.#clock.nowMs();
    const asked = this.#asked;
    if (asked !== undefined) {
      if (nowMs - asked.startedMs >= this.#timeoutMs) {
        this.#asked = undefined;
        this.slow++;
        for (const sink of asked.sinks) if (!sink.cancelled) sink.failed(errors.timeout);
        this.flush();
      } else if (nowMs - asked.askedMs >= READ_INDEX_RETRY_MS) {
        asked.askedMs = nowMs;
        this.#hooks.requestReadIndex(asked.context);
      }
    }
    while (this.#confirmed.length > 0) {
      const oldest = this.#confirmed[0] as Batch;
      if (nowMs - oldest.startedMs < this.#timeoutMs) break;
      this.#confirmed.shift();
      for (const sink of oldest.sinks) if (!sink.cancelled) sink.failed(errors.timeoutWaitAppliedIndex);
    }
  }

  stop(): void {
    const batches = this.#asked === undefined ? this.#confirmed : [...this.#confirmed, this.#asked];
    const sinks = [...batches.flatMap((batch) => batch.sinks), ...this.#queued];
    this.#asked = undefined;
    this.#confirmed = [];
    this.#queued = [];
    for (const sink of sinks) if (!sink.cancelled) sink.failed(errors.stopped);
  }

  #whenApplied(batch: Batch): void {
    if (batch.index <= this.#hooks.appliedIndex()) ready(batch);
    else this.#confirmed.push(batch);
  }
}

function ready(batch: Batch): void {
  const { sinks } = batch;
  for (let at = 0; at < sinks.length; at++) {
    const sink = sinks[at] as ReadSink;
    if (!sink.cancelled) sink.ready();
  }
}
