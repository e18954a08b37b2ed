// The work of the writer thread; see lmdb-worker.ts.
import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { assert, crc32c, latin1Key } from '@quorate/base';
import { includeInHashAll, RevisionHasher } from './hash.ts';
import { type IndexPortion, IndexPortionWriter, memoryOfPortion } from './index-portion.ts';
import { hashSliceRecords, indexPortionRecords } from './limits.ts';
import { LmdbCopy } from './lmdb-copy.ts';
import { dataFileName, LmdbEnvironment, type ScanVisitor } from './lmdb-environment.ts';
import type { CommitRequest, WriterReply, WriterRequest, WriterSettings } from './lmdb-protocol.ts';
import { encodeRevisionKey, revisionKeyBytes, tombstoneKeyBytes, writeRevisionKey } from './revision-key.ts';
import { type BackendSize, type BucketName, bucketNames, type HashRevisionsQuery } from './types.ts';

function endsWaiting(request: WriterRequest): boolean {
  return request.kind === 'adopt' || request.kind === 'release' || request.kind === 'reopen';
}

/** Gives the messages that wait a chance. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class LmdbWriter {
  private readonly settings: WriterSettings;
  private readonly reply: (reply: WriterReply, memory: ArrayBuffer[]) => void;
  private environment: LmdbEnvironment;
  private fileDescriptor: number;
  private failure: string | undefined;
  private copy: LmdbCopy | undefined;
  /** Requests that wait while the files are being exchanged. */
  private waiting: WriterRequest[] | undefined;
  private released = false;
  /** Where the next portion for the index begins. */
  private indexNext: Uint8Array = encodeRevisionKey(0, 0, false);
  private readonly revisionKey = Buffer.alloc(tombstoneKeyBytes);

  constructor(settings: WriterSettings, reply: (reply: WriterReply, memory: ArrayBuffer[]) => void) {
    this.settings = settings;
    this.reply = reply;
    this.environment = new LmdbEnvironment(settings.directory, settings.mapSizeBytes);
    this.fileDescriptor = this.openFile();
  }

  handle(request: WriterRequest): void {
    if (this.waiting !== undefined && !endsWaiting(request)) {
      this.waiting.push(request);
      return;
    }
    const startedMs = performance.now();
    const done = (hash = 0, size?: BackendSize, portion?: IndexPortion): void => {
      const durationMs = performance.now() - startedMs;
      const memory = portion === undefined ? [] : memoryOfPortion(portion);
      this.reply({ kind: 'done', id: request.id, hash, durationMs, size, portion }, memory);
    };
    const failed = (error: unknown): void => {
      const message = error instanceof Error ? error.message : String(error);
      this.reply({ kind: 'failed', id: request.id, message }, []);
    };
    try {
      switch (request.kind) {
        case 'commit':
          this.commit(request);
          done(0, this.environment.size());
          break;
        case 'hashRevisions':
          this.hashRevisions(request.query).then(done, failed);
          break;
        case 'hashAll':
          this.hashAll().then(done, failed);
          break;
        case 'indexPortion':
          done(0, undefined, this.indexPortion(request.first));
          break;
        case 'defragment':
          this.copy = new LmdbCopy(this.environment, request.directory, this.settings.mapSizeBytes);
          this.copy.run().then(
            () => done(),
            (error: unknown) => {
              this.copy = undefined;
              failed(error);
            },
          );
          break;
        case 'finishDefragment':
          this.waiting = [];
          this.finishCopy().then(() => done(), failed);
          break;
        case 'adopt':
          this.adopt().then(() => {
            done(0, this.environment.size());
            this.resume();
          }, failed);
          break;
        case 'release':
          this.waiting ??= [];
          this.released = true;
          this.close().then(() => done(), failed);
          break;
        case 'reopen':
          this.reopen();
          done(0, this.environment.size());
          this.resume();
          break;
        case 'close':
          this.close().then(() => done(), failed);
          break;
      }
    } catch (error) {
      failed(error);
    }
  }

  private openFile(): number {
    return openSync(join(this.settings.directory, dataFileName), 'r+');
  }

  private async close(): Promise<void> {
    closeSync(this.fileDescriptor);
    await this.environment.close();
  }

  private commit(request: CommitRequest): void {
    // After a failure nothing may be committed: what failed came before.
    if (this.failure !== undefined) throw new Error(this.failure);
    try {
      this.environment.root.transactionSync(() => this.write(request));
      if (request.flush) fdatasyncSync(this.fileDescriptor);
    } catch (error) {
      this.failure = `commit failed: ${error instanceof Error ? error.message : String(error)}`;
      throw new Error(this.failure);
    }
    this.copy?.note(request);
  }

  private write(request: CommitRequest): void {
    const { environment, revisionKey } = this;
    const { bytes, appends, removals, changes } = request;
    const shortKey = revisionKey.subarray(0, tombstoneKeyBytes - 1);
    for (let at = 0; at < appends.length; at += 4) {
      const subMark = appends[at + 1] as number;
      const dead = (subMark & 1) === 1;
      writeRevisionKey(revisionKey, appends[at] as number, subMark >> 1, dead);
      const offset = appends[at + 2] as number;
      const value = bytes.subarray(offset, offset + (appends[at + 3] as number));
      assert(
        environment.append('key', dead ? revisionKey : shortKey, value),
        'revisions are appended in order',
      );
    }
    for (let at = 0; at < removals.length; at += 2) {
      const subMark = removals[at + 1] as number;
      const dead = (subMark & 1) === 1;
      writeRevisionKey(revisionKey, removals[at] as number, subMark >> 1, dead);
      environment.bucket('key').removeSync(dead ? revisionKey : shortKey);
    }
    for (let at = 0; at < changes.length; at += 5) {
      const bucket = environment.bucket(bucketNames[changes[at] as number] as BucketName);
      const keyOffset = changes[at + 1] as number;
      const key = bytes.subarray(keyOffset, keyOffset + (changes[at + 2] as number));
      const valueOffset = changes[at + 3] as number;
      if (valueOffset < 0) bucket.removeSync(key);
      else bucket.putSync(key, bytes.subarray(valueOffset, valueOffset + (changes[at + 4] as number)));
    }
  }

  private indexPortion(first: boolean): IndexPortion {
    if (first) {
      this.indexNext = encodeRevisionKey(0, 0, false);
      this.environment.refresh();
    }
    const writer = new IndexPortionWriter(indexPortionRecords);
    let lastMain = 0;
    let lastSub = 0;
    const visit: ScanVisitor = (main, sub, tombstone, value, length) => {
      writer.add(main, sub, tombstone, value, 0, length);
      lastMain = main;
      lastSub = sub;
    };
    const visited = this.environment.scanRevisions(this.indexNext, indexPortionRecords, visit);
    if (visited > 0) this.indexNext = encodeRevisionKey(lastMain, lastSub + 1, false);
    return writer.finish();
  }

  private async hashRevisions(query: HashRevisionsQuery): Promise<number> {
    const { environment } = this;
    const hasher = new RevisionHasher(query);
    const key = Buffer.alloc(tombstoneKeyBytes);
    const shortKey = key.subarray(0, revisionKeyBytes);
    let start: Uint8Array = encodeRevisionKey(0, 0, false);
    let more = true;
    environment.refresh();
    const transaction = environment.root.useReadTransaction();
    try {
      while (more) {
        let last = 0;
        const visit: ScanVisitor = (main, sub, tombstone, value, length) => {
          last = writeRevisionKey(key, main, sub, tombstone);
          if (more) more = hasher.add(tombstone ? key : shortKey, value, length);
        };
        const visited = environment.scanRevisions(start, hashSliceRecords, visit, transaction);
        if (visited < hashSliceRecords) break;
        start = Buffer.concat([key.subarray(0, last), Buffer.alloc(1)]);
        await nextTurn();
      }
    } finally {
      transaction.done();
    }
    return hasher.hash();
  }

  private async hashAll(): Promise<number> {
    const { environment } = this;
    let hash = 0;
    environment.refresh();
    // One snapshot for all buckets.
    const transaction = environment.root.useReadTransaction();
    try {
      for (const name of bucketNames) {
        hash = crc32c(Buffer.from(name), hash);
        let start: Uint8Array | undefined;
        for (;;) {
          const entries = environment.read(name, start, undefined, hashSliceRecords, Infinity, transaction);
          for (const { key, value } of entries) {
            if (includeInHashAll(name, latin1Key(key))) hash = crc32c(value, crc32c(key, hash));
          }
          const last = entries[entries.length - 1];
          if (last === undefined || entries.length < hashSliceRecords) break;
          start = Buffer.concat([last.key, Buffer.alloc(1)]);
          await nextTurn();
        }
      }
    } finally {
      transaction.done();
    }
    return hash;
  }

  private async finishCopy(): Promise<void> {
    const { copy } = this;
    assert(copy !== undefined, 'a defragmentation is under way');
    try {
      await copy.finish();
    } catch (error) {
      this.copy = undefined;
      throw error;
    }
  }

  /** Goes on in the copy, which lies where the old environment lay. Unmapping the old one takes its time here. */
  private async adopt(): Promise<void> {
    const { copy } = this;
    assert(copy !== undefined, 'a defragmentation is under way');
    this.copy = undefined;
    await this.close();
    this.environment = copy.environment;
    this.fileDescriptor = this.openFile();
  }

  private reopen(): void {
    if (!this.released) return;
    this.environment = new LmdbEnvironment(this.settings.directory, this.settings.mapSizeBytes);
    this.fileDescriptor = this.openFile();
    this.released = false;
  }

  private resume(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const request of waiting) this.handle(request);
  }
}
