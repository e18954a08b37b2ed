// etcd's snapshot files: a bbolt file of named buckets, followed by its SHA-256. What `etcdctl snapshot save` stores,
// and what `restore` and `status` read.
import { createHash } from 'node:crypto';
import { crc32c, type Disk } from '@quorate/base';
import type { EntryRun } from '../entry-run.ts';
import { BboltError } from './errors.ts';
import { HASH_CHUNK_BYTES } from './limits.ts';
import type { ByteSource } from './page-reader.ts';
import { BboltBucket, BboltFile } from './reader.ts';
import { type BboltBucketSource, type LayoutPass, planBbolt } from './writer.ts';

/** The buckets etcd 3.4 to 3.7 make; all of them are there in a database, empty or not. */
export const ETCD_BUCKETS = [
  'alarm',
  'auth',
  'authRoles',
  'authUsers',
  'cluster',
  'key',
  'lease',
  'members',
  'members_removed',
  'meta',
] as const;
export type EtcdBucket = (typeof ETCD_BUCKETS)[number];

export const SNAPSHOT_HASH_BYTES = 32;
/** The database is a multiple of this, so the hash shows in the file's length. */
const HASH_DETECTION_UNIT = 512;

/** Entries by ascending key, one by one or in runs. */
export type EtcdEntries = Iterable<readonly [key: Uint8Array, value: Uint8Array] | EntryRun>;

/** Where the contents of a snapshot come from: called for every bucket in both passes, with the same outcome. */
export type EtcdBucketReader = (bucket: EtcdBucket, pass: LayoutPass) => EtcdEntries;

/** A snapshot about to be written. */
export interface EtcdSnapshotPlan {
  /** Of the database, without the hash: what a member sends to another. */
  readonly databaseBytes: number;
  /** With the hash: what a client gets. */
  readonly totalBytes: number;
  /** The database only. */
  databaseChunks(): Generator<Uint8Array, void, void>;
  /** The database and the hash. */
  chunks(): Generator<Uint8Array, void, void>;
}

/** Lays out a snapshot; reads all of the source once. @throws BboltError INVALID_INPUT */
export function writeEtcdSnapshot(read: EtcdBucketReader): EtcdSnapshotPlan {
  const encoder = new TextEncoder();
  const root: BboltBucketSource = {
    *entries() {
      for (const name of ETCD_BUCKETS) yield [encoder.encode(name), { entries: (pass) => read(name, pass) }];
    },
  };
  const plan = planBbolt(root);
  return {
    databaseBytes: plan.totalBytes,
    totalBytes: plan.totalBytes + SNAPSHOT_HASH_BYTES,
    databaseChunks: () => plan.chunks(),
    *chunks() {
      const hash = createHash('sha256');
      for (const chunk of plan.chunks()) {
        hash.update(chunk);
        yield chunk;
      }
      yield hash.digest();
    },
  };
}

/** An open snapshot file. */
export interface EtcdSnapshot {
  readonly file: BboltFile;
  /** Whether it carries a hash (then it was checked, unless that was not wanted); a database copied from a member's directory does not. */
  readonly hasHash: boolean;
  readonly databaseBytes: number;
  /** Entries of a bucket in order; nothing if there is no such bucket. @throws BboltError CORRUPT */
  entries(bucket: EtcdBucket): Generator<readonly [Buffer, Buffer], void, void>;
  get(bucket: EtcdBucket, key: Uint8Array): Buffer | undefined;
  close(): void;
}

/**
 * Opens a snapshot and checks its hash, if it has one. `requireHash`: refuse one without, as `snapshot restore` does;
 * `skipHash`: leave the hash alone.
 * @throws BboltError NOT_BBOLT, HASH_MISMATCH; DiskError
 */
export function readEtcdSnapshot(
  disk: Disk,
  path: string,
  options: { requireHash?: boolean; skipHash?: boolean } = {},
): EtcdSnapshot {
  const source = disk.open(path, 'read');
  try {
    const size = source.size();
    const hasHash = size % HASH_DETECTION_UNIT === SNAPSHOT_HASH_BYTES;
    if (!hasHash && options.requireHash === true) {
      throw new BboltError('HASH_MISMATCH', `${path} has no SHA-256 at its end`);
    }
    const databaseBytes = hasHash ? size - SNAPSHOT_HASH_BYTES : size;
    if (hasHash && options.skipHash !== true) checkHash(source, path, databaseBytes);
    const file = BboltFile.open({ read: source.read.bind(source), size: () => databaseBytes });
    return {
      file,
      hasHash,
      databaseBytes,
      *entries(bucket) {
        for (const [key, value] of file.bucket(bucket)?.entries() ?? []) {
          if (value instanceof BboltBucket)
            throw new BboltError('CORRUPT', `bucket ${bucket} holds a bucket`);
          yield [key, value];
        }
      },
      get: (bucket, key) => file.bucket(bucket)?.get(key),
      close: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

function checkHash(source: ByteSource, path: string, databaseBytes: number): void {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(HASH_CHUNK_BYTES);
  for (let at = 0; at < databaseBytes; ) {
    const count = source.read(chunk, 0, Math.min(chunk.length, databaseBytes - at), at);
    if (count === 0) throw new BboltError('CORRUPT', `${path} became shorter while it was read`);
    hash.update(chunk.subarray(0, count));
    at += count;
  }
  const recorded = Buffer.alloc(SNAPSHOT_HASH_BYTES);
  source.read(recorded, 0, SNAPSHOT_HASH_BYTES, databaseBytes);
  const computed = hash.digest();
  if (!recorded.equals(computed)) {
    throw new BboltError(
      'HASH_MISMATCH',
      `${path} was changed or cut short: its SHA-256 is ${computed.toString('hex')}, not ${recorded.toString('hex')}`,
    );
  }
}

/** What `etcdctl snapshot status` tells. */
export interface EtcdSnapshotStatus {
  /** CRC-32C over all bucket names, keys and values. */
  readonly hash: number;
  /** Newest revision in the key bucket; 0 if there is none. */
  readonly revision: number;
  /** Entries in all buckets. */
  readonly totalKey: number;
  readonly totalSize: number;
}

/**
 * Checks all of a snapshot and sums it up as etcd does. Steps, so that the caller can pause.
 * @throws BboltError CORRUPT
 */
export function* etcdSnapshotStatus(snapshot: EtcdSnapshot): Generator<void, EtcdSnapshotStatus, void> {
  for (const _count of snapshot.file.check()) yield;
  let hash = 0;
  let revision = 0;
  let totalKey = 0;
  for (const [name, bucket] of snapshot.file.root.entries()) {
    if (!(bucket instanceof BboltBucket)) throw new BboltError('CORRUPT', 'a value beside the buckets');
    hash = crc32c(name, hash);
    const isKeyBucket = name.toString() === 'key';
    for (const [key, value] of bucket.entries()) {
      if (value instanceof BboltBucket)
        throw new BboltError('CORRUPT', `bucket ${name.toString()} holds a bucket`);
      hash = crc32c(value, crc32c(key, hash));
      totalKey++;
      if (isKeyBucket && key.length >= 8) revision = Number(key.readBigUInt64BE(0));
      yield;
    }
  }
  return { hash, revision, totalKey, totalSize: snapshot.databaseBytes };
}
