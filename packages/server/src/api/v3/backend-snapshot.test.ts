import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { systemClock } from '@quorate/base';
import { BboltFile, byteSource, type EtcdBucket, MemoryBackend } from '@quorate/storage';
import { openBackendSnapshot } from './backend-snapshot.ts';
import { packEntries, unpackEntries } from './packed-entries.ts';

const entry = (key: string, value: string | Uint8Array): { key: Uint8Array; value: Uint8Array } => ({
  key: Buffer.from(key),
  value: Buffer.from(value),
});

test('packed entries come back, whatever the size of the read buffer', () => {
  const entries = [
    entry('a', ''),
    entry('bb', 'x'.repeat(100)),
    entry('c', 'y'.repeat(5000)),
    entry('d', 'z'),
  ];
  const packed = packEntries(entries);
  const readAt = (target: Uint8Array, length: number, position: number): boolean => {
    target.set(packed.subarray(position, position + length));
    return position + length <= packed.length;
  };
  for (const bufferBytes of [8, 16, 64, 4096, 100_000]) {
    const seen = [...unpackEntries(readAt, 0, packed.length, bufferBytes)].length;
    assert.equal(seen, entries.length);
    let at = 0;
    for (const [key, value] of unpackEntries(readAt, 0, packed.length, bufferBytes)) {
      assert.deepEqual([Buffer.from(key), Buffer.from(value)], [entries[at]?.key, entries[at]?.value]);
      at++;
    }
  }
  assert.throws(() => [...unpackEntries(readAt, 0, packed.length - 1, 64)], /end inside an entry/);
});

test('a backend becomes a bbolt file with all of its buckets, of the size announced', async () => {
  const onError = (error: Error): void => {
    throw error;
  };
  const backend = new MemoryBackend({ clock: systemClock, onError });
  for (let i = 0; i < 5000; i++) {
    backend.put('lease', Buffer.from(`lease-${String(i).padStart(5, '0')}`), Buffer.alloc(200, i));
  }
  backend.put('meta', Buffer.from('consistent_index'), Buffer.from('12345678'));
  const awake = setInterval(() => {}, 1000);
  const source = await openBackendSnapshot(backend, systemClock, '3.7.0', tmpdir());
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = await source.read(32 * 1024);
    if (part.length === 0) break;
    assert.ok(part.length <= 32 * 1024);
    parts.push(part);
  }
  source.close();
  clearInterval(awake);
  await backend.close();
  const image = Buffer.concat(parts);
  assert.equal(image.length, source.sizeBytes);
  const file = BboltFile.open(byteSource(image));
  const names: EtcdBucket[] = ['key', 'lease', 'meta', 'authUsers'];
  assert.deepEqual(file.bucket('lease')?.get(Buffer.from('lease-00777')), Buffer.alloc(200, 777));
  for (const name of names) assert.notEqual(file.bucket(name), undefined, name);
});

test('a spool that cannot be written fails the request', async () => {
  const backend = new MemoryBackend({ clock: systemClock, onError: () => {} });
  const awake = setInterval(() => {}, 1000);
  await assert.rejects(openBackendSnapshot(backend, systemClock, '3.7.0', '/nonexistent/directory'), {
    name: 'EtcdError',
    message: /^etcdserver: snapshot failed: /,
  });
  clearInterval(awake);
  await backend.close();
});
