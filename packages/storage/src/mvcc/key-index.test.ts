// The parts of the index against naive ones: order, ranks, lookups, history, compaction, sorting.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareBytes, latin1Key, seededRandom } from '@quorate/base';
import fc from 'fast-check';
import { History } from './history.ts';
import { DroppedRevisions, IntList, KeyIndex } from './key-index.ts';
import { KeySlab, SearchKey } from './key-slab.ts';
import { none, SlotTable } from './slot-table.ts';
import { sortSlots } from './sort-slots.ts';
import { bytes, text } from './testing.ts';

const keyText = fc.oneof(
  fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('\0', 'a', 'b', '\x7f', '\x80', '\xff') }),
  fc
    .string({ minLength: 0, maxLength: 12, unit: fc.constantFrom('\0', 'a', 'b') })
    .map((tail) => `a-long-common-prefix/${tail}`),
);

test('comparing a search key with stored keys is comparing bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 20 }),
      fc.uint8Array({ minLength: 1, maxLength: 20 }),
      (a, b) => {
        const slab = new KeySlab();
        const search = new SearchKey();
        search.set(a, 5);
        const position = slab.add(search);
        const hash = search.hash;
        search.set(b, 5);
        assert.equal(Math.sign(slab.compare(search, position, a.length)), Math.sign(compareBytes(b, a)));
        assert.equal(slab.equals(position, a.length, search), compareBytes(a, b) === 0);
        assert.equal(text(slab.copy(position, a.length)), text(a));
        search.set(Buffer.concat([Buffer.from('xx'), a, Buffer.from('y')]), 5, 2, 2 + a.length);
        assert.equal(search.hash, hash);
      },
    ),
    { numRuns: 1000 },
  );
});

test('room of removed keys is used again, long keys included', () => {
  const slab = new KeySlab();
  const search = new SearchKey();
  const positions: number[] = [];
  for (const length of [1, 8, 9, 100, 1000, 2 ** 20, 2 ** 20 + 1, 3 * 2 ** 20]) {
    search.set(Buffer.alloc(length, 7), 1);
    positions.push(slab.add(search));
    assert.equal(slab.equals(positions[positions.length - 1] as number, length, search), true);
  }
  const held = slab.bytes;
  for (let round = 0; round < 5; round++) {
    for (const [at, length] of [1, 8, 9, 100, 1000, 2 ** 20, 2 ** 20 + 1, 3 * 2 ** 20].entries()) {
      slab.remove(positions[at] as number, length);
      search.set(Buffer.alloc(length, round), 1);
      positions[at] = slab.add(search);
      assert.equal(slab.equals(positions[at] as number, length, search), true);
    }
  }
  assert.equal(slab.bytes, held);
});

test('sorting slots is sorting keys', () => {
  const check = (list: readonly string[]): void => {
    const slots = new SlotTable();
    const slab = new KeySlab();
    const search = new SearchKey();
    const unique = [...new Set(list)];
    const order = Int32Array.from(unique, (item) => {
      search.set(bytes(item), 1);
      return slots.allocate(slab.add(search), search.length, search.hash);
    });
    sortSlots(order, slots, slab);
    const sorted = [...order].map((slot) =>
      latin1Key(slab.copy(slots.keyPosition(slot), slots.keyLength(slot))),
    );
    assert.deepEqual(sorted, unique.sort());
  };
  fc.assert(fc.property(fc.array(keyText, { maxLength: 200, size: 'max' }), check), { numRuns: 200 });
  const random = seededRandom(9);
  check(
    Array.from(
      { length: 20_000 },
      () => `/registry/${random.nextBelow(300)}/${random.nextUint32().toString(36)}`,
    ),
  );
});

/** A naive picture of the index. */
interface Model {
  readonly revisions: Map<string, { main: number; sub: number; dead: boolean }[]>;
}

type Op =
  | { readonly kind: 'put' | 'delete'; readonly key: string; readonly same: boolean }
  | { readonly kind: 'compact'; readonly back: number }
  | { readonly kind: 'check'; readonly key: string; readonly end: string | undefined; readonly back: number };

const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('put' as const), key: keyText, same: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), key: keyText, same: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), back: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('check' as const),
      key: keyText,
      end: fc.option(keyText, { nil: undefined }),
      back: fc.nat(30),
    }),
  },
);

