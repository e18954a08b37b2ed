// What the tests in this folder share.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { nodeDisk, systemClock } from '@quorate/base';
import {
  consistentIndexKey,
  type EtcdSnapshot,
  encodeKeyValue,
  encodePositionNumber,
  encodeRevisionKey,
  LmdbBackend,
  readEtcdSnapshot,
  termKey,
  writeEtcdSnapshot,
} from '@quorate/storage';
import type { StoreFile } from './store-source.ts';

/** A directory of its own for one test file. */
export function scratch(): { readonly path: (name: string) => string; dispose(): void } {
  const root = mkdtempSync(join(tmpdir(), 'quorate-snapshot-'));
  return { path: (name) => join(root, name), dispose: () => rmSync(root, { recursive: true, force: true }) };
}

/** Threads are unreferenced while nobody waits for them; a test waits without the loop knowing. */
export function stayAwake(): void {
  let awake: NodeJS.Timeout;
  before(() => {
    awake = setInterval(() => {}, 1000);
  });
  after(() => clearInterval(awake));
}

export function openBackend(directory: string): LmdbBackend {
  return new LmdbBackend({
    directory,
    clock: systemClock,
    onError: (error) => {
      throw error;
    },
  });
}

export function writePosition(backend: LmdbBackend, index: number, term = 1): void {
  backend.put('meta', consistentIndexKey, encodePositionNumber(index));
  backend.put('meta', termKey, encodePositionNumber(term));
}

export function writeRevisions(backend: LmdbBackend, from: number, to: number, value: string): void {
  for (let main = from; main < to; main++) {
    const record = keyValue(main, value);
    backend.appendRevision(main, 0, false, record, 0, record.length);
  }
}

export function keyValue(main: number, value: string): Uint8Array {
  return encodeKeyValue(Buffer.from(`key-${main % 100}`), main, main, 1, Buffer.from(value), 0n);
}

/** A store with `revisions` revisions of one value, as of `index`. */
export async function makeStore(
  directory: string,
  index: number,
  revisions: number,
  value: string,
): Promise<void> {
  const backend = openBackend(directory);
  writeRevisions(backend, 2, 2 + revisions, value);
  writePosition(backend, index);
  await backend.close();
}

/** A bbolt file with the same. */
export function makeFile(path: string, index: number, revisions: number, value: string): void {
  const plan = writeEtcdSnapshot(function* (bucket) {
    if (bucket === 'key') {
      for (let main = 2; main < 2 + revisions; main++) {
        yield [encodeRevisionKey(main, 0, false), keyValue(main, value)];
      }
    }
    if (bucket === 'meta') yield [consistentIndexKey, encodePositionNumber(index)];
  });
  writeFileSync(path, Buffer.concat([...plan.databaseChunks()]));
}

/** The value that all revisions of a store have, how many there are, and where it stands. */
export async function describeStore(
  directory: string,
): Promise<{ index: number; revisions: number; value: string }> {
  const backend = openBackend(directory);
  const entries = backend.readRevisions(0, 0, Number.MAX_SAFE_INTEGER, 1e9, 1e9);
  const values = new Set(entries.map(({ value }) => Buffer.from(value).toString('latin1').slice(-3)));
  const index = Buffer.from(backend.get('meta', consistentIndexKey) ?? Buffer.alloc(8)).readBigUInt64BE();
  await backend.close();
  return { index: Number(index), revisions: entries.length, value: [...values].join() };
}

/** Reads a file to its end, in small pieces; closes it. */
export async function readAll(file: StoreFile, maxBytes = 10_000): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = await file.read(maxBytes);
    if (part.length === 0) break;
    parts.push(Buffer.from(part));
  }
  file.close();
  return Buffer.concat(parts);
}

export function openImage(path: string, image: Uint8Array): EtcdSnapshot {
  writeFileSync(path, image);
  return readEtcdSnapshot(nodeDisk, path);
}
