import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@quorate/base';
import { checkRegister, type RegisterOperation, type RegisterResult } from './linearizability.ts';

type Kind = RegisterOperation['kind'];

function op(
  kind: Kind,
  invoked: number,
  completed: number,
  value?: string,
  result?: RegisterResult,
  expected?: string,
): RegisterOperation {
  return { kind, invoked, completed, value, expected, result, text: kind };
}
const write = (a: number, b: number, value: string) => op('write', a, b, value, { ok: true });
const read = (a: number, b: number, seen?: string) => op('read', a, b, undefined, { ok: true, seen });
const lost = (a: number, value: string) => op('write', a, Number.POSITIVE_INFINITY, value);

test('histories known to be good', () => {
  const good: RegisterOperation[][] = [
    [],
    [read(0, 1)],
    [write(0, 1, 'a'), read(2, 3, 'a')],
    // A read beside a write may see it or not.
    [write(0, 10, 'a'), read(1, 2), read(3, 4, 'a')],
    [lost(0, 'a'), read(1, 2), read(3, 4, 'a')],
    [lost(0, 'a'), read(1, 2), write(3, 4, 'b'), read(5, 6, 'b'), read(7, 8, 'a')],
    [op('create', 0, 1, 'a', { ok: true }), op('create', 2, 3, 'b', { ok: false }), read(4, 5, 'a')],
    [
      write(0, 1, 'a'),
      op('remove', 2, 3, undefined, { ok: true }),
      op('remove', 4, 5, undefined, { ok: false }),
    ],
    [
      write(0, 1, 'a'),
      op('swap', 2, 9, 'b', { ok: true }, 'a'),
      op('swap', 2, 9, 'c', { ok: false, seen: 'b' }, 'a'),
    ],
    [write(0, 5, 'a'), write(1, 6, 'b'), read(7, 8, 'a'), read(9, 10, 'a')],
  ];
  for (const [at, history] of good.entries())
    assert.equal(checkRegister(history), 'linearizable', `history ${at}`);
});

test('histories known to be bad', () => {
  const bad: RegisterOperation[][] = [
    [read(0, 1, 'a')],
    // Stale: the write was over when the read began.
    [write(0, 1, 'a'), write(2, 3, 'b'), read(4, 5, 'a')],
    [write(0, 1, 'a'), read(2, 3)],
    // Back in time: two reads one after the other see a write come and go.
    [write(0, 1, 'a'), write(2, 20, 'b'), read(3, 4, 'b'), read(5, 6, 'a')],
    [lost(0, 'a'), read(1, 2, 'a'), read(3, 4)],
    // A write that comes after the read of it.
    [read(0, 1, 'a'), lost(2, 'a')],
    // Two swaps that both found the same value.
    [write(0, 1, 'a'), op('swap', 2, 9, 'b', { ok: true }, 'a'), op('swap', 2, 9, 'c', { ok: true }, 'a')],
    [op('create', 0, 5, 'a', { ok: true }), op('create', 1, 6, 'b', { ok: true })],
    [write(0, 1, 'a'), op('remove', 2, 3, undefined, { ok: false })],
    [
      write(0, 1, 'a'),
      op('remove', 2, 3, undefined, { ok: true }),
      op('remove', 4, 5, undefined, { ok: true }),
    ],
    [write(0, 1, 'a'), op('swap', 2, 3, 'b', { ok: false, seen: 'x' }, 'c')],
    // Written once, overwritten, and there again: applied twice.
    [write(0, 1, 'a'), write(2, 3, 'b'), read(4, 5, 'b'), read(6, 7, 'a')],
    // Two readers see two writes in different orders.
    [write(0, 100, 'a'), write(0, 100, 'b'), read(1, 2, 'a'), read(3, 4, 'b'), read(5, 6, 'a')],
  ];
  for (const [at, history] of bad.entries())
    assert.equal(checkRegister(history), 'violated', `history ${at}`);
});

test('a real register is linearizable, one that answers a read from the past is not', () => {
  let violated = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const good = randomHistory(seed, false);
    assert.equal(checkRegister(good), 'linearizable', `seed ${seed}`);
    if (checkRegister(randomHistory(seed, true)) === 'violated') violated++;
  }
  assert.ok(violated > 150, `${violated} of 200 stale histories were found out`);
});

/** Operations overlap at random and take effect at a random moment in between. */
function randomHistory(seed: number, stale: boolean): RegisterOperation[] {
  const random = seededRandom(seed);
  const pieces: { at: number; begin: number; end: number; kind: Kind; id: number }[] = [];
  for (let id = 0; id < 30; id++) {
    const begin = random.nextFloat() * 100;
    const end = begin + random.nextFloat() * 8;
    const kind = (['read', 'read', 'write', 'remove'] as const)[random.nextBelow(4)] as Kind;
    pieces.push({ begin, end, at: begin + random.nextFloat() * (end - begin), kind, id });
  }
  let state: string | undefined;
  const past: (string | undefined)[] = [undefined];
  const history: RegisterOperation[] = [];
  for (const { kind, begin, end, id } of pieces.sort((a, b) => a.at - b.at)) {
    if (kind === 'read') {
      const old = past[Math.max(0, past.length - 6)];
      history.push(read(begin, end, stale && past.length > 6 && old !== state ? old : state));
    } else if (kind === 'write') {
      state = `v${id}`;
      history.push(random.nextBelow(8) === 0 ? lost(begin, state) : write(begin, end, state));
    } else {
      history.push(op('remove', begin, end, undefined, { ok: state !== undefined }));
      state = undefined;
    }
    past.push(state);
  }
  return history;
}
