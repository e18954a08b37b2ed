// bbolt files: what is written is read again, here and by Go; damaged files are refused cleanly.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { compareBytes, nodeDisk, seededRandom } from '@quorate/base';
import fc from 'fast-check';
import { type GoFiles, goFiles, needsGo } from '../go-files.testing.ts';
import { BboltError } from './errors.ts';
import { OUTPUT_CHUNK_BYTES } from './limits.ts';
import { byteSource } from './page-reader.ts';
import { BboltBucket, BboltFile } from './reader.ts';
import { type BboltBucketSource, planBbolt } from './writer.ts';

const tool = goFiles();
const go = tool as GoFiles;
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'quorate-bbolt-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));
const ROUNDS = process.env['QUORATE_LONG_TESTS'] === '1' ? 20_000 : 800;

/** A bucket held in memory; keys are latin-1 strings. */
type Tree = Map<string, Uint8Array | Tree>;

function source(tree: Tree, sequence = 0): BboltBucketSource {
  const keys = [...tree.keys()].map((key) => Buffer.from(key, 'latin1')).sort(compareBytes);
  return {
    sequence,
    *entries() {
      const reused = Buffer.alloc(40_000); // entries need not stay valid
      for (const key of keys) {
        reused.set(key);
        const value = tree.get(key.toString('latin1')) as Uint8Array | Tree;
        yield [reused.subarray(0, key.length), value instanceof Map ? source(value, 7) : value];
        reused.fill(0xee);
      }
    },
  };
}

function write(tree: Tree): Buffer {
  const plan = planBbolt(source(tree));
  const bytes = Buffer.concat([...plan.chunks()]);
  assert.equal(bytes.length, plan.totalBytes);
  return bytes;
}

function read(bucket: BboltBucket): Tree {
  const tree: Tree = new Map();
  for (const [key, value] of bucket.entries()) {
    tree.set(key.toString('latin1'), value instanceof BboltBucket ? read(value) : Uint8Array.from(value));
  }
  return tree;
}

/** What `dump` gives for a bucket with these contents. */
function lines(tree: Tree, indent = ''): string[] {
  return [...tree]
    .map(([key, value]) => [Buffer.from(key, 'latin1'), value] as const)
    .sort(([a], [b]) => compareBytes(a, b))
    .flatMap(([key, value]) =>
      value instanceof Map
        ? [`${indent}bucket ${key.toString('hex')}`, ...lines(value, `${indent} `)]
        : [valueLine(indent, key, value)],
    );
}

function valueLine(indent: string, key: Buffer, value: Uint8Array): string {
  const sum = createHash('sha256').update(value).digest('hex').slice(0, 8);
  return `${indent}${key.toString('hex')} ${value.length} ${sum}`;
}

function checked(bytes: Uint8Array): BboltFile {
  const file = BboltFile.open(byteSource(bytes));
  for (const _ of file.check());
  return file;
}

/** The lines `go-files bolt-dump` prints. */
function dump(bucket: BboltBucket, indent = ''): string[] {
  const lines: string[] = [];
  for (const [key, value] of bucket.entries()) {
    if (value instanceof BboltBucket)
      lines.push(`${indent}bucket ${key.toString('hex')}`, ...dump(value, `${indent} `));
    else lines.push(valueLine(indent, key, value));
  }
  return lines;
}

function filled(count: number, keyBytes: number, valueBytes: (at: number) => number): Tree {
  const tree: Tree = new Map();
  for (let at = 0; at < count; at++) {
    tree.set(String(at).padStart(8, '0').padEnd(keyBytes, '.'), Buffer.alloc(valueBytes(at), at));
  }
  return tree;
}

