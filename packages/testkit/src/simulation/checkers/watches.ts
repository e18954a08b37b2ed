// A watch gives every change of its keys, once, in order, and a revision in one piece; over crashes too, when its owner asks
// again from where it was. Judged against the log of revisions.
import { equalBytes, latin1Key } from '@quorate/base';
import { Event } from '@quorate/proto';
import { decodeKeyValue, EventType, type WatchEvent } from '@quorate/storage';
import type { LoggedEvent, RevisionLog } from '../revision-log.ts';
import type { Report } from '../violation.ts';

export class WatchJudge {
  readonly start: string;
  readonly end: string;
  readonly name: string;
  /** Everything below has been seen. */
  nextRevision: number;
  events = 0;
  /** From `nextRevision` to here the log has no change of the keys. */
  #clearRevision = 0;
  readonly #log: RevisionLog;
  readonly #report: Report;

  constructor(
    name: string,
    start: string,
    end: string,
    nextRevision: number,
    log: RevisionLog,
    report: Report,
  ) {
    this.name = name;
    this.start = start;
    this.end = end;
    this.nextRevision = nextRevision;
    this.#log = log;
    this.#report = report;
  }

  /** Events came. */
  take(events: readonly WatchEvent[], headerRevision: number): void {
    const last = events[events.length - 1];
    if (last === undefined) {
      this.#report('watch', `${this.name} got no events in a response`);
      return;
    }
    if (headerRevision < last.modRevision) {
      this.#report('watch', `${this.name} got revision ${last.modRevision} under header ${headerRevision}`);
    }
    const expected = this.#log.changes(this.start, this.end, this.nextRevision, last.modRevision);
    if (expected.length !== events.length) {
      this.#report(
        'watch',
        `${this.name} got ${events.length} events of revisions ${events[0]?.modRevision}..${last.modRevision}, expected ${expected.length} from ${this.nextRevision} on: ${expected.map((event) => `${event.revision} ${event.key}`).join(', ')}`,
      );
    }
    for (const [at, event] of events.entries()) {
      const known = expected[at];
      if (known === undefined) return;
      const key = latin1Key(decodeKeyValue(event.kv).key);
      const deleted = event.type === EventType.delete;
      if (known.revision !== event.modRevision || known.key !== key || known.deleted !== deleted) {
        this.#report(
          'watch',
          `${this.name} got ${event.modRevision} ${key}, expected ${known.revision} ${known.key}`,
        );
        return;
      }
      if (!deleted && !equalBytes(event.kv, known.bytes)) {
        this.#report(
          'watch',
          `${this.name} got another value of ${key} at revision ${known.revision} than was written`,
        );
      }
      this.#previous(event, key);
    }
    this.events += events.length;
    this.nextRevision = last.modRevision + 1;
  }

  #previous(event: WatchEvent, key: string): void {
    const { prevKv } = Event.decode(event.encodedWithPrev);
    if (prevKv === undefined) return;
    const before = this.#log.stateAt(key, event.modRevision - 1);
    if (
      before === undefined ||
      before.revision !== prevKv.modRevision ||
      before.value !== latin1Key(prevKv.value)
    ) {
      this.#report('watch', `${this.name}: prev_kv of ${key} at revision ${event.modRevision} is wrong`);
    }
  }

  /** The first change up to a revision that has not been seen. What was looked at once is not looked at again. */
  #missed(upTo: number): LoggedEvent | undefined {
    const revision = Math.min(upTo, this.#log.last);
    const from = Math.max(this.nextRevision, this.#clearRevision + 1);
    const first = this.#log.changes(this.start, this.end, from, revision)[0];
    if (first === undefined) this.#clearRevision = Math.max(this.#clearRevision, revision);
    return first;
  }

  /** The store says that everything up to `revision` has been given. */
  progress(revision: number): void {
    const first = this.#missed(revision);
    if (first !== undefined) {
      this.#report(
        'watch',
        `${this.name} was told of progress to ${revision} and has not seen ${first.revision} ${first.key}`,
      );
    }
  }

  /** The watch was ended since its revision has been compacted. */
  compacted(compactRevision: number, highestAsked: number): void {
    if (compactRevision > highestAsked) {
      this.#report(
        'watch',
        `${this.name} was ended by a compaction at ${compactRevision} that nobody asked for`,
      );
    }
    if (this.nextRevision >= compactRevision) {
      this.#report(
        'watch',
        `${this.name} wanted ${this.nextRevision} and was ended by a compaction at ${compactRevision}`,
      );
    }
    this.nextRevision = Math.max(this.nextRevision, compactRevision);
  }

  /** Whether everything up to now has been seen. */
  get isComplete(): boolean {
    return this.#missed(this.#log.last) === undefined;
  }
}
