// `repeated Event events = 11` of a WatchResponse, laid out once for all watchers that get the same events.
import type { WatchEvent } from '@quorate/storage';
import { bytesTag, varintSize, writeVarint } from './protobuf-bytes.ts';

const eventsTag = bytesTag(11);

/** The laid-out fields of events[from, to). */
export function layOutEvents(
  events: readonly WatchEvent[],
  withPrev: boolean,
  from = 0,
  to = events.length,
): Uint8Array {
  let size = 0;
  for (let i = from; i < to; i++) size += eventFieldSize(events[i]!, withPrev);
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (let i = from; i < to; i++) {
    const event = events[i]!;
    const encoded = withPrev ? event.encodedWithPrev : event.encoded;
    out[at++] = eventsTag;
    at = writeVarint(out, at, encoded.length);
    out.set(encoded, at);
    at += encoded.length;
  }
  return out;
}

/** Bytes one event takes in the response. */
export function eventFieldSize(event: WatchEvent, withPrev: boolean): number {
  const { length } = withPrev ? event.encodedWithPrev : event.encoded;
  return 1 + varintSize(length) + length;
}

/**
 * Remembers the last events laid out, with and without previous values. Watchers of the same keys get the same events one
 * after the other, so one put that reaches a thousand watchers is laid out once.
 */
export class EventsPartCache {
  #plainEvents: readonly WatchEvent[] | undefined;
  #plain: Uint8Array = new Uint8Array(0);
  #prevEvents: readonly WatchEvent[] | undefined;
  #prev: Uint8Array = new Uint8Array(0);

  get(events: readonly WatchEvent[], withPrev: boolean): Uint8Array {
    if (withPrev) {
      if (!isSame(events, this.#prevEvents)) {
        this.#prev = layOutEvents(events, true);
        this.#prevEvents = events;
      }
      return this.#prev;
    }
    if (!isSame(events, this.#plainEvents)) {
      this.#plain = layOutEvents(events, false);
      this.#plainEvents = events;
    }
    return this.#plain;
  }

  /** Lets go of the events; called when a turn is over, so that the last large batch is not kept for long. */
  clear(): void {
    this.#plainEvents = undefined;
    this.#plain = new Uint8Array(0);
    this.#prevEvents = undefined;
    this.#prev = new Uint8Array(0);
  }
}

/** The same batch: the same array, or the same events in another (catching up, each watcher has an array of its own). */
function isSame(events: readonly WatchEvent[], cached: readonly WatchEvent[] | undefined): boolean {
  if (events === cached) return true;
  if (cached === undefined || events.length !== cached.length) return false;
  for (let i = 0; i < events.length; i++) if (events[i] !== cached[i]) return false;
  return true;
}