const shapes: Record<string, Tree> = {
  empty: new Map(),
  'empty buckets': new Map([
    ['a', new Map()],
    ['b', new Map()],
  ]),
  small: new Map([
    ['inline', filled(5, 8, () => 10)],
    ['paged', filled(30, 8, () => 100)],
  ]),
  'three levels': new Map([['key', filled(60_000, 17, (at) => at % 120)]]),
  'large values': new Map([['key', filled(40, 8, (at) => at * at * 400)]]),
  'one huge value': new Map([['key', new Map([['k', Buffer.alloc(9_000_000, 3)]])]]),
  'keys longer than pages': new Map([['key', filled(50, 30_000, () => 1)]]),
  'keys that leave single children': new Map([['key', filled(9, 4_000, () => 1)]]),
  nested: new Map<string, Tree>([
    [
      'outer',
      new Map<string, Uint8Array | Tree>([
        ['a', filled(500, 8, () => 50)],
        ['b', new Map()],
        ['c', Buffer.from('value')],
        ['d', filled(2, 8, () => 5)],
      ]),
    ],
    ['second', new Map([['deep', new Map([['deeper', filled(300, 8, () => 30)]])]])],
  ]),
  'many buckets': new Map(
    Array.from({ length: 60 }, (_, at) => [
      `bucket-${String(at).padStart(4, '0')}`,
      filled(at % 60, 8, () => 40),
    ]),
  ),
};

for (const [name, tree] of Object.entries(shapes)) {
  test(`written and read again: ${name}`, () => {
    const file = checked(write(tree));
    assert.deepEqual(dump(file.root), lines(tree));
  });

  test(`Go checks, reads and rewrites it: ${name}`, needsGo(tool), () => {
    const at = path.join(root, `${name}.db`);
    const bytes = write(tree);
    fs.writeFileSync(at, bytes);
    const expected = dump(checked(bytes).root);
    assert.deepEqual(go.run('bolt-dump', at).trimEnd().split('\n'), expected.length > 0 ? expected : ['']);
    go.run('bolt-modify', at);
    const modified = fs.readFileSync(at);
    assert.deepEqual(
      go.run('bolt-dump', at).trimEnd().split('\n'),
      expected.length > 0 ? dump(checked(modified).root) : [''],
    );
  });
}

test('any tree of buckets is written and read again', () => {
  const key = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 60,
  });
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.integer({ min: 900, max: 9000 }).map((size) => new Uint8Array(size).fill(size)),
  );
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc
      .array(fc.tuple(key, fc.oneof({ maxDepth: 3 }, bytes, tie('tree'))), { maxLength: 40 })
      .map((entries) => new Map(entries)),
  }));
  fc.assert(
    fc.property(tree, (one) => {
      const file = checked(write(one));
      assert.deepEqual(dump(file.root), lines(one));
      for (const [name, value] of one) {
        const found =
          value instanceof Map
            ? file.root.bucket(Buffer.from(name, 'latin1'))
            : file.root.get(Buffer.from(name, 'latin1'));
        assert.ok(found !== undefined);
      }
    }),
    { numRuns: 60 },
  );
});

test('keys are found one by one, and ranges begin where asked', () => {
  const bucket = checked(write(new Map([['key', filled(5_000, 8, (at) => at % 90)]]))).bucket(
    'key',
  ) as BboltBucket;
  for (const at of [0, 1, 77, 2_500, 4_998, 4_999]) {
    assert.deepEqual(bucket.get(Buffer.from(String(at).padStart(8, '0'))), Buffer.alloc(at % 90, at));
    for (const [from, first] of [
      [String(at).padStart(8, '0'), at],
      [`${String(at).padStart(8, '0')}x`, at + 1],
    ] as const) {
      const got = [...bucket.entries(Buffer.from(from))];
      assert.equal(got.length, 5_000 - first);
      if (got.length > 0) assert.equal(got[0]?.[0].toString(), String(first).padStart(8, '0'));
    }
  }
  assert.equal(bucket.get(Buffer.from('nothing')), undefined);
  assert.equal(bucket.get(Buffer.from('0')), undefined);
  assert.equal([...bucket.entries(Buffer.from('0'))].length, 5_000);
  assert.equal(bucket.bucket(Buffer.from('00000001')), undefined);
});

