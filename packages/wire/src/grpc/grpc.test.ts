import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeGrpcMessage, encodeGrpcMessage, formatTimeout, parseTimeout } from '../h2/heads.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { message } from '../testing/raw-peer.ts';
import { type DeadlineEntry, DeadlineWheel } from './deadline-wheel.ts';
import { MessageError, MessageReader } from './message-reader.ts';
import { encodeMetadata } from './metadata.ts';
import { GrpcRouter } from './router.ts';

test('grpc-timeout: units, eight digits, nothing else', () => {
  assert.equal(parseTimeout('5S'), 5000);
  assert.equal(parseTimeout('1H'), 3_600_000);
  assert.equal(parseTimeout('2M'), 120_000);
  assert.equal(parseTimeout('99999999m'), 99_999_999);
  assert.equal(parseTimeout('250000u'), 250);
  assert.equal(parseTimeout('1000000n'), 1);
  for (const bad of ['', 'S', '5', '5s', '-1S', '123456789S', '1.5S', ' 1S']) {
    assert.ok(Number.isNaN(parseTimeout(bad)), bad);
  }
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e11, noNaN: true }), (ms) => {
      const back = parseTimeout(formatTimeout(ms));
      assert.ok(
        back >= ms - 1e-3 && back <= ms * 1.0001 + 3_600_000 * (ms > 1e11 / 2 ? 1 : 0) + 1001,
        `${ms} ${back}`,
      );
    }),
  );
});

test('grpc-message survives any text', () => {
  assert.equal(encodeGrpcMessage('etcdserver: 100% full\n'), 'etcdserver: 100%25 full%0A');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = encodeGrpcMessage(text);
      assert.match(encoded, /^[\x20-\x7e]*$/);
      assert.equal(decodeGrpcMessage(encoded), text);
    }),
  );
  assert.equal(decodeGrpcMessage('50% off %zz'), '50% off %zz');
});

test('metadata: bytes as base64, bad names and values refused', () => {
  assert.deepEqual(encodeMetadata({ Token: 'a', 'x-bin': Buffer.from([255, 254]), many: ['1', '2'] }), [
    ['token', 'a'],
    ['x-bin', '//4'],
    ['many', '1'],
    ['many', '2'],
  ]);
  for (const bad of [{ ':path': 'x' }, { 'a b': 'x' }, { a: 'x\n' }, { a: 'é' }, { a: Buffer.from('x') }]) {
    assert.throws(() => encodeMetadata(bad), TypeError);
  }
});

test('router: texts of unknown methods are grpc-go ones', () => {
  const router = new GrpcRouter().unary('/a.S/M', () => undefined);
  assert.equal(router.describeUnknown('/a.S/X'), 'unknown method X for service a.S');
  assert.equal(router.describeUnknown('/a.T/X'), 'unknown service a.T');
  assert.equal(router.describeUnknown('aT'), 'malformed method name: "aT"');
  assert.throws(() => router.unary('/a.S/M', () => undefined), /twice/);
  assert.throws(() => router.stream('x', () => undefined), /malformed/);
});

interface Collected {
  readonly messages: Buffer[];
  consumed: number;
  held: number;
}

function reader(maxBytes = 1 << 20, encoding = ''): { reader: MessageReader; seen: Collected } {
  const seen: Collected = { messages: [], consumed: 0, held: 0 };
  return {
    seen,
    reader: new MessageReader(
      {
        onReaderMessage: (bytes) => seen.messages.push(Buffer.from(bytes)),
        consumed: (bytes) => {
          seen.consumed += bytes;
        },
        onHeld: (change) => {
          seen.held += change;
        },
      },
      maxBytes,
      encoding,
    ),
  };
}

test('message reader: any cutting of the stream, with pauses, gives the same messages', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 10 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }),
      (contents, cuts, pauses) => {
        const stream = Buffer.concat(contents.map((content) => message(content)));
        const { reader: r, seen } = reader();
        let at = 0;
        for (let i = 0; at < stream.length; i++) {
          const next = Math.min(stream.length, at + (cuts[i % cuts.length] as number));
          if (pauses[i % pauses.length]) r.pause();
          else assert.equal(r.resume(), undefined);
          assert.equal(r.push(stream, at, next), undefined);
          at = next;
        }
        assert.equal(r.resume(), undefined);
        assert.deepEqual(
          seen.messages,
          contents.map((content) => Buffer.from(content)),
        );
        assert.equal(seen.consumed, stream.length);
        assert.equal(seen.held, 0);
        assert.equal(r.insideMessage, false);
      },
    ),
    { numRuns: 300 },
  );
});

