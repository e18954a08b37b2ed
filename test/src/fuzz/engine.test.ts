import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from './engine.ts';
import { INPUT_OFFSET_BYTES, INPUT_ROOM_BYTES } from './protocol.ts';
import type { FuzzTarget } from './target.ts';

const order = {
  target: 'test',
  seed: 1,
  inputs: 5000,
  milliseconds: Number.POSITIVE_INFINITY,
  explore: false,
  save: false,
};

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
  const shared = new SharedArrayBuffer(INPUT_OFFSET_BYTES + INPUT_ROOM_BYTES);
  const { finding } = await new Engine(target, { ...order, shared }).run();
  assert.equal(finding?.kind, 'crash');
  assert.match(finding.report, /too much for one subject/);
  assert.equal(finding.input.length, 101, 'as small as fails by itself');
  assert.ok(subjects > 2);
});
