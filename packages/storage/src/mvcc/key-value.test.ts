// The hand-written codec against the generated one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, KeyValue } from '@quorate/proto';
import fc from 'fast-check';
import { StoredEvent } from './events.ts';
import {
  decodeKeyValue,
  encodeKeyValue,
  keyOf,
  leaseOf,
  modRevisionOf,
  valueBytesOf,
  varintSize,
} from './key-value.ts';
import { EventType } from './types.ts';

const safe = fc.oneof(
  fc.nat(300),
  fc.maxSafeNat(),
  fc.constantFrom(127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 35),
);
const lease = fc.oneof(fc.constant(0n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const record = fc.record({
  key: fc.uint8Array({ maxLength: 200, size: 'max' }),
  createRevision: safe,
  modRevision: safe,
  version: safe,
  value: fc.uint8Array({ maxLength: 300, size: 'max' }),
  lease,
});

test('key-values are written byte for byte as the generated codec writes them, and read back', () => {
  fc.assert(
    fc.property(record, (fields) => {
      const { key, createRevision, modRevision, version, value } = fields;
      const encoded = encodeKeyValue(key, createRevision, modRevision, version, value, fields.lease);
      assert.deepEqual(Buffer.from(encoded), Buffer.from(KeyValue.encode(KeyValue.create(fields))));
      const decoded = decodeKeyValue(encoded);
      assert.deepEqual(
        { ...decoded, key: Buffer.from(decoded.key), value: Buffer.from(decoded.value) },
        { ...fields, key: Buffer.from(key), value: Buffer.from(value) },
      );
      assert.deepEqual(Buffer.from(keyOf(encoded)), Buffer.from(key));
      assert.deepEqual(Buffer.from(valueBytesOf(encoded)), Buffer.from(value));
      assert.equal(modRevisionOf(encoded), modRevision);
      assert.equal(leaseOf(encoded), fields.lease);
    }),
    { numRuns: 1000 },
  );
});

test('sizes of varints', () => {
  for (const [value, size] of [
    [0, 1],
    [127, 1],
    [128, 2],
    [2 ** 32, 5],
    [Number.MAX_SAFE_INTEGER, 8],
  ] as const) {
    assert.equal(varintSize(value), size);
  }
});

test('broken records are a bug, not a value', () => {
  const good = encodeKeyValue(Buffer.from('k'), 1, 2, 3, Buffer.from('v'), 0n);
  for (const bad of [
    good.subarray(0, 2),
    good.subarray(0, good.length - 1),
    Buffer.from([0x78, 1]),
    Buffer.alloc(11, 0xff),
  ]) {
    assert.throws(() => decodeKeyValue(bad), { name: 'AssertionError' });
  }
});

test('events are written as the generated codec writes them, with and without prev_kv', () => {
  const kv = encodeKeyValue(Buffer.from('k'), 2, 300, 3, Buffer.alloc(200, 1), 5n);
  const prev = encodeKeyValue(Buffer.from('k'), 2, 3, 2, Buffer.alloc(150, 2), 0n);
  for (const type of [EventType.put, EventType.delete]) {
    const event = new StoredEvent(type, Buffer.from('k'), 300, 3, kv, () => prev);
    const plain = Event.create({ type, kv: KeyValue.decode(kv) });
    assert.deepEqual(Buffer.from(event.encoded), Buffer.from(Event.encode(plain)));
    const full = Event.create({ type, kv: KeyValue.decode(kv), prevKv: KeyValue.decode(prev) });
    assert.deepEqual(Buffer.from(event.encodedWithPrev), Buffer.from(Event.encode(full)));
    assert.equal(event.encoded, event.encoded);
    const first = new StoredEvent(type, Buffer.from('k'), 300, 1, kv, () => undefined);
    assert.equal(first.encodedWithPrev, first.encoded);
  }
});
