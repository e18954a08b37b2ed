// The second half of a defragmentation: a compact copy of the environment that is kept up to date while writes go on.
// LMDB copies a snapshot on a thread of its own; whatever commits touched since then is carried over afterwards, first
// in slices, the rest once commits are held. Carrying over reads the state of today, so doing it twice does no harm.
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assert, keyFromLatin1, latin1Key } from '@quorate/base';
import { defragmentSliceRecords } from './limits.ts';
import { dataFileName, LmdbEnvironment } from './lmdb-environment.ts';
import type { CommitRequest } from './lmdb-protocol.ts';
import { encodeRevisionKey } from './revision-key.ts';
import { type BackendEntry, type BucketName, bucketNames } from './types.ts';

/** Rounds of carrying over before the rest, whatever its size, is done with commits held. */
const MAX_ROUNDS = 8;

/** What commits touched. Appended revisions are found by their order, so only the first one is kept. */
class Touched {
  firstAppended: Uint8Array | undefined;
  readonly removed: Uint8Array[] = [];
  readonly changed = new Map<BucketName, Set<string>>();
  records = 0;

  note(request: CommitRequest): void {
    const { appends, removals, changes, bytes } = request;
    this.records += appends.length / 4 + removals.length / 2 + changes.length / 5;
    if (appends.length > 0 && this.firstAppended === undefined) {
      const subMark = appends[1] as number;
      this.firstAppended = encodeRevisionKey(appends[0] as number, subMark >> 1, false);
    }
    for (let at = 0; at < removals.length; at += 2) {
      const subMark = removals[at + 1] as number;
      this.removed.push(encodeRevisionKey(removals[at] as number, subMark >> 1, (subMark & 1) === 1));
    }
    for (let at = 0; at < changes.length; at += 5) {
      const name = bucketNames[changes[at] as number] as BucketName;
      const offset = changes[at + 1] as number;
      const keys = this.changed.get(name) ?? new Set<string>();
      keys.add(latin1Key(bytes.subarray(offset, offset + (changes[at + 2] as number))));
      this.changed.set(name, keys);
    }
  }
}

export class LmdbCopy {
  private readonly from: LmdbEnvironment;
  private readonly directory: string;
  private readonly mapSizeBytes: number;
  private to: LmdbEnvironment | undefined;
  private touched = new Touched();

  /** `directory` is where the copy is made; it must not exist. */
  constructor(from: LmdbEnvironment, directory: string, mapSizeBytes: number) {
    this.from = from;
    this.directory = directory;
    this.mapSizeBytes = mapSizeBytes;
  }

  /** A commit was done. */
  note(request: CommitRequest): void {
    this.touched.note(request);
  }

  /** Copies and catches up until little is left. On failure nothing of the copy remains. */
  async run(): Promise<void> {
    try {
      mkdirSync(this.directory, { recursive: true });
      await this.from.root.backup(this.directory, true);
      this.to = new LmdbEnvironment(this.directory, this.mapSizeBytes);
      for (let round = 0; round < MAX_ROUNDS && this.touched.records > defragmentSliceRecords; round++) {
        const { touched } = this;
        this.touched = new Touched();
        await this.carryOver(touched);
      }
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  /** The copy, once `run` is done. */
  get environment(): LmdbEnvironment {
    assert(this.to !== undefined, 'the copy has been made');
    return this.to;
  }

  /** With commits held: carries over the rest and puts the copy on stable storage. On failure nothing of it remains. */
  async finish(): Promise<void> {
    try {
      await this.carryOver(this.touched);
      const file = openSync(join(this.directory, dataFileName), 'r+');
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      await this.discard();
      throw error;
    }
  }

  private async discard(): Promise<void> {
    await this.to?.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async carryOver(touched: Touched): Promise<void> {
    this.from.refresh();
    if (touched.firstAppended !== undefined) {
      let start = touched.firstAppended;
      for (;;) {
        const entries = this.from.read('key', start, undefined, defragmentSliceRecords, Infinity);
        this.put('key', entries);
        const last = entries[entries.length - 1];
        if (last === undefined || entries.length < defragmentSliceRecords) break;
        start = Buffer.concat([last.key, Buffer.alloc(1)]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const to = this.environment;
    to.root.transactionSync(() => {
      for (const key of touched.removed) to.bucket('key').removeSync(key);
    });
    for (const [name, keys] of touched.changed) {
      const bucket = this.from.bucket(name);
      to.root.transactionSync(() => {
        for (const text of keys) {
          const key = keyFromLatin1(text);
          const value = bucket.getBinary(key);
          if (value === undefined) to.bucket(name).removeSync(key);
          else to.bucket(name).putSync(key, value);
        }
      });
    }
  }

  private put(name: BucketName, entries: readonly BackendEntry[]): void {
    const to = this.environment;
    to.root.transactionSync(() => {
      for (const { key, value } of entries) to.bucket(name).putSync(key, value);
    });
  }
}
