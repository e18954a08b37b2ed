// How much of the backend is in use, cheap enough to be asked for every write: counted up by what is written, and
// measured only when that count says that the quota is reached. The count errs on the high side, because a write's cost
// is more than what it takes on disk and deletions are not subtracted.
import type { Backend } from '@quorate/storage';
import type { UsageGauge } from '../apply/quota.ts';

export class BackendUsage implements UsageGauge {
  readonly #backend: Backend;
  #bytes: number;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#bytes = backend.size().bytesInUse;
  }

  estimateBytes(): number {
    return this.#bytes;
  }

  measureBytes(): number {
    this.#bytes = this.#backend.size().bytesInUse;
    return this.#bytes;
  }

  noteWritten(bytes: number): void {
    this.#bytes += bytes;
  }
}
