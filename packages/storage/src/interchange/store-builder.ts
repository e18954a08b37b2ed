// Makes a store from scratch, in one thread and without an owner: records come bucket by bucket in ascending order.
// Nothing may rely on it before `finish`: the caller builds under another name and renames when that has returned.
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assert } from '@quorate/base';
import { defaultMapSizeBytes, maxKeyBytes } from '../backend/limits.ts';
import { dataFileName, LmdbEnvironment } from '../backend/lmdb-environment.ts';
import type { BucketName } from '../backend/types.ts';
import { BUILD_TRANSACTION_BYTES, BUILD_TRANSACTION_RECORDS } from './limits.ts';

interface Waiting {
  readonly bucket: BucketName;
  readonly key: Uint8Array;
  /** undefined: remove. */
  readonly value: Uint8Array | undefined;
  readonly append: boolean;
}

export class StoreBuilder {
  readonly #directory: string;
  readonly #environment: LmdbEnvironment;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;

  /** Makes the directory, which must not exist. @throws what the file system or LMDB says */
  constructor(directory: string, mapSizeBytes = defaultMapSizeBytes) {
    mkdirSync(directory, { mode: 0o700 });
    this.#directory = directory;
    this.#environment = new LmdbEnvironment(directory, mapSizeBytes);
  }

  /** Adds a record whose key is the greatest of its bucket so far. The bytes must stay as they are. */
  append(bucket: BucketName, key: Uint8Array, value: Uint8Array): void {
    this.#add({ bucket, key, value, append: true });
  }

  /** Sets a record, wherever it belongs. */
  put(bucket: BucketName, key: Uint8Array, value: Uint8Array): void {
    this.#add({ bucket, key, value, append: false });
  }

  /** Removes a record if it is there. */
  remove(bucket: BucketName, key: Uint8Array): void {
    this.#add({ bucket, key, value: undefined, append: false });
  }

  /** Writes down what waits and closes; the store is on stable storage when this resolves. */
  async finish(): Promise<void> {
    this.#flush();
    await this.#environment.close();
    for (const path of [join(this.#directory, dataFileName), this.#directory, dirname(this.#directory)]) {
      const file = openSync(path, 'r');
      try {
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    }
  }

  /** Closes what cannot be finished; the directory stays for the caller to remove. */
  async abandon(): Promise<void> {
    this.#waiting = [];
    await this.#environment.close();
  }

  #add(record: Waiting): void {
    assert(record.key.length > 0 && record.key.length <= maxKeyBytes, 'the key fits the store');
    this.#waiting.push(record);
    this.#waitingBytes += record.key.length + (record.value?.length ?? 0);
    if (this.#waitingBytes >= BUILD_TRANSACTION_BYTES || this.#waiting.length >= BUILD_TRANSACTION_RECORDS) {
      this.#flush();
    }
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const environment = this.#environment;
    environment.root.transactionSync(() => {
      for (const { bucket, key, value, append } of this.#waiting) {
        if (value === undefined) environment.bucket(bucket).removeSync(key);
        else if (append) assert(environment.append(bucket, key, value), 'records come in ascending order');
        else environment.bucket(bucket).putSync(key, value);
      }
    });
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