test('message reader: a promised size takes no memory', () => {
  const { reader: r, seen } = reader(1 << 30);
  const prefix = Buffer.from([0, 0x20, 0, 0, 0]);
  assert.equal(r.push(prefix, 0, 5), undefined);
  assert.ok(seen.held <= 4096, `${seen.held}`);
  r.clear();
  assert.equal(seen.held, 0);
});

test('message reader: refusals carry grpc-go texts', () => {
  const refuse = (bytes: Buffer, maxBytes: number, encoding: string): string => {
    const error = reader(maxBytes, encoding).reader.push(bytes, 0, bytes.length);
    assert.ok(error instanceof MessageError);
    return `${error.code} ${error.message}`;
  };
  assert.equal(
    refuse(message(Buffer.alloc(11)), 10, ''),
    '8 grpc: received message larger than max (11 vs. 10)',
  );
  assert.equal(refuse(message(Buffer.alloc(1), 2), 10, ''), '13 grpc: received unexpected payload format 2');
  assert.equal(
    refuse(message(Buffer.alloc(1), 1), 10, ''),
    '13 grpc: compressed flag set with identity or empty encoding',
  );
  assert.equal(
    refuse(message(Buffer.alloc(1), 1), 10, 'snappy'),
    '12 grpc: Decompressor is not installed for grpc-encoding "snappy"',
  );
  assert.match(
    refuse(message(gzipSync(Buffer.alloc(100_000)), 1), 1000, 'gzip'),
    /^8 grpc: received message after decompression larger than max/,
  );
  assert.match(refuse(message(Buffer.from('junk'), 1), 1000, 'gzip'), /^13 grpc: failed to decompress/);
});

test('message reader: gzip', () => {
  const { reader: r, seen } = reader(1000, 'gzip');
  const bytes = Buffer.concat([message(gzipSync('hello'), 1), message(Buffer.from('plain'))]);
  assert.equal(r.push(bytes, 0, bytes.length), undefined);
  assert.deepEqual(seen.messages.map(String), ['hello', 'plain']);
});

class Entry implements DeadlineEntry {
  readonly deadlineMs: number;
  wheelBucket = -1;
  wheelNext: DeadlineEntry | undefined = undefined;
  wheelPrevious: DeadlineEntry | undefined = undefined;
  firedMs = -1;
  readonly #clock: FakeClock;
  constructor(clock: FakeClock, deadlineMs: number) {
    this.#clock = clock;
    this.deadlineMs = deadlineMs;
  }
  onDeadline(): void {
    assert.equal(this.firedMs, -1);
    this.firedMs = this.#clock.nowMs();
  }
}

test('deadline wheel: never early, never more than a tick late, removed entries never', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ delay: fc.integer({ min: 0, max: 60_000 }), remove: fc.boolean() }), {
        maxLength: 40,
      }),
      fc.array(fc.integer({ min: 1, max: 7_000 }), { minLength: 1, maxLength: 20 }),
      (plans, steps) => {
        const clock = new FakeClock();
        const wheel = new DeadlineWheel(clock);
        const entries: { entry: Entry; remove: boolean }[] = [];
        let step = 0;
        for (const { delay, remove } of plans) {
          const entry = new Entry(clock, clock.nowMs() + delay);
          wheel.add(entry);
          entries.push({ entry, remove });
          if (step < steps.length) clock.advance(steps[step++] as number);
          if (remove && entry.firedMs === -1) wheel.remove(entry);
        }
        clock.advance(120_000);
        for (const { entry, remove } of entries) {
          if (remove && entry.firedMs === -1) continue;
          assert.ok(entry.firedMs >= entry.deadlineMs, 'early');
          assert.ok(entry.firedMs <= entry.deadlineMs + 10, `late: ${entry.firedMs - entry.deadlineMs}`);
        }
        assert.equal(wheel.size, 0);
        assert.equal(clock.pendingTimers, 0);
      },
    ),
    { numRuns: 100 },
  );
});
