import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './flatness.ts';
import type { Sample } from './sampler.ts';

function run(rss: (n: number) => number, files: (n: number) => number = () => 40): Sample[] {
  return Array.from({ length: 90 }, (_, n) => ({
    seconds: n,
    rss: rss(n),
    files: files(n),
    operations: 500,
    putP50: 1,
    putP99: 2,
    getP50: 0.5,
    v2P50: 1,
  }));
}

const verdictOn = (name: string, samples: Sample[]): boolean | undefined =>
  judge(samples).find((verdict) => verdict.name === name)?.flat;

test('warming up and swinging is flat; a leak of memory or files is not', () => {
  assert.equal(
    verdictOn(
      'rss',
      run((n) => Math.min(200, 100 + n * 5)),
    ),
    true,
  );
  assert.equal(
    verdictOn(
      'rss',
      run((n) => 200 + (n % 5) * 10),
    ),
    true,
  );
  assert.equal(
    verdictOn(
      'rss',
      run((n) => 200 + n * 1.5),
    ),
    false,
  );
  assert.equal(
    verdictOn(
      'files',
      run(
        () => 200,
        (n) => 40 + Math.floor(n / 4),
      ),
    ),
    false,
  );
  assert.ok(judge(run(() => 200)).every(({ flat }) => flat));
});
