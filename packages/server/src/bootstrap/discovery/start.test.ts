// When a member asks for its cluster, and when it does not.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '@quorate/base';
import { WalMetadata } from '@quorate/proto';
import { Wal } from '@quorate/storage';
import { TestPlace, whenReady } from '../../member/testing.ts';
import { computeClusterId, newMember } from '../../membership/cluster-member.ts';
import { dataPaths } from '../data-dir.ts';
import type { Discover } from './discover.ts';

const found = { initialCluster: 'default=http://localhost:2380', initialClusterToken: 'found' };
// The process's clock does not keep the process alive.
const awake = setInterval(() => {}, 1000);
after(() => clearInterval(awake));

function recording(): { readonly asked: boolean[]; readonly discover: Discover } {
  const asked: boolean[] = [];
  const discover: Discover = async (resuming) => {
    asked.push(resuming);
    return found;
  };
  return { asked, discover };
}

test('a member without a log is who discovery makes it; with a log, nothing is asked', async () => {
  const place = new TestPlace();
  try {
    const { id } = newMember('default', ['http://localhost:2380'], 'found');
    const first = recording();
    const member = await place.start({ initialCluster: '', discover: first.discover });
    await whenReady(member);
    assert.deepEqual(first.asked, [false]);
    assert.equal(member.memberId, id);
    assert.equal(member.clusterId, computeClusterId([id]));
    await member.stop();

    const second = recording();
    const again = await place.start({ initialCluster: '', discover: second.discover });
    await whenReady(again);
    assert.deepEqual(second.asked, []);
    assert.equal(again.memberId, id);
    await again.stop();
  } finally {
    place.remove();
  }
});

test('a start that was interrupted after the log was made asks again, and says so', async () => {
  const place = new TestPlace();
  try {
    const { id: nodeID } = newMember('default', ['http://localhost:2380'], 'found');
    const metadata = WalMetadata.encode(
      WalMetadata.create({ nodeID, clusterID: computeClusterId([nodeID]) }),
    );
    const { walDir, memberDir } = dataPaths(place.directory, undefined);
    place.disk.makeDirectory(memberDir);
    Wal.create(place.disk, walDir, metadata, { clock: systemClock }).close();
    const { asked, discover } = recording();
    const member = await place.start({ initialCluster: '', discover });
    await whenReady(member);
    assert.deepEqual(asked, [true]);
    assert.equal(member.memberId, nodeID);
    await member.stop();
  } finally {
    place.remove();
  }
});

test('a member whose discovery fails makes no log', async () => {
  const place = new TestPlace();
  try {
    const discover: Discover = () => Promise.reject(new Error('no cluster'));
    await assert.rejects(place.start({ initialCluster: '', discover }), /no cluster/);
    assert.equal(Wal.exists(place.disk, dataPaths(place.directory, undefined).walDir), false);
  } finally {
    place.remove();
  }
});
