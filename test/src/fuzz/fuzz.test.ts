// A short run of every target: the kept inputs, and some thousand grown out of them. `npm run fuzz` goes on from here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetNames } from './targets/index.ts';
import { fuzz } from './watch.ts';

const INPUTS = 20_000;
/** Readers that take long for each input get through fewer. */
const MILLISECONDS = 400;

for (const target of await targetNames()) {
  test(`fuzz: ${target}`, async (context) => {
    const { figures, finding } = await fuzz({
      target,
      seed: 1,
      inputs: INPUTS,
      milliseconds: MILLISECONDS,
      explore: false,
      save: false,
    });
    if (figures !== undefined) context.diagnostic(`${figures.inputs} inputs`);
    assert.equal(
      finding,
      undefined,
      `${finding?.report}input (hex): ${Buffer.from(finding?.input ?? []).toString('hex')}`,
    );
  });
}