function runModel(ops: readonly Op[]): void {
  const index = new KeyIndex(seededRandom(1));
  const model: Model = { revisions: new Map() };
  let main = 1;
  let sub = 0;
  let compacted = 0;
  const stateAt = (key: string, revision: number): { main: number; sub: number; dead: boolean } | undefined =>
    model.revisions.get(key)?.findLast((entry) => entry.main <= revision);
  const out = new IntList();
  for (const item of ops) {
    if (item.kind === 'put' || item.kind === 'delete') {
      if (item.same && main > 1 && main > compacted) sub++;
      else {
        main++;
        sub = 0;
      }
      const key = bytes(item.key);
      const list = model.revisions.get(item.key) ?? [];
      const last = list[list.length - 1];
      if (item.kind === 'put') {
        index.put(key, main, sub);
      } else {
        const slot = index.find(key);
        assert.equal(slot === none || index.slots.isDead(slot), last === undefined || last.dead);
        if (last === undefined || last.dead) continue;
        index.tombstone(slot, main, sub);
      }
      list.push({ main, sub, dead: item.kind === 'delete' });
      model.revisions.set(item.key, list);
    } else if (item.kind === 'compact') {
      const revision = main - item.back;
      if (revision <= compacted) continue;
      compacted = revision;
      const dropped = new DroppedRevisions();
      for (let slot = 0; slot < index.slots.capacity; slot++) {
        if (!index.slots.isFree(slot)) index.compact(slot, revision, dropped);
      }
      const gone: string[] = [];
      for (const [key, list] of [...model.revisions]) {
        const kept = list.findLastIndex((entry) => entry.main <= revision);
        if (kept < 0) continue;
        const entry = list[kept] as { main: number; dead: boolean };
        const rest = list.slice(entry.dead && entry.main < revision ? kept + 1 : kept);
        for (const old of list.slice(0, list.length - rest.length))
          gone.push(`${old.main}/${old.sub}/${old.dead}`);
        if (rest.length === 0) model.revisions.delete(key);
        else model.revisions.set(key, rest);
      }
      const found = dropped.mains.map(
        (at, n) =>
          `${at}/${(dropped.subMarks[n] as number) >> 1}/${((dropped.subMarks[n] as number) & 1) === 1}`,
      );
      assert.deepEqual(found.sort(), gone.sort());
      index.tree.verify();
    } else if (item.kind === 'check') {
      const keys = [...model.revisions.keys()].sort();
      const within = keys.filter((key) => key >= item.key && (item.end === undefined || key < item.end));
      const end = item.end === undefined ? undefined : bytes(item.end);
      index.rangeAll(bytes(item.key), end, 0, out);
      assert.deepEqual(
        [...out.values.subarray(0, out.length)].map((slot) => latin1Key(index.keyOf(slot))),
        within,
      );
      const live = within.filter((key) => stateAt(key, main)?.dead === false);
      assert.equal(index.count(bytes(item.key), end), live.length);
      assert.equal(index.rangeLive(bytes(item.key), end, 2, out), live.length);
      assert.deepEqual(
        [...out.values.subarray(0, out.length)].map((slot) => latin1Key(index.keyOf(slot))),
        live.slice(0, 2),
      );
      const revision = Math.max(compacted, main - item.back);
      for (const key of within) {
        const slot = index.find(bytes(key));
        const expected = stateAt(key, revision);
        assert.equal(index.locate(slot, revision), expected !== undefined && !expected.dead);
        if (expected !== undefined && !expected.dead) {
          assert.deepEqual([index.foundMain, index.foundSubMark >> 1], [expected.main, expected.sub]);
        }
      }
    }
  }
  index.tree.verify();
  assert.equal(
    index.tree.live,
    [...model.revisions.keys()].filter((key) => stateAt(key, main)?.dead === false).length,
  );
}

test('the index equals a naive one under puts, deletions and compactions', () => {
  fc.assert(
    fc.property(fc.array(op, { maxLength: 150, size: 'max' }), (ops) => runModel(ops)),
    { numRuns: Number(process.env['QUORATE_FUZZ_RUNS'] ?? 150) },
  );
});

test('splits, merges and emptied branches keep the tree right with many keys', () => {
  const random = seededRandom(4);
  const ops: Op[] = [];
  const name = (): string => `k${random.nextBelow(30_000)}`;
  for (let n = 0; n < 60_000; n++) ops.push({ kind: 'put', key: name(), same: false });
  for (let n = 0; n < 30_000; n++) ops.push({ kind: 'delete', key: `k${n}`, same: false });
  ops.push({ kind: 'compact', back: 15_000 }, { kind: 'compact', back: 5 }, { kind: 'compact', back: 0 });
  for (let n = 0; n < 20_000; n++)
    ops.push({ kind: 'put', key: `s${String(n).padStart(6, '0')}`, same: false });
  ops.push({ kind: 'check', key: 's', end: undefined, back: 3 }, { kind: 'put', key: '\0', same: false });
  for (let n = 0; n < 20_000; n += 1)
    if (n % 50 > 0) ops.push({ kind: 'delete', key: `s${String(n).padStart(6, '0')}`, same: false });
  ops.push({ kind: 'compact', back: 0 }, { kind: 'check', key: 's', end: undefined, back: 3 });
  runModel(ops);
});

