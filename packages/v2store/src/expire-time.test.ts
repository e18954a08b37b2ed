// Times: exact nanoseconds, Go's text form, ceilings without rounding noise.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  expireTimeFromMs,
  expireTimeFromUnixNano,
  formatExpireTime,
  momentFromUnixNano,
  parseExpireTime,
  ttlSeconds,
  unixNanoOf,
} from './expire-time.ts';
import { jsonString } from './json.ts';
import { cleanPath, compareUtf8 } from './path.ts';

test('UnixNano goes through a moment and its text unchanged, over the whole of int64', () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (nanos) => {
      const moment = momentFromUnixNano(nanos);
      assert.equal(unixNanoOf(moment), nanos);
      assert.deepEqual(parseExpireTime(formatExpireTime(moment)), moment);
    }),
  );
  assert.equal(expireTimeFromUnixNano(0n), undefined);
});

test('times print as Go prints RFC3339Nano in UTC, and any offset is read', () => {
  assert.equal(formatExpireTime(momentFromUnixNano(1_700_000_000_120_000_000n)), '2023-11-14T22:13:20.12Z');
  assert.equal(formatExpireTime(momentFromUnixNano(-1n)), '1969-12-31T23:59:59.999999999Z');
  assert.deepEqual(
    parseExpireTime('2023-11-15T00:13:20.12+02:00'),
    momentFromUnixNano(1_700_000_000_120_000_000n),
  );
  assert.equal(parseExpireTime('0001-01-01T00:00:00Z'), undefined);
  assert.throws(() => parseExpireTime('2023-11-15'), RangeError);
});

test('a ttl of n seconds reads n from the moment it was given until a second has passed', () => {
  const moment = fc.double({ min: 1.6e12, max: 4e12, noNaN: true });
  fc.assert(
    fc.property(
      moment,
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 998 }),
      (ms, seconds, later) => {
        const start = expireTimeFromMs(ms);
        const end = { seconds: start.seconds + seconds, nanos: start.nanos };
        assert.equal(ttlSeconds(end, ms + later), seconds);
        assert.equal(ttlSeconds(end, Math.floor(ms) + later), seconds);
      },
    ),
  );
  assert.ok(Object.is(ttlSeconds({ seconds: 10, nanos: 0 }, 10_500), 0));
  assert.equal(ttlSeconds({ seconds: 10, nanos: 0 }, 12_500), -2);
});

test('strings print as Go prints them', () => {
  assert.equal(
    jsonString('a<b>&"\\/\b\f\n\r\t\u0001\u2028\u2029é😀\u007f'),
    '"a\\u003cb\\u003e\\u0026\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u0001\\u2028\\u2029é😀\u007f"',
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => assert.equal(JSON.parse(jsonString(text)), text)),
  );
});

test('strings sort as their UTF-8 bytes do', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      assert.equal(Math.sign(compareUtf8(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
  assert.ok(compareUtf8('\uffff', '\u{10000}') < 0);
});

test('paths are cleaned', () => {
  const cases = [
    ['', '/'],
    ['/', '/'],
    ['a', '/a'],
    ['/a/', '/a'],
    ['//a///b', '/a/b'],
    ['/a/./b', '/a/b'],
    ['/a/../../b', '/b'],
    ['/.a/..b', '/.a/..b'],
  ];
  for (const [path, clean] of cases as [string, string][]) assert.equal(cleanPath(path), clean);
});
