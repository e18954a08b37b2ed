// What happened, revision by revision: the first member to apply a revision writes it down, all others (and the same one
// after a restart) must apply the very same bytes. A model of the key space is kept beside it, against which reads and
// watches are judged.
import { equalBytes, latin1Key } from '@quorate/base';
import { decodeKeyValue, type MemoryBackend } from '@quorate/storage';
import type { Report } from './violation.ts';

/** One change of one key. */
export interface LoggedEvent {
  readonly revision: number;
  readonly sub: number;
  readonly deleted: boolean;
  readonly key: string;
  readonly value: string;
  readonly lease: bigint;
  readonly createRevision: number;
  readonly version: number;
  /** The stored record. */
  readonly bytes: Uint8Array;
  /** World time at which the first member applied it. */
  readonly atMs: number;
  /** Lease of the key before the change. */
  readonly previousLease: bigint;
}

interface KeyHistory {
  readonly events: LoggedEvent[];
}

export class RevisionLog {
  readonly #report: Report;
  readonly #nowMs: () => number;
  /** By revision; the first two are empty. */
  readonly #revisions: LoggedEvent[][] = [[], []];
  readonly #keys = new Map<string, KeyHistory>();
  readonly #values = new Map<string, LoggedEvent[]>();
  /** Told of every event when it is first seen. */
  readonly listeners: ((event: LoggedEvent, who: string) => void)[] = [];

  constructor(report: Report, nowMs: () => number) {
    this.#report = report;
    this.#nowMs = nowMs;
  }

  /** Newest revision that some member has applied. */
  get last(): number {
    return this.#revisions.length - 1;
  }

  /** Changes of a revision, in order. */
  at(revision: number): readonly LoggedEvent[] {
    return this.#revisions[revision] ?? [];
  }

  /** Every put of this value. */
  putsOf(value: string): readonly LoggedEvent[] {
    return this.#values.get(value) ?? [];
  }

  /** The event that made the key what it was at a revision; undefined when it did not exist then. */
  stateAt(key: string, revision: number): LoggedEvent | undefined {
    const events = this.#keys.get(key)?.events;
    if (events === undefined) return undefined;
    let low = 0;
    let high = events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((events[middle] as LoggedEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    const event = events[low - 1];
    return event === undefined || event.deleted ? undefined : event;
  }

  /** Keys in [start, end) that existed at a revision, in order. `end` '': the one key. */
  rangeAt(start: string, end: string, revision: number): LoggedEvent[] {
    const found: LoggedEvent[] = [];
    for (const key of this.#keys.keys()) {
      if (!isInRange(key, start, end)) continue;
      const event = this.stateAt(key, revision);
      if (event !== undefined) found.push(event);
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Changes of keys in a range in revisions from `from` to `to`, in order. */
  changes(start: string, end: string, from: number, to: number): LoggedEvent[] {
    const found: LoggedEvent[] = [];
    for (let revision = Math.max(from, 2); revision <= to; revision++) {
      for (const event of this.at(revision)) if (isInRange(event.key, start, end)) found.push(event);
    }
    return found;
  }

  /** Has a backend write down what is appended to it. */
  attach(backend: MemoryBackend, who: string): void {
    const append = backend.appendRevision.bind(backend);
    backend.appendRevision = (main, sub, tombstone, bytes, start, end) => {
      this.append(who, main, sub, tombstone, bytes.subarray(start, end));
      append(main, sub, tombstone, bytes, start, end);
    };
  }

  /** Somebody saw this record appended at a revision. */
  append(who: string, revision: number, sub: number, deleted: boolean, record: Uint8Array): void {
    const known = this.#revisions[revision]?.[sub];
    if (known !== undefined) {
      if (known.deleted !== deleted || !equalBytes(known.bytes, record)) {
        this.#report(
          'state-equality',
          `${who} applied revision ${revision}.${sub} as ${describe(deleted, record)}; it was ${describe(known.deleted, known.bytes)}`,
        );
      }
      return;
    }
    const isNext = revision === this.last + 1 && sub === 0;
    const isMore = revision === this.last && sub === this.at(revision).length;
    if (!isNext && !isMore) {
      this.#report(
        'revision-order',
        `${who} applied ${revision}.${sub} after ${this.last}.${this.at(this.last).length - 1}`,
      );
      return;
    }
    this.#note(who, revision, sub, deleted, new Uint8Array(record));
  }

  #note(who: string, revision: number, sub: number, deleted: boolean, bytes: Uint8Array): void {
    const kv = decodeKeyValue(bytes);
    const key = latin1Key(kv.key);
    let history = this.#keys.get(key);
    if (history === undefined) {
      history = { events: [] };
      this.#keys.set(key, history);
    }
    const before = history.events.at(-1);
    const alive = before !== undefined && !before.deleted ? before : undefined;
    const event: LoggedEvent = {
      revision,
      sub,
      deleted,
      key,
      value: latin1Key(kv.value),
      lease: kv.lease,
      createRevision: kv.createRevision,
      version: kv.version,
      bytes,
      atMs: this.#nowMs(),
      previousLease: alive?.lease ?? 0n,
    };
    if (deleted) {
      if (alive === undefined)
        this.#report('model', `${who}: revision ${revision} deletes ${key}, which does not exist`);
    } else {
      const version = (alive?.version ?? 0) + 1;
      const create = alive?.createRevision ?? revision;
      if (event.version !== version || event.createRevision !== create || kv.modRevision !== revision) {
        this.#report(
          'model',
          `${who}: revision ${revision} of ${key} says version ${event.version}, created ${event.createRevision}; expected ${version}, ${create}`,
        );
      }
      const puts = this.#values.get(event.value);
      if (puts === undefined) this.#values.set(event.value, [event]);
      else puts.push(event);
    }
    history.events.push(event);
    if (sub === 0) this.#revisions.push([event]);
    else (this.#revisions[revision] as LoggedEvent[]).push(event);
    for (const listener of this.listeners) listener(event, who);
  }
}

export function isInRange(key: string, start: string, end: string): boolean {
  if (end === '') return key === start;
  return key >= start && (end === '\0' || key < end);
}

function describe(deleted: boolean, bytes: Uint8Array): string {
  const kv = decodeKeyValue(bytes);
  const what = `${latin1Key(kv.key)}=${latin1Key(kv.value).slice(0, 40)}`;
  return deleted
    ? `deletion of ${latin1Key(kv.key)}`
    : `put ${what} (created ${kv.createRevision}, version ${kv.version}, lease ${kv.lease})`;
}
