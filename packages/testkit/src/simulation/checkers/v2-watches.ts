// v2 watches: the events of a path from an index on, each once, in order, none left out; past events for as long as the
// history of 1000 reaches, error 401 beyond it and only then. Judged against a log of all v2 events, in which every index
// has one.
import { unixNanoOf, type V2Error, V2ErrorCode, type V2Event } from '@quorate/v2store';
import type { Report } from '../violation.ts';

/** Events that a member remembers. */
const HISTORY_EVENTS = 1000;
const NANOS_PER_MS = 1_000_000n;

interface LoggedV2Event {
  readonly action: string;
  readonly key: string;
  readonly value: string | undefined;
  readonly previous: string | undefined;
}

export class V2Log {
  readonly #report: Report;
  /** By index. */
  readonly #events: (LoggedV2Event | undefined)[] = [undefined];
  /** The latest wall clock that any member can have had. */
  readonly #latestWallMs: () => number;

  constructor(report: Report, latestWallMs: () => number) {
    this.#report = report;
    this.#latestWallMs = latestWallMs;
  }

  /** Index of the newest event that some member has applied. */
  get last(): number {
    return this.#events.length - 1;
  }

  at(index: number): LoggedV2Event | undefined {
    return this.#events[index];
  }

  /** A member has applied an event; all must apply the same. */
  note(who: string, event: V2Event): void {
    const { modifiedIndex: index, key, value } = event.node;
    const logged = { action: event.action, key, value, previous: event.prevNode?.value };
    const known = this.#events[index];
    if (known !== undefined) {
      if (describe(known) !== describe(logged))
        this.#report(
          'state-equality',
          `${who}: v2 event ${index} is ${describe(logged)}; it was ${describe(known)}`,
        );
      return;
    }
    if (index !== this.last + 1)
      this.#report('v2-watch', `${who}: v2 event ${index} follows ${this.last}; those between are missing`);
    this.#events[index] = logged;
    if (event.action === 'expire') this.#expired(who, event);
  }

  #expired(who: string, { node, prevNode }: V2Event): void {
    const expiration = prevNode?.expiration;
    const endsMs =
      expiration === undefined ? Number.POSITIVE_INFINITY : Number(unixNanoOf(expiration) / NANOS_PER_MS);
    const latestMs = this.#latestWallMs();
    if (endsMs > latestMs)
      this.#report(
        'v2-ttl',
        `${who}: ${node.key} has expired ${endsMs - latestMs} ms before its time by every clock`,
      );
  }
}

export class V2WatchJudge {
  readonly name: string;
  readonly path: string;
  readonly recursive: boolean;
  /** Everything below has been seen. */
  nextIndex = 1;
  events = 0;
  readonly #log: V2Log;
  readonly #report: Report;

  constructor(name: string, path: string, recursive: boolean, log: V2Log, report: Report) {
    this.name = name;
    this.path = path;
    this.recursive = recursive;
    this.#log = log;
    this.#report = report;
  }

  /** An event came. */
  take(event: V2Event): void {
    const { modifiedIndex: index, key, value } = event.node;
    const expected = this.#nextFrom(this.nextIndex);
    const known = this.#log.at(index);
    const same = { action: event.action, key, value, previous: event.prevNode?.value };
    if (index !== expected || known === undefined || describe(known) !== describe(same)) {
      this.#report(
        'v2-watch',
        `${this.name} of ${this.path} got ${describe(same)} at ${index}; from ${this.nextIndex} on the next is ${expected} ${known === undefined ? '' : describe(known)}`,
      );
    }
    this.events++;
    this.nextIndex = index + 1;
  }

  /** The member refused, its newest index being `storeIndex`. */
  refused(error: V2Error, storeIndex: number): void {
    const isGone = this.nextIndex <= storeIndex - HISTORY_EVENTS;
    if (error.errorCode !== V2ErrorCode.eventIndexCleared || !isGone)
      this.#report(
        'v2-watch',
        `${this.name} wanted ${this.nextIndex} and was refused with ${error.errorCode} at ${storeIndex}`,
      );
    this.nextIndex = storeIndex + 1;
  }

  get isComplete(): boolean {
    return this.#nextFrom(this.nextIndex) === undefined;
  }

  /** Index of the first event of interest. */
  #nextFrom(index: number): number | undefined {
    for (let at = index; at <= this.#log.last; at++) {
      const key = this.#log.at(at)?.key;
      if (key === this.path || (this.recursive && key?.startsWith(`${this.path}/`) === true)) return at;
    }
    return undefined;
  }
}

function describe({ action, key, value, previous }: LoggedV2Event): string {
  return `${action} ${key} ${value} for ${previous}`;
}
