import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyValue, RangeResponse, ResponseHeader, WatchResponse } from '@quorate/proto';
import { EventType, type WatchEvent } from '@quorate/storage';
import fc from 'fast-check';
import { EventsPartCache, layOutEvents } from './events-part.ts';
import { varintSize, writeVarint } from './protobuf-bytes.ts';
import { rangeResponse } from './range-response.ts';
import { ResponseHeaders } from './response-header.ts';
import { controlBody, noWatchId, watchIdField } from './watch-response.ts';

const joined = (message: Uint8Array | readonly Uint8Array[]): Buffer =>
  message instanceof Uint8Array ? Buffer.from(message) : Buffer.concat(message as Uint8Array[]);

test('varints of every size come back from the generated codec', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const out = new Uint8Array(10);
      out[0] = 0x18; // revision
      const end = writeVarint(out, 1, value);
      assert.equal(end - 1, varintSize(value));
      assert.equal(ResponseHeader.decode(out, 0, end).revision, value);
    }),
  );
  for (let bits = 0; bits < 53; bits++) {
    for (const value of [2 ** bits - 1, 2 ** bits]) {
      assert.equal(writeVarint(new Uint8Array(10), 0, value), varintSize(value));
    }
  }
});

test('headers equal the generated encoding, whatever the ids, revision and term', () => {
  const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(id, id, fc.maxSafeNat(), fc.maxSafeNat(), (clusterId, memberId, revision, term) => {
      const source = { clusterId, memberId, term: () => term, revision: () => revision };
      const header = ResponseHeader.create({ clusterId, memberId, revision, raftTerm: term });
      const expected = RangeResponse.encode(RangeResponse.create({ header }));
      const headers = new ResponseHeaders(source);
      assert.deepEqual(Buffer.from(headers.now()), expected);
      assert.equal(headers.now(), headers.field(revision));
    }),
  );
});

test('range responses equal the generated encoding, small and large', () => {
  const source = { clusterId: 1n, memberId: 2n, term: () => 3, revision: () => 4 };
  const header = ResponseHeader.create({ clusterId: 1n, memberId: 2n, revision: 4, raftTerm: 3 });
  for (const [keys, valueBytes] of [
    [0, 0],
    [1, 10],
    [1, 2000],
    [100, 100],
    [100, 1000],
  ] as const) {
    const kvs = Array.from({ length: keys }, (_, i) =>
      KeyValue.create({
        key: Buffer.from(`key-${i}`),
        value: Buffer.alloc(valueBytes, 'v'),
        createRevision: i + 2,
        modRevision: i + 300,
        version: 1,
      }),
    );
    const expected = RangeResponse.encode(
      RangeResponse.create({ header, kvs, more: keys > 1, count: keys * 2 }),
    );
    const made = rangeResponse(
      new ResponseHeaders(source).now(),
      kvs.map((kv) => KeyValue.encode(kv)),
      keys > 1,
      keys * 2,
    );
    assert.deepEqual(joined(made), expected);
  }
});

const event = (n: number): WatchEvent => ({
  type: EventType.put,
  modRevision: n,
  version: 1,
  kv: Uint8Array.of(),
  encoded: Uint8Array.of(0x12, 0),
  encodedWithPrev: Uint8Array.of(0x12, 0, 0x1a, 0),
});

test('watch ids and control responses equal the generated encoding', () => {
  for (const watchId of [0, 1, 127, 128, 2 ** 31, 2 ** 40, -1, -5]) {
    assert.deepEqual(Buffer.from(watchIdField(watchId)), controlBody({ watchId }));
  }
  const refused = WatchResponse.decode(
    controlBody({ watchId: noWatchId, created: true, canceled: true, cancelReason: 'no' }),
  );
  assert.equal(refused.watchId, -1);
  assert.equal(refused.created && refused.canceled, true);
  assert.equal(refused.cancelReason, 'no');
});

test('events are laid out once for all watchers of a change', () => {
  const cache = new EventsPartCache();
  const events = [event(1), event(2)];
  assert.equal(cache.get(events, false), cache.get(events, false));
  assert.equal(cache.get(events, true), cache.get(events, true));
  assert.notDeepEqual(cache.get(events, true), cache.get(events, false));
  const single = event(3);
  assert.equal(cache.get([single], false), cache.get([single], false), 'one event in different arrays');
  const decoded = WatchResponse.decode(layOutEvents(events, true));
  assert.equal(decoded.events.length, 2);
  assert.notEqual(decoded.events[0]?.prevKv, undefined);
});
