import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RaftMessage } from '@quorate/proto';
import { MessageType } from '@quorate/raft';
import type { HttpRequest } from '@quorate/wire';
import { silentLogger } from '../member/logger.ts';
import { PAGES_FORM, type StoreSink } from './snapshot-body.ts';
import { SnapshotReceiveCounters } from './snapshot-receive-counters.ts';
import { SnapshotReceiver, type StagedPages } from './snapshot-receiver.ts';

const directory = mkdtempSync(join(tmpdir(), 'quorate-receiver-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const noPages = (): never => assert.fail('no pages come');

class Request extends EventEmitter implements HttpRequest {
  readonly method = 'POST';
  readonly headers: Record<string, string>;

  constructor(form = 'application/octet-stream') {
    super();
    this.headers = { 'content-type': form };
  }
  readonly httpVersion = '1.1';
  readonly socket = {};
  pause(): void {}
  resume(): void {}
}

/** A request that brings the snapshot at an index. */
function request(index: number, form?: string): Request {
  const confState = { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  const metadata = { confState, index, term: 2 };
  const message = RaftMessage.encode(
    RaftMessage.create({
      type: MessageType.MsgSnap,
      from: 2n,
      to: 1n,
      snapshot: { data: new Uint8Array(), metadata },
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(message.length));
  const coming = new Request(form);
  setImmediate(() => {
    coming.emit('data', Buffer.concat([length, message, Buffer.from(`store at ${index}`)]));
    coming.emit('end');
  });
  return coming;
}

test('a snapshot is not staged over one that raft has been told of', async () => {
  const staged: string[] = [];
  let told = 0;
  const receiver = new SnapshotReceiver({
    directory,
    logger: silentLogger,
    counters: new SnapshotReceiveCounters(),
    isOpen: () => told === 0,
    openPages: noPages,
    stage: async (path) => {
      staged.push(path);
    },
  });
  told = (await receiver.receive(request(7))).snapshot?.metadata?.index ?? 0;
  assert.equal(told, 7);
  await assert.rejects(receiver.receive(request(8)), { message: 'another snapshot is being installed' });
  assert.deepEqual(staged, [join(directory, '0000000000000007.snap.db')]);
  assert.deepEqual(readdirSync(directory), ['0000000000000007.snap.db']);
  told = 0;
  await receiver.receive(request(9));
  assert.equal(staged.length, 2);
});

test('a snapshot whose sender has fallen silent makes room for the next one', async () => {
  const staged: string[] = [];
  const receiver = new SnapshotReceiver({
    directory,
    logger: silentLogger,
    counters: new SnapshotReceiveCounters(),
    isOpen: () => true,
    openPages: noPages,
    stage: async (path) => {
      staged.push(path);
    },
  });
  const silent = new Request();
  const givenUp = assert.rejects(receiver.receive(silent), { message: 'another snapshot came' });
  const message = await receiver.receive(request(21));
  await givenUp;
  assert.equal(message.snapshot?.metadata?.index, 21);
  assert.deepEqual(staged, [join(directory, '0000000000000015.snap.db')]);
  await receiver.receive(request(22));
  assert.equal(staged.length, 2);
  assert.deepEqual(
    readdirSync(directory).filter((name) => name.startsWith('tmp.')),
    [],
  );
});

test('one snapshot is staged at a time', async () => {
  const gate = new EventEmitter();
  const receiver = new SnapshotReceiver({
    directory,
    logger: silentLogger,
    counters: new SnapshotReceiveCounters(),
    isOpen: () => true,
    openPages: noPages,
    stage: async () => {
      gate.emit('staging');
      await once(gate, 'go on');
    },
  });
  const staging = once(gate, 'staging');
  const first = receiver.receive(request(11));
  await staging;
  await assert.rejects(receiver.receive(request(12)), { message: 'another snapshot is being received' });
  gate.emit('go on');
  await first;
});

test('pages go where they are made a store of, and count when they are good', async () => {
  const steps: string[] = [];
  let isOpen = true;
  let finish: (staged: StagedPages) => void = () => {};
  const openPages = (): StoreSink<StagedPages> => {
    const begun = steps.push('open');
    return {
      write: (chunk) => steps.push(chunk.toString()) > 0,
      abandon: () => steps.push(`abandon ${begun}`),
      finish: () =>
        new Promise((resolve) => {
          finish = resolve;
          steps.push('finish');
        }),
    };
  };
  const staged: StagedPages = { place: () => steps.push('place'), drop: () => steps.push('drop') };
  const receiver = new SnapshotReceiver({
    directory,
    logger: silentLogger,
    counters: new SnapshotReceiveCounters(),
    isOpen: () => isOpen,
    openPages,
    stage: () => assert.fail('no file comes'),
  });
  const finishing = async (): Promise<void> => {
    while (steps.at(-1) !== 'finish') await new Promise((resolve) => setImmediate(resolve));
  };
  const first = receiver.receive(request(31, PAGES_FORM));
  await finishing();
  finish(staged);
  assert.equal((await first).snapshot?.metadata?.index, 31);
  assert.deepEqual(steps.splice(0), ['open', 'store at 31', 'finish', 'place']);

  // Another one that comes meanwhile takes its place.
  const late = assert.rejects(receiver.receive(request(32, PAGES_FORM)), {
    message: 'another snapshot came',
  });
  await finishing();
  const next = receiver.receive(request(33, PAGES_FORM));
  await late;
  await finishing();
  // And raft may have been told of one since.
  isOpen = false;
  finish(staged);
  await assert.rejects(next, { message: 'another snapshot is being installed' });
  assert.deepEqual(steps, [
    'open',
    'store at 32',
    'finish',
    'abandon 1',
    'open',
    'store at 33',
    'finish',
    'drop',
  ]);
});
