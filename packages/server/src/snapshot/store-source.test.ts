import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { systemClock } from '@quorate/base';
import { confStateKey, type EtcdSnapshot, MemoryBackend, readPosition } from '@quorate/storage';
import { permanent, V2Store } from '@quorate/v2store';
import { createMemoryMember } from '../api/v3/testing/memory-member.ts';
import { encodeConfState } from './conf-state.ts';
import { openMaintenanceSnapshot } from './maintenance.ts';
import { SnapshotProvider } from './provider.ts';
import { storeSource } from './store-source.ts';
import {
  keyValue,
  openBackend,
  openImage,
  readAll,
  scratch,
  stayAwake,
  writePosition,
  writeRevisions,
} from './testing.ts';

const directory = scratch();
after(() => directory.dispose());
stayAwake();

const positionOf = (image: EtcdSnapshot) => readPosition((key) => image.get('meta', key));

test('the file is that of the moment of the pin, whatever is written meanwhile', async () => {
  const backend = openBackend(directory.path('moment'));
  writeRevisions(backend, 2, 3_000, 'old');
  backend.put('lease', Buffer.from('12345678'), Buffer.from('lease'));
  writePosition(backend, 3_001, 4);
  const source = storeSource(backend);
  assert.deepEqual(await source.pin(), { index: 3_001, term: 4 });
  writeRevisions(backend, 3_000, 6_000, 'new');
  backend.delete('lease', Buffer.from('12345678'));
  writePosition(backend, 9_999, 5);
  await backend.forceCommit();
  const file = await source.plan([[confStateKey, Buffer.from('{}')]]);
  const bytes = await readAll(file);
  assert.equal(bytes.length, file.sizeBytes);
  const digest = createHash('sha256').update(bytes).digest('hex');
  assert.equal(Buffer.from(await file.digest()).toString('hex'), digest);
  const image = openImage(directory.path('moment.db'), bytes);
  assert.deepEqual(positionOf(image), { index: 3_001, term: 4 });
  assert.equal([...image.entries('key')].length, 2_998);
  assert.equal(image.get('lease', Buffer.from('12345678'))?.toString(), 'lease');
  assert.equal(image.get('meta', confStateKey)?.toString(), '{}');
  image.close();
  await backend.close();
});

test('a store that was defragmented is read where it now lies', async () => {
  const backend = openBackend(directory.path('defragmented'));
  writeRevisions(backend, 2, 5_000, 'old');
  for (let main = 2; main < 4_000; main++) backend.deleteRevision(main, 0, false);
  await backend.forceCommit();
  await backend.defragment();
  writePosition(backend, 7);
  backend.put('cluster', Buffer.from('clusterVersion'), Buffer.from('3.4.0'));
  const source = storeSource(backend);
  assert.equal((await source.pin()).index, 7);
  const image = openImage(directory.path('defragmented.db'), await readAll(await source.plan([])));
  assert.equal([...image.entries('key')].length, 1_000);
  assert.equal(image.get('cluster', Buffer.from('clusterVersion'))?.toString(), '3.4.0');
  image.close();
  await backend.close();
});

test('a defragmentation waits until a file has been read to its end', async () => {
  const backend = openBackend(directory.path('waiting'));
  writeRevisions(backend, 2, 3_000, 'old');
  const source = storeSource(backend);
  await source.pin();
  const file = await source.plan([]);
  let isDone = false;
  const defragmented = backend.defragment().then(() => {
    isDone = true;
  });
  const first = await file.read(4_096);
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(isDone, false);
  const rest = await readAll(file);
  assert.equal(first.length + rest.length, file.sizeBytes);
  await defragmented;
  await backend.close();
});

test('closing in the middle lets go of the store; reading goes no further', async () => {
  const backend = openBackend(directory.path('closed'));
  writeRevisions(backend, 2, 30_000, 'old'.repeat(50));
  const source = storeSource(backend);
  await source.pin();
  const file = await source.plan([]);
  await file.read(100);
  file.close();
  file.close();
  await assert.rejects(async () => {
    for (let at = 0; at < 100; at++) await file.read(2 ** 20);
  });
  await backend.defragment(); // would wait for ever if the store were held
  await backend.close();
});

test('a backend in memory becomes a file as well', async () => {
  const backend = new MemoryBackend({ clock: systemClock, onError: () => {} });
  const record = keyValue(2, 'one');
  backend.appendRevision(2, 0, false, record, 0, record.length);
  const source = storeSource(backend);
  assert.deepEqual(await source.pin(), { index: 0, term: 0 });
  const image = openImage(directory.path('memory.db'), await readAll(await source.plan([])));
  assert.equal([...image.entries('key')].length, 1);
  image.close();
  await backend.close();
});

class BrokenBackend extends MemoryBackend {
  override snapshot(): Promise<never> {
    return Promise.reject(new Error('no space left'));
  }
}

test('a store that cannot be read fails the request', async () => {
  const member = await createMemoryMember();
  const { membership } = member.api;
  const backend = new BrokenBackend({ clock: systemClock, onError: () => {} });
  const status = () => member.api.status();
  await assert.rejects(openMaintenanceSnapshot({ backend, membership, status }), {
    name: 'EtcdError',
    message: 'etcdserver: snapshot failed: no space left',
  });
  await member.stop();
});

test('a snapshot for a peer is of one entry in all its parts, under a load of writes', async () => {
  const backend = openBackend(directory.path('peer'));
  const v2 = new V2Store();
  let index = 1;
  let revision = 2;
  // One entry: a revision, a v2 node and the position, as apply does it.
  const apply = (): void => {
    index++;
    writeRevisions(backend, revision, revision + 1, `value-${index}`);
    revision++;
    v2.set(`/1/node`, false, String(index), permanent, 0);
    writePosition(backend, index, 2);
  };
  apply();
  let running = true;
  const load = (async () => {
    while (running) {
      for (let at = 0; at < 50; at++) apply();
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const confState = {
    voters: [1n, 2n],
    learners: [],
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false,
  };
  const provider = new SnapshotProvider({
    backend,
    v2,
    clock: systemClock,
    applied: () => ({ index, term: 2, confState }),
  });
  for (let round = 0; round < 3; round++) {
    const { snapshot, store } = await provider.open(false);
    const image = openImage(directory.path(`peer-${round}.db`), await readAll(store));
    assert.deepEqual(positionOf(image), { index: snapshot.metadata.index, term: 2 });
    assert.equal([...image.entries('key')].length, snapshot.metadata.index - 1);
    const recovered = new V2Store();
    recovered.recover(snapshot.data);
    const node = recovered.get('/1/node', false, false, 0);
    assert.equal('node' in node ? node.node.value : undefined, String(snapshot.metadata.index));
    assert.equal(image.get('meta', confStateKey)?.toString(), '{"voters":[1,2],"auto_leave":false}');
    image.close();
  }
  running = false;
  await load;
  await backend.close();
});

test('a configuration is written as Go writes it', () => {
  assert.equal(
    encodeConfState({
      voters: [0x8e9e05c52164694dn],
      learners: [3n],
      votersOutgoing: [4n],
      learnersNext: [],
      autoLeave: true,
    }),
    '{"voters":[10276657743932975437],"learners":[3],"voters_outgoing":[4],"auto_leave":true}',
  );
});
