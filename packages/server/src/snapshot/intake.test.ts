import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { systemRandom } from '@quorate/base';
import { RaftMessage } from '@quorate/proto';
import { type Message, MessageType } from '@quorate/raft';
import { silentLogger } from '../member/logger.ts';
import { recoverStore, switchStore } from './install.ts';
import { StoreIntake } from './intake.ts';
import { SUM_BYTES } from './limits.ts';
import { storeSource } from './store-source.ts';
import {
  describeStore,
  openBackend,
  readAll,
  scratch,
  stayAwake,
  writePosition,
  writeRevisions,
} from './testing.ts';

const directory = scratch();
after(() => directory.dispose());
stayAwake();

const SENT = { index: 9_000, revisions: 8_000, value: 'new' };

function snapshotAt(index: number, term = 4): Message {
  const confState = { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  const metadata = { confState, index, term };
  return RaftMessage.create({ type: MessageType.MsgSnap, snapshot: { data: new Uint8Array(), metadata } });
}

/** A store as it is sent: its pages and their checksum. */
async function sentPages(name: string): Promise<Buffer> {
  const backend = openBackend(directory.path(name));
  writeRevisions(backend, 2, 2 + SENT.revisions, SENT.value);
  writePosition(backend, SENT.index, 4);
  const source = storeSource(backend);
  assert.deepEqual(await source.pin(), { index: SENT.index, term: 4 });
  writeRevisions(backend, 2 + SENT.revisions, 3 + SENT.revisions, 'later');
  await backend.forceCommit();
  const file = await source.planPages?.();
  assert.ok(file !== undefined);
  const bytes = await readAll(file);
  assert.equal(bytes.length, file.sizeBytes);
  await backend.close();
  return bytes;
}

/** A member's snap directory with an old store, and an intake beside that. */
async function scene(name: string) {
  const snap = directory.path(name);
  mkdirSync(snap);
  const store = `${snap}/db.lmdb`;
  const backend = openBackend(store);
  writeRevisions(backend, 2, 10, 'old');
  writePosition(backend, 3, 1);
  await backend.close();
  const failures: string[] = [];
  let drained = (): void => {};
  const intake = new StoreIntake(store, systemRandom, {
    drained: () => drained(),
    failed: ({ message }) => failures.push(message),
  });
  const write = async (bytes: Buffer, chunk: number): Promise<void> => {
    for (let at = 0; at < bytes.length && failures.length === 0; at += chunk) {
      if (intake.write(bytes.subarray(at, at + chunk))) continue;
      await new Promise<void>((resolve) => {
        drained = resolve;
      });
    }
  };
  return { snap, store, intake, write, failures };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test('a store that comes in is the one that was sent, and its index comes with it', async () => {
  const bytes = await sentPages('sent');
  for (const chunk of [bytes.length, 65_536, 4_001]) {
    const { snap, store, intake, write, failures } = await scene(`whole-${chunk}`);
    await write(bytes, chunk);
    const taken = await intake.finish(snapshotAt(SENT.index));
    assert.deepEqual(taken.position, { index: SENT.index, term: 4 });
    assert.equal(taken.index.revisions, SENT.revisions);
    assert.equal(taken.index.revision, 1 + SENT.revisions);
    taken.place();
    assert.deepEqual(readdirSync(snap).sort(), ['db.lmdb', 'db.lmdb.ready']);
    switchStore(store);
    assert.deepEqual(await describeStore(store), SENT);
    assert.deepEqual(failures, []);
  }
});

test('a store that is damaged, cut off, or not the one of the message is refused and removed', async () => {
  const bytes = await sentPages('refused');
  const damaged = Buffer.from(bytes);
  const at = damaged.lastIndexOf('new');
  damaged[at] = 0x78; // in a value, where only the checksum can tell
  const cases: readonly (readonly [string, Buffer, Message, RegExp])[] = [
    ['damaged', damaged, snapshotAt(SENT.index), /^the checksum does not match$/],
    ['cut-page', bytes.subarray(0, bytes.length - 3_000), snapshotAt(SENT.index), /is cut off$/],
    [
      'cut-pages',
      bytes.subarray(0, 40_960 + SUM_BYTES),
      snapshotAt(SENT.index),
      /^the checksum does not match$/,
    ],
    ['nothing', Buffer.alloc(0), snapshotAt(SENT.index), /^the checksum is missing$/],
    ['no-pages', Buffer.alloc(700_000, 7), snapshotAt(SENT.index), /^the file is not one of LMDB/],
    ['earlier', bytes, snapshotAt(SENT.index + 1), /^the store stands at index 9000 of term 4, the snapshot/],
    [
      'other-term',
      bytes,
      snapshotAt(SENT.index, 5),
      /^the store stands at index 9000 of term 4, the snapshot/,
    ],
  ];
  for (const [name, sent, message, reason] of cases) {
    const { snap, store, intake, write } = await scene(name);
    await write(sent, 65_536);
    await assert.rejects(intake.finish(message), { message: reason });
    assert.deepEqual(readdirSync(snap), ['db.lmdb'], name);
    assert.deepEqual(await describeStore(store), { index: 3, revisions: 8, value: 'old' });
  }
});

test('an intake that is given up leaves nothing, whenever that is', async () => {
  const bytes = await sentPages('given-up');
  for (const [name, part] of [
    ['at-once', 0],
    ['half-way', bytes.length >> 1],
  ] as const) {
    const { snap, intake, write } = await scene(name);
    await write(bytes.subarray(0, part), 65_536);
    intake.abandon();
    await until(() => readdirSync(snap).length === 1);
  }
  const { snap, intake, write } = await scene('while-it-finishes');
  await write(bytes, 65_536);
  const finished = assert.rejects(intake.finish(snapshotAt(SENT.index)), {
    message: 'the snapshot is given up',
  });
  intake.abandon();
  await finished;
  await until(() => readdirSync(snap).length === 1);
  const late = await scene('afterwards');
  await late.write(bytes, 65_536);
  const taken = await late.intake.finish(snapshotAt(SENT.index));
  taken.drop();
  assert.deepEqual(readdirSync(late.snap), ['db.lmdb']);
});

test('what a process that ended has left of an intake is removed by the next start', async () => {
  const bytes = await sentPages('left');
  const { snap, store, intake, write } = await scene('ended');
  await write(bytes.subarray(0, bytes.length >> 1), 65_536);
  await until(() => readdirSync(snap).some((name) => name.startsWith('db.lmdb.coming.')));
  await recoverStore(store, { index: 3, term: 1 }, silentLogger);
  assert.deepEqual(readdirSync(snap), ['db.lmdb']);
  intake.abandon();
});

test('a store taken in counts once the log names its snapshot, and not before', async () => {
  const bytes = await sentPages('counts');
  for (const [named, expected] of [
    [3, { index: 3, revisions: 8, value: 'old' }],
    [SENT.index, SENT],
  ] as const) {
    const { snap, store, intake, write } = await scene(`named-${named}`);
    await write(bytes, 65_536);
    (await intake.finish(snapshotAt(SENT.index))).place();
    await recoverStore(store, { index: named, term: 4 }, silentLogger);
    assert.deepEqual(await describeStore(store), expected);
    assert.deepEqual(readdirSync(snap), ['db.lmdb']);
  }
});
