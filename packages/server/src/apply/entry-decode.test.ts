// What can be skipped of a log that the backend has seen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InternalRaftRequest, PutRequest, RequestHeader, V2Request } from '@quorate/proto';
import { concernsBackendOnly } from './entry-decode.ts';

const header = RequestHeader.create({ ID: 0xfedcba9876543210n, username: 'root', authRevision: 7 });
const key = Buffer.from('k');

test('entries about keys, leases and users concern the backend only', () => {
  const put = PutRequest.create({ key, value: Buffer.alloc(300) });
  for (const request of [{ put }, { leaseRevoke: { ID: 1n } }, { authEnable: {} }]) {
    const bytes = InternalRaftRequest.encode(InternalRaftRequest.create({ header, ...request }));
    assert.equal(concernsBackendOnly(bytes), true);
    for (let length = 1; length < bytes.length; length++) concernsBackendOnly(bytes.subarray(0, length));
  }
});

test('v2 requests and what is about the cluster do not', () => {
  const v2 = V2Request.create({ ID: 5n, method: 'PUT', path: '/1/a' });
  const all = [
    V2Request.encode(v2),
    InternalRaftRequest.encode(InternalRaftRequest.create({ header, v2 })),
    InternalRaftRequest.encode(InternalRaftRequest.create({ header, clusterVersionSet: { ver: '3.5.0' } })),
    InternalRaftRequest.encode(
      InternalRaftRequest.create({ header, downgradeInfoSet: { enabled: true, ver: '3.4.0' } }),
    ),
  ];
  for (const bytes of all) assert.equal(concernsBackendOnly(bytes), false);
});

test('when in doubt an entry is decoded', () => {
  assert.equal(concernsBackendOnly(Uint8Array.of(0x80)), false);
  assert.equal(concernsBackendOnly(Uint8Array.of(0x22, 0x80)), false);
  assert.equal(concernsBackendOnly(Uint8Array.of(0x25, 1, 2, 3, 4)), false);
});
