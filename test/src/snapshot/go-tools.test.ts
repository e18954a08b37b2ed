// Our snapshots in the hands of Go's tools, and a Go etcd's data directory in ours.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
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

test(
  'etcdctl saves, checks and restores a snapshot of ours; a Go etcd shows the same on it',
  needsGo,
  async () => {
    const ours = await startOurs(at('ours'));
    await fill(ours);
    await ours.ctl('snapshot', 'save', at('ours.db'));
    const expected = await describe(ours);
    await ours.end('SIGTERM');
    const status = JSON.parse(await goCtl('snapshot', 'status', at('ours.db'), '-w', 'json')) as object;
    assert.deepEqual(
      { ...status, version: '' },
      JSON.parse(await utl('snapshot', 'status', at('ours.db'), '-w', 'json')),
    );
    await goCtl('snapshot', 'restore', at('ours.db'), '--data-dir', at('restored-by-go'), ...restoreFlags);
    const go = await startGo(at('restored-by-go'));
    assert.deepEqual(await describe(go), expected);
    await go.end('SIGTERM');
  },
);

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a data directory that Go etcd left behind (${signal}) is taken over, once`, needsGo, async () => {
    const dataDir = at(`go-${signal}`);
    const go = await startGo(dataDir);
    await fill(go);
    for (let count = 0; count < 60; count++) await go.ctl('put', `more-${count % 7}`, String(count));
    const expected = await describe(go);
    await go.end(signal);
    const ours = await startOurs(dataDir);
    assert.match(ours.output(), /imported the database of Go etcd/);
    assert.deepEqual(await describe(ours), expected);
    const answer = await fetch(`${ours.endpoint}/v2/keys/two`);
    assert.equal(((await answer.json()) as { node: { value: string } }).node.value, 'tree');
    await ours.ctl('put', 'afterwards', 'here');
    const later = await describe(ours);
    await ours.end('SIGTERM');
    const names = readdirSync(join(dataDir, 'member', 'snap'));
    assert.ok(names.includes('db.go-etcd-backup') && names.includes('db.lmdb') && !names.includes('db'));

    const again = await startOurs(dataDir);
    assert.doesNotMatch(again.output(), /importing/);
    assert.deepEqual(await describe(again), later);
    await again.end('SIGTERM');

    // And the way back.
    await utl('export', '--data-dir', dataDir, at(`${signal}.db`));
    await goCtl(
      'snapshot',
      'restore',
      at(`${signal}.db`),
      '--data-dir',
      at(`back-${signal}`),
      ...restoreFlags,
    );
    const back = await startGo(at(`back-${signal}`));
    assert.deepEqual(await describe(back), later);
    await back.end('SIGTERM');
  });
}

test('a Go etcd that runs on the directory keeps ours out', needsGo, async () => {
  const dataDir = at('both');
  const go = await startGo(dataDir);
  await assert.rejects(startOurs(dataDir), /the data directory is in use/);
  await go.ctl('put', 'still', 'alive');
  await go.end('SIGTERM');
  assert.ok(existsSync(join(dataDir, 'member', 'snap', 'db')));
});
