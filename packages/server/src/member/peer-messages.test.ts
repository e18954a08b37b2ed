// What a peer may ask to be put into the log.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthEnableRequest, ConfChange, InternalRaftRequest, PutRequest, V2Request } from '@quorate/proto';
import { ConfChangeType, EntryType } from '@quorate/raft';
import { encodeMember, newMember } from '../membership/cluster-member.ts';
import { isApplicable } from './peer-messages.ts';

const entry = (data: Uint8Array, type: number = EntryType.EntryNormal) => ({ type, term: 0, index: 0, data });
const member = newMember('a', ['http://a:1'], 't');

function change(fields: Partial<ConfChange>): ReturnType<typeof entry> {
  const context = Buffer.from(encodeMember(member));
  const whole = { ID: 1n, type: ConfChangeType.ConfChangeAddNode, nodeID: member.id, context, ...fields };
  return entry(ConfChange.encode(whole), EntryType.EntryConfChange);
}

test('requests and membership changes as members make them are taken', () => {
  const put = InternalRaftRequest.create({ put: PutRequest.create({ key: Buffer.from('k') }) });
  const v2 = V2Request.create({ ID: 1n, method: 'PUT', path: '/1/a' });
  for (const good of [
    entry(InternalRaftRequest.encode(put)),
    entry(V2Request.encode(v2)),
    change({}),
    change({ type: ConfChangeType.ConfChangeRemoveNode, context: Buffer.alloc(0) }),
  ]) {
    assert.equal(isApplicable(good, false), true);
  }
});

test('what would end every member when it is applied is refused', () => {
  const unknown = Buffer.from([0xfa, 0xff, 0x03, 0]); // a field that no version has
  const auth = InternalRaftRequest.create({ authEnable: AuthEnableRequest.create() });
  for (const bad of [
    entry(Buffer.from([0xff])),
    entry(unknown),
    entry(V2Request.encode(V2Request.create({ ID: 1n, method: 'HEAD', path: '/1/a' }))),
    entry(InternalRaftRequest.encode(auth)),
    entry(Buffer.alloc(0), EntryType.EntryConfChangeV2),
    entry(Buffer.from([0x0a]), EntryType.EntryConfChange),
    change({ context: Buffer.from('{') }),
    change({ nodeID: 7n }),
    change({ nodeID: 0n }),
    change({ type: 9 }),
  ]) {
    assert.equal(isApplicable(bad, false), false, Buffer.from(bad.data).toString('hex'));
  }
  assert.equal(isApplicable(entry(InternalRaftRequest.encode(auth)), true), true);
});
