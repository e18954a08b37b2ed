import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from './engine.ts';
import { type FuzzOutcome, INPUT_OFFSET_BYTES, INPUT_ROOM_BYTES } from './protocol.ts';
import type { FuzzTarget } from './target.ts';

const order = {
  target: 'test',
  seed: 1,
  inputs: 5000,
  milliseconds: Number.POSITIVE_INFINITY,
  explore: false,
  save: false,
};

function run(target: FuzzTarget): Promise<FuzzOutcome> {
  const shared = new SharedArrayBuffer(INPUT_OFFSET_BYTES + INPUT_ROOM_BYTES);
  return new Engine(target, { ...order, shared }).run();
}

test('what fails only after other inputs is reported as one input made of them', async () => {
  let bytes = 0;
  let subjects = 0;
  const target: FuzzTarget = {
    name: 'test',
    maxBytes: 16,
    memoryBytes: 4 << 20,
    seeds: () => [Buffer.alloc(8)],
    run: async (input) => {
      bytes += input.length;
      if (bytes > 100) throw new Error('too much for one subject');
    },
    chain: {
      reset: async () => {
        bytes = 0;
        subjects++;
      },
      join: (inputs) => Buffer.concat(inputs),
    },
  };
  const { finding } = await run(target);
  assert.equal(finding?.kind, 'crash');
  assert.match(finding.report, /too much for one subject/);
  assert.equal(finding.input.length, 101, 'as small as fails by itself');
  assert.ok(subjects > 2);
});

test('an input beyond its bound is found also behind others that were nearly as large', async () => {
  const MEBIBYTE = 2 ** 20;
  let kept: Buffer | undefined;
  let inputs = 0;
  const target: FuzzTarget = {
    name: 'test',
    maxBytes: 1,
    memoryBytes: 8 * MEBIBYTE,
    seeds: () => [Buffer.alloc(1)],
    run: ([first = 0]) => {
      kept = undefined;
      if (first >= 250) kept = Buffer.alloc(9 * MEBIBYTE);
      else if (first >= 200 || ++inputs < 100) kept = Buffer.alloc(7 * MEBIBYTE);
    },
  };
  const { finding } = await run(target);
  assert.equal(finding?.kind, 'memory');
  assert.ok((finding.input[0] as number) >= 250);
  assert.equal(kept?.length, 9 * MEBIBYTE);
});

test('generated inputs are run as they were made as often as the target says, and changed otherwise', async () => {
  let made = 0;
  let intact = 0;
  let last: Buffer | undefined;
  const target: FuzzTarget = {
    name: 'test',
    maxBytes: 32,
    memoryBytes: 8 << 20,
    seeds: () => [Buffer.alloc(8)],
    generate: () => {
      last = Buffer.alloc(32, `number ${made++} `);
      return last;
    },
    mix: { generated: 0.5, intact: 0.5 },
    run: (input) => {
      if (last !== undefined && input.equals(last)) intact++;
      last = undefined;
    },
  };
  await run(target);
  assert.ok(made > order.inputs * 0.4 && made < order.inputs * 0.6, `${made} generated`);
  assert.ok(intact > made * 0.4 && intact < made * 0.6, `${intact} of ${made} intact`);
});
