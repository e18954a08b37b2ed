import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mock, test } from 'node:test';
import { RaftMessage } from '@quorate/proto';
import { MessageType } from '@quorate/raft';
import { encodeSnapshotHead, receiveSnapshot } from './snapshot-body.ts';

class Body extends EventEmitter {
  pause(): void {}
  resume(): void {}
}

test('a message in many pieces, such as one with a large v2 store, is put together once', async () => {
  const confState = { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  const snapshot = { data: Buffer.alloc(1 << 20, 7), metadata: { confState, index: 9, term: 2 } };
  const head = encodeSnapshotHead(RaftMessage.create({ type: MessageType.MsgSnap, snapshot }));
  const sent = Buffer.concat([head, Buffer.from('the store')]);
  const body = new Body();
  const stored: Buffer[] = [];
  const receiving = receiveSnapshot(body, () => ({
    write: (chunk) => {
      stored.push(Buffer.from(chunk));
      return true;
    },
    finish: async () => undefined,
    abandon: () => assert.fail('it has come whole'),
  }));
  const concat = mock.method(Buffer, 'concat');
  for (let at = 0; at < sent.length; at += 1000) body.emit('data', sent.subarray(at, at + 1000));
  body.emit('end');
  const copied = concat.mock.calls.reduce((sum, { result }) => sum + (result?.length ?? 0), 0);
  concat.mock.restore();
  const { message, bytes } = await receiving;
  assert.equal(message.snapshot?.data.length, 1 << 20);
  assert.equal(bytes, 9);
  assert.equal(Buffer.concat(stored).toString(), 'the store');
  assert.ok(copied <= 2 * sent.length, `${copied} bytes copied for ${sent.length}`);
});
