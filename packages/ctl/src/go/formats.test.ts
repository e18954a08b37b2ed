import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyValue, RangeRequest, RangeResponse, RequestOp, ResponseHeader, ResponseOp } from '@quorate/proto';
import fc from 'fast-check';
import { argumentBytes, bytesArgument } from '../cli/argument-bytes.ts';
import { humanBytes } from './bytes-size.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { goJson } from './json.ts';
import { NumberError, parseInt64, parseUint64 } from './numbers.ts';
import { hexEscaped, quote, unquoteAt } from './quote.ts';
import { formatTable } from './table.ts';

test('durations are written as Go writes them', () => {
  const cases: [bigint, string][] = [
    [0n, '0s'],
    [1n, '1ns'],
    [1_100n, '1.1µs'],
    [1_856_092n, '1.856092ms'],
    [2_000_000_000n, '2s'],
    [90_500_000_000n, '1m30.5s'],
    [3_600_000_000_000n, '1h0m0s'],
    [-1_500_000_000n, '-1.5s'],
  ];
  for (const [ns, text] of cases) {
    assert.equal(formatDuration(ns), text);
    assert.equal(parseDuration(text), ns);
  }
});

test('durations are read as Go reads them', () => {
  assert.equal(parseDuration('0'), 0n);
  assert.equal(parseDuration('1h15m30.918s'), 4_530_918_000_000n);
  assert.equal(parseDuration('.5s'), 500_000_000n);
  assert.equal(parseDuration('+3us'), 3_000n);
  for (const bad of ['', '5', 's', '1x', '1 s', '--1s', '.s', '9999999h'])
    assert.equal(parseDuration(bad), undefined, bad);
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (ns) => {
      assert.equal(parseDuration(formatDuration(ns)), ns);
    }),
  );
});

test('sizes are rounded as in etcd', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [9, '9 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [20480, '20 kB'],
    [24576, '25 kB'],
    [1_250_000, '1.3 MB'],
    [2_147_483_648, '2.1 GB'],
  ];
  for (const [bytes, text] of cases) assert.equal(humanBytes(bytes), text);
});

test('strings are quoted as Go quotes them', () => {
  assert.equal(quote('a"b\\c\n\t\u0001é日\u200b\u{1f600}'), '"a\\"b\\\\c\\n\\t\\x01é日\\u200b😀"');
  assert.equal(quote(Buffer.from([0xff, 0x41, 0x00])), '"\\xffA\\x00"');
  assert.equal(quote('\u{e0001}'), '"\\U000e0001"');
});

test('what is quoted is unquoted to the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const quoted = quote(bytes);
      const read = unquoteAt(quoted, 0);
      assert.equal(read?.end, quoted.length);
      assert.deepEqual(argumentBytes(read?.value ?? ''), Buffer.from(bytes));
    }),
  );
});

test('quoted strings are read up to their end', () => {
  assert.deepEqual(unquoteAt('x"a\\x41\\101\\u00e9" rest', 1), { value: 'aAAé', end: 18 });
  assert.deepEqual(unquoteAt('`raw\\n`', 0), { value: 'raw\\n', end: 7 });
  for (const bad of ['', 'abc', '"abc', '"\\q"', '"\\x4"', '"a\nb"', '"\\U00110000"']) {
    assert.equal(unquoteAt(bad, 0), undefined, bad);
  }
});

test('bytes that are no text survive being an argument', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(argumentBytes(bytesArgument(bytes)), Buffer.from(bytes));
    }),
  );
  assert.equal(bytesArgument(Buffer.from('größe')), 'größe');
});

test('hex form of keys', () => {
  assert.equal(hexEscaped(Buffer.from([0x61, 0x00, 0xff])), '\\x61\\x00\\xff');
});

test('integers are read as by strconv, with its errors', () => {
  assert.equal(parseInt64('-7fffffffffffffff', 16), -(2n ** 63n) + 1n);
  assert.equal(parseUint64('ffffffffffffffff', 16), 2n ** 64n - 1n);
  assert.throws(() => parseInt64('x'), new NumberError('strconv.ParseInt: parsing "x": invalid syntax'));
  assert.throws(
    () => parseInt64('9223372036854775808'),
    new NumberError('strconv.ParseInt: parsing "9223372036854775808": value out of range'),
  );
  assert.throws(() => parseUint64('-1'), NumberError);
});

test('tables: titles in the middle, cells to the right, long cells wrapped', () => {
  assert.equal(
    formatTable(['endpoint', 'is leader', 'errors'], [['127.0.0.1:2379', 'true', '']]),
    [
      '+----------------+-----------+--------+',
      '|    ENDPOINT    | IS LEADER | ERRORS |',
      '+----------------+-----------+--------+',
      '| 127.0.0.1:2379 |      true |        |',
      '+----------------+-----------+--------+',
      '',
    ].join('\n'),
  );
  const wrapped = formatTable(['a'], [['one two three four five six seven eight nine ten']]);
  for (const line of wrapped.trim().split('\n')) assert.ok(line.length <= 34, line);
});

test('messages are printed as JSON with plain numbers and Go names for oneofs', () => {
  const header = ResponseHeader.create({ clusterId: 14839804160317568608n, revision: 2 });
  assert.equal(goJson(ResponseHeader, header), '{"cluster_id":14839804160317568608,"revision":2}');
  const kvs = [KeyValue.create({ key: Buffer.from('a'), lease: 5n })];
  const op = ResponseOp.create({ responseRange: RangeResponse.create({ kvs, count: 1 }) });
  assert.equal(
    goJson(ResponseOp, op),
    '{"Response":{"ResponseRange":{"kvs":[{"key":"YQ==","lease":5}],"count":1}}}',
  );
  assert.equal(
    goJson(RequestOp, RequestOp.create({ requestRange: RangeRequest.create() })),
    '{"Request":{"RequestRange":{}}}',
  );
});
