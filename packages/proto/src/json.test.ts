import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AlarmRequest,
  Compare,
  findJsonEnd,
  fromJson,
  JsonError,
  JsonNumber,
  LeaseGrantRequest,
  PutRequest,
  parseJson,
  parseJsonAt,
  RangeRequest,
  RangeResponse,
  ResponseOp,
  StatusResponse,
  TxnRequest,
  toJson,
  WatchRequest,
} from './index.ts';
import { arbitraryMessage } from './testing/arbitrary.ts';
import { allMessageTypes } from './testing/vectors.ts';

test('snake_case and lowerCamel names are read', () => {
  const expected = RangeRequest.create({ key: Buffer.from('a'), rangeEnd: Buffer.from('b'), keysOnly: true });
  assert.deepEqual(fromJson(RangeRequest, '{"key":"YQ==","range_end":"Yg==","keys_only":true}'), expected);
  assert.deepEqual(fromJson(RangeRequest, '{"key":"YQ==","rangeEnd":"Yg==","keysOnly":true}'), expected);
});

test('64-bit integers are read from strings and from bare numbers, exactly', () => {
  assert.equal(fromJson(LeaseGrantRequest, '{"ID":"7587862094297655555"}').ID, 7587862094297655555n);
  assert.equal(fromJson(LeaseGrantRequest, '{"ID":7587862094297655555}').ID, 7587862094297655555n);
  assert.equal(fromJson(LeaseGrantRequest, '{"ID":-1,"TTL":"60"}').ID, -1n);
  assert.equal(fromJson(LeaseGrantRequest, '{"TTL":60}').TTL, 60);
});

test('enums are read by name and by number; unknown fields and nulls are dropped', () => {
  assert.equal(fromJson(AlarmRequest, '{"action":"ACTIVATE","alarm":1}').action, 1);
  assert.equal(fromJson(RangeRequest, '{"sort_order":2}').sortOrder, 2);
  const read = fromJson(RangeRequest, '{"nonsense":{"a":[1,{}]},"key":null,"limit":"5","__proto__":{"x":1}}');
  assert.deepEqual(read, RangeRequest.create({ limit: 5 }));
});

test('no text is an empty message', () => {
  assert.deepEqual(fromJson(RangeRequest, ''), RangeRequest.create());
  assert.deepEqual(fromJson(RangeRequest, ' \n'), RangeRequest.create());
  assert.deepEqual(fromJson(RangeRequest, 'null'), RangeRequest.create());
});

test('what does not fit is refused', () => {
  const refused: [string, { decode(bytes: Uint8Array): unknown }][] = [
    ['{"key":5}', RangeRequest],
    ['{"key":"a"}', RangeRequest],
    ['{"key":"YQ="}', RangeRequest],
    ['{"key":"Y_Q+"}', RangeRequest],
    ['{"key":"YQ==","limit":1.5}', RangeRequest],
    ['{"limit":1e400}', RangeRequest],
    ['{"limit":"x"}', RangeRequest],
    ['{"limit":9223372036854775808}', RangeRequest],
    ['{"limit":true}', RangeRequest],
    ['{"keys_only":"true"}', RangeRequest],
    ['{"sort_order":"UP"}', RangeRequest],
    ['[]', RangeRequest],
    ['"a"', RangeRequest],
    ['{"key":"YQ=="', RangeRequest],
    ['{"key":"YQ=="}}', RangeRequest],
    ['{key:1}', RangeRequest],
  ];
  for (const [text] of refused) assert.throws(() => fromJson(RangeRequest, text), JsonError, text);
  assert.throws(() => fromJson(Compare, '{"version":1,"lease":1}'), JsonError);
  assert.throws(() => fromJson(TxnRequest, '{"compare":{}}'), JsonError);
  assert.throws(() => fromJson(TxnRequest, '{"compare":[5]}'), JsonError);
});

test('URL-safe and unpadded base64 is read', () => {
  assert.deepEqual(fromJson(PutRequest, '{"key":"-_8"}').key, Buffer.from([0xfb, 0xff]));
  assert.deepEqual(fromJson(PutRequest, '{"key":"+/8="}').key, Buffer.from([0xfb, 0xff]));
});

test('a member of a oneof is written even when zero or empty', () => {
  assert.equal(toJson(Compare, Compare.create({ version: 0, target: 0 })), '{"version":"0"}');
  assert.equal(
    toJson(ResponseOp, ResponseOp.create({ responseRange: RangeResponse.create() })),
    '{"response_range":{}}',
  );
  assert.deepEqual(
    fromJson(WatchRequest, '{"create_request":{"key":"YQ=="}}').createRequest?.key,
    Buffer.from('a'),
  );
});

test('text is escaped as Go escapes it', () => {
  const status = StatusResponse.create({ version: '<a&b>\u2028\b\f\n"\\ü' });
  assert.equal(
    toJson(StatusResponse, status),
    '{"version":"\\u003ca\\u0026b\\u003e\\u2028\\b\\f\\n\\"\\\\ü"}',
  );
});

test('any message survives its JSON form', () => {
  for (const type of allMessageTypes().values()) {
    // uint64 numbers of proto2 messages and enums of unknown number are all written as they are.
    fc.assert(
      fc.property(arbitraryMessage(type), (message) => {
        assert.deepEqual(fromJson(type, toJson(type, message)), message);
        JSON.parse(toJson(type, message));
      }),
      { numRuns: 10 },
    );
  }
});

test('the parser agrees with JSON.parse on what JSON is', () => {
  const plain = (value: ReturnType<typeof parseJson>): unknown => {
    if (value instanceof JsonNumber) return Number(value.text);
    if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
    return Array.isArray(value) ? value.map(plain) : value;
  };
  fc.assert(
    fc.property(fc.json(), (text) => {
      // Object.fromEntries and JSON.parse both make `__proto__` an own property.
      assert.equal(JSON.stringify(plain(parseJson(text))), JSON.stringify(JSON.parse(text)));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,0123eE+-.tfn \\u'), maxLength: 12 }), (text) => {
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      if (valid) parseJson(text);
      else assert.throws(() => parseJson(text), JsonError);
    }),
    { numRuns: 2000 },
  );
});

test('deep JSON is refused, not recursed into', () => {
  assert.throws(() => parseJson('['.repeat(100_000)), JsonError);
});

test('long strings are read', () => {
  const key = Buffer.alloc(3_000_000, 7);
  assert.deepEqual(fromJson(PutRequest, toJson(PutRequest, PutRequest.create({ key }))).key, key);
});

test('a stream of values is cut at the end of each', () => {
  const text = ' {"a":"}"} {"b":[1,{}]}\n{"c"';
  const first = findJsonEnd(text, 0);
  assert.equal(text.slice(0, first).trim(), '{"a":"}"}');
  const second = findJsonEnd(text, first);
  assert.equal(text.slice(first, second).trim(), '{"b":[1,{}]}');
  assert.equal(findJsonEnd(text, second), -1);
  assert.equal(parseJsonAt(text, 0)?.end, first);
  assert.equal(parseJsonAt('  ', 0), undefined);
});
