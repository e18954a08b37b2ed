// Figures that are carried on are those of a backend that finds them anew each time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, seededRandom, systemClock } from '@quorate/base';
import { type HashRevisionsQuery, MemoryBackend } from '@quorate/storage';
import { keepFigures } from './store-figures.ts';

const REVISIONS = 400;

function backend(clock: Clock): MemoryBackend {
  return new MemoryBackend({
    clock,
    onError: (error) => {
      throw error;
    },
  });
}

test('hash and size are those found anew, over appends, removals, replacements and compactions', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed);
    const plain = backend(systemClock);
    const kept = backend(systemClock);
    keepFigures(kept, systemClock);
    const both = (change: (one: MemoryBackend) => void): void => [plain, kept].forEach(change);
    let compactRevision = -1;
    let skip = new Float64Array(0);
    for (let main = 1; main <= REVISIONS; main++) {
      for (let sub = random.nextBelow(3); sub >= 0; sub--) {
        const bytes = random.fill(new Uint8Array(random.nextBelow(40)));
        const tombstone = random.nextBelow(5) === 0;
        both((one) => one.appendRevision(main, sub, tombstone, bytes, 0, bytes.length));
      }
      const old = 1 + random.nextBelow(main);
      if (random.nextBelow(20) === 0) both((one) => one.deleteRevision(old, 0, false));
      const name = Buffer.from(`n${random.nextBelow(5)}`);
      const value = random.fill(new Uint8Array(random.nextBelow(9)));
      if (random.nextBelow(4) === 0) both((one) => one.put('lease', name, value));
      if (random.nextBelow(8) === 0) both((one) => one.delete('lease', name));
      if (random.nextBelow(40) === 0) {
        compactRevision = Math.max(compactRevision, old);
        skip = Float64Array.of(1 + random.nextBelow(old), 0);
      }
      if (random.nextBelow(3) > 0) continue;
      // Mostly the newest, now and then an older one.
      const revision = random.nextBelow(4) === 0 ? 1 + random.nextBelow(main) : main;
      const query: HashRevisionsQuery = { revision, compactRevision, skip };
      const hashes = await Promise.all([plain.hashRevisions(query), kept.hashRevisions(query)]);
      assert.equal(hashes[1], hashes[0], `seed ${seed}, revision ${revision} of ${main}`);
      assert.deepEqual(kept.size(), plain.size());
    }
  }
});

test('what is changed while a hash is on its way is in the next one', async () => {
  const deferred: (() => void)[] = [];
  const clock: Clock = { ...systemClock, defer: (fn) => void deferred.push(fn) };
  const one = backend(clock);
  keepFigures(one, clock);
  const query = { revision: 2, compactRevision: -1, skip: new Float64Array(0) };
  const hash = async (): Promise<number> => {
    const answer = one.hashRevisions(query);
    for (const run of deferred.splice(0)) run();
    return answer;
  };
  const bytes = Buffer.from('record');
  for (const main of [1, 2]) one.appendRevision(main, 0, false, bytes, 0, bytes.length);
  const whole = one.hashRevisions(query);
  one.deleteRevision(1, 0, false);
  for (const run of deferred.splice(0)) run();
  const part = await hash();
  assert.notEqual(part, await whole);
  assert.equal(await hash(), part);
});
