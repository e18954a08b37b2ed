// Points in time with nanoseconds, as etcd keeps expirations: exact where a double of milliseconds is not.
// Permanent nodes have no ExpireTime (`undefined`); etcd's zero time is the same thing.

/** A moment: whole Unix seconds (may be negative) and 0–999 999 999 nanoseconds after them. */
export interface ExpireTime {
  readonly seconds: number;
  readonly nanos: number;
}

const nanosPerSecond = 1_000_000_000n;

/** Text of etcd's zero time, which stands for "permanent" in saved stores. */
export const zeroTimeText = '0001-01-01T00:00:00Z';

/** Unix second of etcd's zero time. */
const zeroTimeSeconds = -62_135_596_800;

/** Unix seconds with which the year 0 begins and the year 9999 ends. */
const firstSecond = -62_167_219_200;
const lastSecond = 253_402_300_799;

/** Moment of a Go UnixNano; 0 is "none", as in `etcdserverpb.Request.Expiration`. */
export function expireTimeFromUnixNano(unixNano: bigint): ExpireTime | undefined {
  return unixNano === 0n ? undefined : momentFromUnixNano(unixNano);
}

/** Moment of a Go UnixNano, 0 being 1970. */
export function momentFromUnixNano(unixNano: bigint): ExpireTime {
  let seconds = unixNano / nanosPerSecond;
  let nanos = unixNano % nanosPerSecond;
  if (nanos < 0n) {
    seconds -= 1n;
    nanos += nanosPerSecond;
  }
  return { seconds: Number(seconds), nanos: Number(nanos) };
}

/** Go's UnixNano of a moment. */
export function unixNanoOf(time: ExpireTime): bigint {
  return BigInt(time.seconds) * nanosPerSecond + BigInt(time.nanos);
}

/** Moment of Unix milliseconds, which may be fractional. */
export function expireTimeFromMs(unixMs: number): ExpireTime {
  const seconds = Math.floor(unixMs / 1000);
  const nanos = Math.min(Math.round((unixMs - seconds * 1000) * 1e6), 999_999_999);
  return { seconds, nanos };
}

/** Order of two moments: negative, zero or positive. */
export function compareExpireTimes(a: ExpireTime, b: ExpireTime): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

/**
 * Seconds left at `nowMs` (Unix milliseconds), rounded up; zero or negative when the moment has passed. Both are
 * first cut to whole milliseconds: clocks often have no more, and a node must not begin with a second too many
 * because its expiration does.
 */
export function ttlSeconds(time: ExpireTime, nowMs: number): number {
  const leftMs = time.seconds * 1000 + Math.floor(time.nanos / 1e6) - Math.floor(nowMs);
  const seconds = Math.ceil(leftMs / 1000);
  return seconds === 0 ? 0 : seconds; // never -0
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** RFC 3339 text in UTC with as many fraction digits as needed, as Go's RFC3339Nano prints it. */
export function formatExpireTime(time: ExpireTime): string {
  const date = new Date(time.seconds * 1000);
  let text = `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}T${pad(
    date.getUTCHours(),
    2,
  )}:${pad(date.getUTCMinutes(), 2)}:${pad(date.getUTCSeconds(), 2)}`;
  if (time.nanos !== 0) text += `.${pad(time.nanos, 9).replace(/0+$/, '')}`;
  return `${text}Z`;
}

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** Reads RFC 3339 with any offset. `undefined` for the zero time. @throws RangeError on other text */
export function parseExpireTime(text: string): ExpireTime | undefined {
  if (text === zeroTimeText) return undefined;
  const match = rfc3339.exec(text);
  if (match === null) throw new RangeError(`not an RFC 3339 time: ${JSON.stringify(text.slice(0, 64))}`);
  const part = (group: number): number => Number(match[group] ?? 0);
  const date = new Date(0);
  date.setUTCFullYear(part(1), part(2) - 1, part(3));
  const isDay = date.getUTCMonth() === part(2) - 1 && date.getUTCDate() === part(3);
  const isTime = part(4) < 24 && part(5) < 60 && part(6) < 60 && part(9) < 24 && part(10) < 60;
  date.setUTCHours(part(4), part(5), part(6));
  let seconds = date.getTime() / 1000;
  if (match[8] !== undefined) seconds -= (match[8] === '-' ? -1 : 1) * (part(9) * 3600 + part(10) * 60);
  // The offset may lead out of the years that the text form has.
  if (!isDay || !isTime || seconds < firstSecond || seconds > lastSecond) {
    throw new RangeError(`no such time: ${JSON.stringify(text)}`);
  }
  const nanos = Number((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return seconds === zeroTimeSeconds && nanos === 0 ? undefined : { seconds, nanos };
}
