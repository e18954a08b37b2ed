// A file of etcd's as a store: everything in it is checked on the way, nothing is kept in memory.
import { assert, compareBytes } from '@quorate/base';
import { maxKeyBytes } from '../backend/limits.ts';
import { type BucketName, bucketNames } from '../backend/types.ts';
import { BboltBucket, BboltError, type EtcdSnapshot } from '../bbolt/index.ts';
import { KeyValueReader } from '../mvcc/key-value.ts';
import { MAX_FOREIGN_BUCKETS_TOLD } from './limits.ts';
import {
  confStateKey,
  consistentIndexKey,
  encodePositionNumber,
  readPosition,
  type StorePosition,
  termKey,
} from './position.ts';
import { RevisionOrder } from './revision-order.ts';
import type { StoreBuilder } from './store-builder.ts';

/** What a load did. */
export interface LoadedFile {
  /** Where the store made of the file stands. */
  readonly position: StorePosition;
  readonly records: number;
  /** Main part of the newest revision; 0 if there is none. */
  readonly revision: number;
  /** Buckets that etcd 3.4 to 3.7 do not have and that were left out, a few of them. */
  readonly foreignBuckets: readonly string[];
}

export interface LoadOptions {
  /** The log goes on after this place: a store that claims less is taken to stand here, for it holds all up to it. */
  readonly atLeast?: StorePosition;
  /** Where the store stands, whatever the file says; buckets to leave out. For a store that begins another log. */
  readonly restart?: { readonly position: StorePosition; readonly without: readonly BucketName[] };
}

/**
 * Copies a snapshot into a store; yields the number of records now and then, so that the caller can pause. The caller
 * finishes the builder.
 * @throws BboltError CORRUPT for what is not a store of etcd's
 */
export function* loadStoreFile(
  file: EtcdSnapshot,
  builder: StoreBuilder,
  options: LoadOptions = {},
): Generator<number, LoadedFile, void> {
  const foreignBuckets = findForeignBuckets(file);
  const checker = new RevisionChecker();
  let records = 0;
  for (const bucket of bucketNames) {
    if (options.restart?.without.includes(bucket) === true) continue;
    for (const [key, value] of file.entries(bucket)) {
      if (bucket === 'key') checker.check(key, value);
      else if (key.length > maxKeyBytes) {
        throw new BboltError('CORRUPT', `bucket ${bucket} has a key of ${key.length} bytes`);
      }
      // Which members vote is kept in the log and in the .snap files; what a store says of it would only grow old.
      if (bucket === 'meta' && compareBytes(key, confStateKey) === 0) continue;
      builder.append(bucket, key, value);
      yield ++records;
    }
  }
  return {
    position: settlePosition(file, builder, options),
    records,
    revision: checker.main,
    foreignBuckets,
  };
}

function findForeignBuckets(file: EtcdSnapshot): string[] {
  const names: readonly string[] = bucketNames;
  const foreign: string[] = [];
  for (const [key, value] of file.file.root.entries()) {
    const name = key.toString('latin1');
    if (!(value instanceof BboltBucket)) {
      throw new BboltError('CORRUPT', `a value lies beside the buckets, under ${JSON.stringify(name)}`);
    }
    if (!names.includes(name) && foreign.length < MAX_FOREIGN_BUCKETS_TOLD) foreign.push(name);
  }
  // Without revisions it may still be etcd's: `etcdctl backup` of API 2 writes `meta` alone.
  if (
    file.file.bucket('meta') === undefined &&
    (file.file.bucket('key') !== undefined || foreign.length > 0)
  ) {
    throw new BboltError('CORRUPT', 'it has no bucket meta: it is no database of etcd');
  }
  return foreign;
}

function settlePosition(file: EtcdSnapshot, builder: StoreBuilder, options: LoadOptions): StorePosition {
  const found = readPosition((key) => file.get('meta', key));
  if (!Number.isSafeInteger(found.index) || !Number.isSafeInteger(found.term)) {
    throw new BboltError('CORRUPT', `its applied index ${found.index} is not one`);
  }
  const { atLeast, restart } = options;
  let position = found;
  if (restart !== undefined) position = restart.position;
  else if (atLeast !== undefined && atLeast.index > found.index) position = atLeast;
  if (position !== found) {
    assert(position.index >= 0 && position.term >= 0, 'a position is not negative');
    builder.put('meta', consistentIndexKey, encodePositionNumber(position.index));
    builder.put('meta', termKey, encodePositionNumber(position.term));
  }
  return position;
}

/** Records of the bucket `key`: later code takes their form for granted. */
class RevisionChecker {
  readonly #order = new RevisionOrder();
  readonly #reader = new KeyValueReader();

  get main(): number {
    return this.#order.main;
  }

  check(key: Buffer, value: Buffer): void {
    const order = this.#order;
    const wrong = order.take(key, 0, key.length);
    if (wrong !== undefined) throw new BboltError('CORRUPT', wrong);
    try {
      this.#reader.parse(value, 0, value.length);
    } catch (error) {
      const what = order.tombstone ? 'tombstone' : 'key-value';
      throw new BboltError(
        'CORRUPT',
        `${what} of revision ${order.main}.${order.sub}: ${(error as Error).message}`,
      );
    }
  }
}
