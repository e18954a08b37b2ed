// etcdutl on snapshot files and on data directories of ours; members are asked with Go's etcdctl.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryDirectory } from '../harness/process.ts';
import { describe, fill, goCtl, needsGo, PEER_URL, startGo, startOurs, utl } from './tools.ts';

const directory = temporaryDirectory();
after(() => directory.dispose());
const at = (name: string): string => join(directory.path, name);
const restoreFlags = [
  '--name',
  'm',
  '--initial-cluster',
  `m=${PEER_URL}`,
  '--initial-advertise-peer-urls',
  PEER_URL,
];
let expected: Awaited<ReturnType<typeof describe>>;

before(async () => {
  if (needsGo.skip !== false) return;
  const member = await startGo(at('source'));
  await fill(member);
  await member.ctl('snapshot', 'save', at('go.db'));
  expected = await describe(member);
  await member.end('SIGTERM');
});

test('a snapshot of Go etcd is restored; the member serves the same and goes on', needsGo, async () => {
  await utl('snapshot', 'restore', at('go.db'), '--data-dir', at('restored'), ...restoreFlags);
  const member = await startOurs(at('restored'));
  assert.deepEqual(await describe(member), expected);
  assert.match(await member.ctl('member', 'list'), /, started, m, http:\/\/127\.0\.0\.1:29990, /);
  await assert.rejects(utl('defrag', '--data-dir', at('restored')), /is in use by another process/);
  await assert.rejects(
    utl('export', '--data-dir', at('restored'), at('x.db')),
    /is in use by another process/,
  );
  await member.ctl('put', 'new', 'value');
  const later = await describe(member);
  await member.end('SIGTERM');

  await utl('defrag', '--data-dir', at('restored'));
  await utl('export', '--data-dir', at('restored'), at('exported.db'));
  assert.equal(existsSync(at('exported.db.part')), false);
  const { hash } = JSON.parse(await utl('hashkv', at('exported.db'), '-w', 'json')) as { hash: number };
  assert.equal(hash, (later.hash as { hash: number }).hash);
  const again = await startOurs(at('restored'));
  assert.deepEqual(await describe(again), later);
  await again.end('SIGTERM');
});

test('hashkv of a file is what the member said', needsGo, async () => {
  const text = await utl('hashkv', at('go.db'), '-w', 'json');
  const { revision, compactRevision, hash } = expected.hash as Record<string, number>;
  assert.deepEqual(JSON.parse(text), { hash, hashRevision: revision, compactRevision });
  await assert.rejects(utl('hashkv', at('go.db'), '--rev', '3'), /required revision has been compacted/);
});

test('a raised revision: what was cached is compacted, what comes is newer', needsGo, async () => {
  const flags = ['--bump-revision', '100000', '--mark-compacted'];
  await utl('snapshot', 'restore', at('go.db'), '--data-dir', at('bumped'), ...flags, ...restoreFlags);
  const member = await startOurs(at('bumped'));
  const { revision } = expected.hash as { revision: number };
  const now = await describe(member);
  assert.equal((now.hash as { revision: number }).revision, revision + 100_000);
  assert.deepEqual(now.keys, expected.keys);
  await assert.rejects(
    member.ctl('get', 'last', `--rev=${revision + 1}`),
    /required revision has been compacted/,
  );
  assert.equal(await member.ctl('get', 'last', '--print-value-only'), 'value\n');
  await member.ctl('put', 'next', 'value');
  const put = JSON.parse(await member.ctl('get', 'next', '-w', 'json')) as {
    kvs: { mod_revision: number }[];
  };
  assert.equal(put.kvs[0]?.mod_revision, revision + 100_001);
  const later = await describe(member);
  await member.end('SIGTERM');
  const again = await startOurs(at('bumped'));
  assert.deepEqual(await describe(again), later);
  await again.end('SIGTERM');
  await assert.rejects(
    utl('snapshot', 'restore', at('go.db'), '--data-dir', at('x'), '--bump-revision', '5'),
    /--mark-compacted required/,
  );
});

test('a damaged file is restored only when its hash is to be ignored', needsGo, async () => {
  const bytes = readFileSync(at('go.db'));
  writeFileSync(at('nohash.db'), bytes.subarray(0, -32));
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  writeFileSync(at('badhash.db'), bytes);
  const restore = (file: string, to: string, ...more: string[]): Promise<string> =>
    utl('snapshot', 'restore', at(file), '--data-dir', at(to), ...restoreFlags, ...more);
  await assert.rejects(restore('nohash.db', 'a'), /snapshot missing hash but --skip-hash-check=false/);
  await assert.rejects(restore('badhash.db', 'a'), /expected sha256/);
  assert.equal(existsSync(at('a')), false);
  await restore('nohash.db', 'a', '--skip-hash-check');
  await restore('badhash.db', 'b', '--skip-hash-check');
  await assert.rejects(restore('go.db', 'a'), /data-dir ".*" not empty/);
  await assert.rejects(
    utl('snapshot', 'restore', at('go.db'), '--data-dir', at('c'), '--name', 'other'),
    /couldn't find local name "other" in the initial cluster configuration/,
  );
});

test('status prints what etcdctl prints', needsGo, async () => {
  assert.match(await utl('snapshot', 'status', at('go.db')), /^[0-9a-f]+, \d+, \d+, \d+ kB, \n$/);
  const table = await utl('snapshot', 'status', at('go.db'), '-w', 'table');
  assert.match(table, /\| +HASH +\| REVISION \| TOTAL KEYS \| TOTAL SIZE \| STORAGE VERSION \|/);
  const { totalKey } = JSON.parse(await goCtl('snapshot', 'status', at('go.db'), '-w', 'json')) as {
    totalKey: number;
  };
  assert.match(
    await utl('snapshot', 'status', at('go.db'), '-w', 'fields'),
    new RegExp(`"Keys" : ${totalKey}\n`),
  );
});

test('the version is the API level', async () => {
  assert.match(await utl('version'), /^etcdutl version: 3\.7\.\d+\nAPI version: 3\.7\n$/);
});