test(
  'files Go wrote are read: inline, nested and emptied buckets, overflow pages, free pages',
  needsGo(tool),
  () => {
    const at = path.join(root, 'from-go.db');
    go.run('bolt-write', at, '20000');
    const file = BboltFile.open(nodeDisk.open(at, 'read'));
    for (const _ of file.check());
    assert.deepEqual(dump(file.root), go.run('bolt-dump', at).trimEnd().split('\n'));
    assert.equal(file.bucket('nested')?.bucket(Buffer.from('a'))?.sequence, 42);
    // And a copy of ours is the same to Go.
    const copy = path.join(root, 'copy.db');
    fs.writeFileSync(copy, write(read(file.root)));
    assert.equal(go.run('bolt-dump', copy), go.run('bolt-dump', at));
  },
);

test('input that bbolt could not hold is refused before anything is written', () => {
  const refused = (entries: [string, Uint8Array][]): void => {
    const bad: BboltBucketSource = {
      *entries() {
        for (const [key, value] of entries) yield [Buffer.from(key), value];
      },
    };
    assert.throws(
      () => planBbolt(bad),
      (error) => error instanceof BboltError && error.code === 'INVALID_INPUT',
    );
  };
  const value = Buffer.from('v');
  refused([
    ['b', value],
    ['a', value],
  ]);
  refused([
    ['a', value],
    ['a', value],
  ]);
  refused([['', value]]);
  refused([['k'.repeat(32_769), value]]);
});

test('output comes in pieces of bounded size, whatever the size of the file', () => {
  const plan = planBbolt(source(new Map([['key', filled(60_000, 17, () => 100)]])));
  let largest = 0;
  let total = 0;
  for (const chunk of plan.chunks()) {
    largest = Math.max(largest, chunk.length);
    total += chunk.length;
  }
  assert.equal(total, plan.totalBytes);
  assert.ok(total > 8_000_000 && largest <= OUTPUT_CHUNK_BYTES, `${largest} of ${total}`);
});

/** The same entries in runs of up to `most`, over memory that is used again, as the pass wants them. */
function inRuns(tree: Map<string, Uint8Array>, most: () => number): BboltBucketSource {
  const entries = [...tree].map(([key, value]) => [Buffer.from(key, 'latin1'), value] as const);
  entries.sort(([a], [b]) => compareBytes(a, b));
  const bytes = Buffer.alloc(2 ** 20);
  return {
    *entries(pass) {
      for (let from = 0; from < entries.length; ) {
        const some = entries.slice(from, from + most());
        const sizes = Uint32Array.from(some.flatMap(([key, value]) => [key.length, value.length]));
        const data = Buffer.concat(some.flatMap(([key, value]) => (pass === 'bytes' ? [key, value] : [key])));
        bytes.set(data);
        yield { count: some.length, sizes, bytes: bytes.subarray(0, data.length) };
        bytes.fill(0xee);
        from += some.length;
      }
    },
  };
}

test('entries in runs, however they are cut, make the file that single entries make', () => {
  const random = seededRandom(11);
  for (let round = 0; round < 60; round++) {
    const tree = new Map<string, Uint8Array>();
    const longest = [4, 200, 6_000][round % 3] as number;
    for (let n = random.nextBelow(600); n > 0; n--) {
      const key = `${random.nextBelow(10_000)}`.padStart(1 + random.nextBelow(20), 'k');
      tree.set(key, Buffer.alloc(random.nextBelow(longest), n));
    }
    const runs = inRuns(tree, () => 1 + random.nextBelow(100));
    const plan = planBbolt(runs);
    assert.ok(Buffer.concat([...plan.chunks()]).equals(write(tree)), `round ${round}`);
    const nested = planBbolt({ entries: () => [[Buffer.from('b'), { ...runs, sequence: 7 }]] });
    assert.ok(
      Buffer.concat([...nested.chunks()]).equals(write(new Map([['b', tree]]))),
      `nested, round ${round}`,
    );
  }
});

