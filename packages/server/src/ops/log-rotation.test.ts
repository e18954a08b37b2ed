import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { RotatingFile, type RotationSettings } from './log-rotation.ts';

const settings: RotationSettings = {
  maxSizeMib: 1,
  maxAgeDays: 0,
  maxBackups: 0,
  localTime: false,
  compress: false,
};
const half = Buffer.from(`${'x'.repeat(600 * 1024 - 1)}\n`);
const start = Date.parse('2026-03-04T05:06:07.089Z');
let directory = '';
let now = start;
const wallMs = (): number => now;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'quorate-log-'));
  now = start;
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (changes: Partial<RotationSettings> = {}): RotatingFile =>
  new RotatingFile(join(directory, 'etcd.log'), { ...settings, ...changes }, wallMs);
const names = (): string[] => readdirSync(directory).sort();

test('a file that would grow too large is put aside under its time', async () => {
  const file = open();
  file.write(Buffer.from('first\n'));
  file.write(half);
  assert.deepEqual(names(), ['etcd.log']);
  file.write(half);
  file.write(Buffer.from('last\n'));
  await file.settled();
  assert.deepEqual(names(), ['etcd-2026-03-04T05-06-07.089.log', 'etcd.log']);
  assert.equal(readFileSync(join(directory, names()[0] as string), 'latin1').slice(0, 6), 'first\n');
  assert.equal(statSync(join(directory, 'etcd.log')).size, half.length + 5);
  assert.equal(statSync(join(directory, 'etcd.log')).mode & 0o777, 0o600);
  file.write(half);
  await file.settled();
  assert.equal(names().length, 3, 'a second one in the same millisecond gets a name of its own');
  file.close();
});

test('a file found at the start counts with its size', async () => {
  writeFileSync(join(directory, 'etcd.log'), half);
  const file = open();
  file.write(half);
  await file.settled();
  file.close();
  assert.equal(names().length, 2);
});

test('only so many old files are kept, compressed, and no others are touched', async () => {
  writeFileSync(join(directory, 'etcd-notes.log'), 'mine');
  const file = open({ maxBackups: 2, compress: true });
  for (let round = 0; round < 5; round++) {
    file.write(Buffer.from(`round ${round}\n`));
    file.write(half);
    now += 1000;
    file.write(half);
    await file.settled();
  }
  file.close();
  const [first = '', second = '', ...rest] = names();
  assert.match(first, /^etcd-2026-03-04T05-06-1\d\.\d{3}\.log\.gz$/);
  assert.match(second, /^etcd-2026-03-04T05-06-1\d\.\d{3}\.log\.gz$/);
  assert.deepEqual(rest, ['etcd-notes.log', 'etcd.log']);
  assert.ok(gunzipSync(readFileSync(join(directory, second))).length >= half.length);
});

test('old files go after their days', async () => {
  const file = open({ maxAgeDays: 2 });
  file.write(half);
  file.write(half);
  now += 3 * 86_400_000;
  file.write(half);
  await file.settled();
  file.close();
  assert.deepEqual(names(), ['etcd-2026-03-07T05-06-07.089.log', 'etcd.log']);
});
