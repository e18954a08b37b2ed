// The bundle that the commands run from: its bytecode is one that V8 takes, and it runs without.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../../dist', import.meta.url));
const tierUp = fileURLToPath(new URL('../../../packages/server/dist/tier-up.js', import.meta.url));

/** Whether V8 refuses the bytecode of each file, in a process of its own, under the flags in which load.js finds it. */
const LOAD = `
  const { readFileSync, readdirSync } = require('node:fs');
  const { Script } = require('node:vm');
  const [directory, tierUp] = process.argv.slice(1);
  const files = readdirSync(directory).filter((name) => name.endsWith('.cjs'));
  const refused = (name) => new Script(readFileSync(directory + '/' + name, 'latin1'), {
    filename: directory + '/' + name,
    cachedData: readFileSync(directory + '/' + name.replace('.cjs', '.bytecode')),
  }).cachedDataRejected;
  import(tierUp).then(({ tierUpSoon }) => {
    const commands = files.filter((name) => name.startsWith('etcd-')).map((name) => [name, refused(name)]);
    tierUpSoon();
    const threads = files.filter((name) => !name.startsWith('etcd-')).map((name) => [name, refused(name)]);
    console.log(JSON.stringify([...commands, ...threads]));
  });
`;

test('V8 takes the bytecode of the command and of its threads', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', LOAD, join(dist, 'code'), tierUp], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  assert.equal(stderr, '');
  const answers = JSON.parse(stdout) as [string, boolean][];
  const names = answers.map(([name]) => name.replace(/-[0-9a-f]{12}\.cjs$/, ''));
  assert.deepEqual(names.sort(), [
    'etcd',
    'lmdb-worker',
    'snapshot-build-worker',
    'snapshot-file-worker',
    'snapshot-intake-worker',
  ]);
  for (const [name, refused] of answers) assert.equal(refused, false, name);
});

test('the command runs without its bytecode', () => {
  const copy = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    cpSync(dist, copy, { recursive: true });
    for (const name of readdirSync(join(copy, 'code'))) {
      if (name.endsWith('.bytecode')) rmSync(join(copy, 'code', name));
    }
    const { status, stdout } = spawnSync(process.execPath, [join(copy, 'etcd.js'), '--version'], {
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.match(stdout, /^etcd Version: /);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