test('runs out of order, within one or from one to the next, and sizes out of bounds are refused', () => {
  const run = (...keys: string[]) => ({
    count: keys.length,
    sizes: Uint32Array.from(keys.flatMap((key) => [key.length, 0])),
    bytes: Buffer.from(keys.join('')),
  });
  const plan = (...runs: ReturnType<typeof run>[]) => planBbolt({ entries: () => runs });
  plan(run('a', 'aa', 'ab'), run('abc', 'b'));
  for (const runs of [
    [run('a', 'a')],
    [run('b', 'a')],
    [run('aa', 'a')],
    [run('a', 'b'), run('b')],
    [run('a', 'bb'), run('b')],
  ]) {
    assert.throws(() => plan(...runs), { code: 'INVALID_INPUT', message: /keys must ascend/ });
  }
  assert.throws(() => plan(run('')), { code: 'INVALID_INPUT', message: /a key must have/ });
  assert.throws(() => plan(run('k'.repeat(40_000))), { code: 'INVALID_INPUT', message: /a key must have/ });
});

test('a file is still readable with one of its metas destroyed, not with both', () => {
  const bytes = write(new Map([['key', filled(100, 8, () => 10)]]));
  for (const meta of [0, 1]) {
    const damaged = Buffer.from(bytes);
    damaged.fill(0x55, meta * 4096, meta * 4096 + 100);
    assert.equal([...(checked(damaged).bucket('key') as BboltBucket).entries()].length, 100);
  }
  const both = Buffer.from(bytes);
  both.fill(0x55, 0, 5000);
  assert.throws(() => BboltFile.open(byteSource(both)), { code: 'NOT_BBOLT' });
  assert.throws(() => BboltFile.open(byteSource(Buffer.alloc(0))), { code: 'NOT_BBOLT' });
  assert.throws(() => BboltFile.open(byteSource(bytes.subarray(0, bytes.length - 4096))), {
    code: 'NOT_BBOLT',
  });
});

test('mutated files are read or refused, never more', () => {
  const bytes = write(
    new Map<string, Tree>([
      ['key', filled(700, 17, (at) => at % 150)],
      ['large', filled(5, 8, (at) => at * 3000)],
      [
        'nested',
        new Map<string, Tree>([
          ['a', filled(3, 8, () => 3)],
          ['b', filled(200, 8, () => 30)],
        ]),
      ],
    ]),
  );
  const random = seededRandom(5);
  const outcomes = new Map<string, number>();
  const everything = (bucket: BboltBucket, budget: { left: number }): void => {
    for (const [, value] of bucket.entries()) {
      assert.ok(--budget.left > 0, 'a damaged file must not yield entries without end');
      if (value instanceof BboltBucket) everything(value, budget);
    }
  };
  for (let round = 0; round < ROUNDS; round++) {
    const damaged = Buffer.from(bytes);
    for (let change = random.nextBelow(4); change >= 0; change--) {
      // Mostly in headers and element tables, where it hurts.
      const page = random.nextBelow(damaged.length / 4096);
      const at = page * 4096 + random.nextBelow(random.nextBelow(4) === 0 ? 4096 : 80);
      const kind = random.nextBelow(4);
      if (kind === 0) damaged[at] = random.nextBelow(256);
      else if (kind === 1) damaged.fill(random.nextBelow(2) * 255, at, Math.min(at + 8, damaged.length));
      else if (kind === 2) damaged[at] = random.nextBelow(40);
      else
        damaged.copyWithin(
          page * 4096,
          random.nextBelow(damaged.length / 4096) * 4096,
          (random.nextBelow(damaged.length / 4096) + 1) * 4096,
        );
    }
    for (const use of [
      () => checked(damaged),
      () => everything(BboltFile.open(byteSource(damaged)).root, { left: 10_000 }),
      () => BboltFile.open(byteSource(damaged)).bucket('key')?.get(Buffer.from('00000100.........')),
    ]) {
      let outcome = 'read';
      try {
        use();
      } catch (error) {
        if (!(error instanceof BboltError)) throw error;
        outcome = error.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  }
  assert.ok((outcomes.get('CORRUPT') ?? 0) > ROUNDS / 3, JSON.stringify([...outcomes]));
});