test('a long history is searched in few steps, also after parts of it were cut off', () => {
  const history = new History();
  let head: number = none;
  let floor = 0;
  const push = (main: number): void => {
    head = history.push(head, floor, main, main % 2);
    if (history.older(head) === none) floor = history.depth(head);
  };
  for (let main = 2; main <= 200_000; main += 2) push(main);
  let steps = 0;
  const counting = history.main.bind(history);
  history.main = (entry: number): number => {
    steps++;
    return counting(entry);
  };
  for (const revision of [2, 3, 77_777, 100_000, 199_999, 200_001]) {
    assert.equal(
      counting(history.find(head, floor, revision)),
      Math.floor(Math.min(revision, 200_000) / 2) * 2,
    );
  }
  assert.ok(steps < 6 * 600, `${steps} steps`);
  assert.equal(history.find(head, floor, 1), none);
  // Cut at 100 000, use what was freed for another chain, and search again.
  const kept = history.find(head, floor, 100_000);
  let rest = history.cutAfter(kept);
  floor = history.depth(kept);
  while (rest !== none) {
    const older = history.older(rest);
    history.release(rest);
    rest = older;
  }
  let other: number = none;
  let otherFloor = 0;
  for (let main = 1; main <= 40_000; main++) {
    other = history.push(other, otherFloor, main, 0);
    if (main === 1) otherFloor = history.depth(other);
  }
  for (let main = 200_002; main <= 230_000; main += 2) push(main);
  const random = seededRandom(2);
  for (let n = 0; n < 2_000; n++) {
    const revision = 100_000 + random.nextBelow(130_001);
    assert.equal(counting(history.find(head, floor, revision)), Math.floor(revision / 2) * 2);
    if (revision < 230_000) {
      assert.equal(
        counting(history.findOldestAbove(head, floor, revision)),
        Math.floor(revision / 2) * 2 + 2,
      );
    }
    const wanted = 1 + random.nextBelow(40_000);
    assert.equal(counting(history.find(other, otherFloor, wanted)), wanted);
  }
  assert.equal(history.find(head, floor, 99_999), none);
});

test('an index made of what is stored is the one that was written', () => {
  const random = seededRandom(21);
  for (const keys of [50, 3_000, 150_000]) {
    for (const inOrder of [true, false]) {
      const written = new KeyIndex(random);
      const rebuilt = new KeyIndex(random);
      rebuilt.beginBuilding();
      const restore = (slot: number): void => {
        const key = written.keyOf(slot);
        const { slots } = written;
        rebuilt.restore(
          key,
          0,
          key.length,
          slots.modMain(slot),
          slots.subMark(slot),
          slots.create(slot),
          slots.version(slot),
        );
      };
      const keyAt = (at: number): Uint8Array => bytes(`key-${String(at).padStart(8, '0')}`);
      let main = 1;
      for (let at = 0; at < keys; at++) {
        const number = inOrder ? at : (at * 7919) % keys;
        restore(written.put(keyAt(number), ++main, 0));
        // Now and then one that is there already is written again, deleted, made anew.
        if (random.nextUint32() % 50 !== 0) continue;
        const slot = written.find(keyAt(inOrder ? random.nextUint32() % (at + 1) : number));
        if (written.slots.isDead(slot)) continue;
        restore(written.put(written.keyOf(slot), ++main, 0));
        if (at < keys / 2) continue;
        written.tombstone(slot, ++main, 0);
        restore(slot);
        if (at % 2 === 0) restore(written.put(written.keyOf(slot), ++main, 0));
      }
      for (const _ of rebuilt.finishSteps());
      assert.equal(rebuilt.tree.live, written.tree.live);
      const [all, others] = [new IntList(), new IntList()];
      written.rangeAll(bytes('\0'), undefined, 0, all);
      rebuilt.rangeAll(bytes('\0'), undefined, 0, others);
      assert.equal(others.length, all.length);
      const samples = keys > 5000 ? 97 : 1;
      for (let at = 0; at < all.length; at += samples) {
        const [slot, other] = [all.values[at] as number, others.values[at] as number];
        const key = written.keyOf(slot);
        assert.equal(text(rebuilt.keyOf(other)), text(key));
        assert.equal(rebuilt.find(key), other);
        for (let revision = main; revision > 1; revision -= Math.ceil(main / 20)) {
          assert.equal(rebuilt.locate(other, revision), written.locate(slot, revision));
          assert.deepEqual(
            [rebuilt.foundMain, rebuilt.foundSubMark],
            [written.foundMain, written.foundSubMark],
          );
        }
      }
    }
  }
});

test('a key that a store begins twice is one key with a history', () => {
  for (const between of [0, 2, 3_000]) {
    const index = new KeyIndex(seededRandom(3));
    index.beginBuilding();
    const others = Array.from({ length: between }, (_, at) => `other-${at}`);
    const keys = ['key', ...others, 'key', 'last'].map((key) => bytes(key));
    for (const [at, key] of keys.entries()) index.restore(key, 0, key.length, at + 2, 0, at + 2, 1);
    for (const _ of index.finishSteps());
    assert.equal(index.count(bytes('\0'), undefined), between + 2);
    assert.equal(index.slots.size, between + 2);
    const slot = index.find(bytes('key'));
    assert.equal(index.locate(slot, 2), true);
    assert.equal(index.foundMain, 2);
    assert.equal(index.slots.modMain(slot), between + 3);
    // The room is used again.
    assert.equal(index.slots.isFree(index.put(bytes('new'), between + 9, 0)), false);
    assert.equal(index.slots.size, between + 3);
    assert.equal(index.count(bytes('\0'), undefined), between + 3);
  }
});
