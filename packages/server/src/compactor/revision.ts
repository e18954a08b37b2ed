// Keep the last N revisions.
import { assert, type Timer } from '@quorate/base';
import type { Compactor, CompactorHost } from './compactor.ts';
import { revisionCheckIntervalMs } from './limits.ts';

/** etcd's `revision` mode: every five minutes, compact at the current revision minus the retention. */
export class RevisionCompactor implements Compactor {
  readonly #host: CompactorHost;
  readonly #retention: number;
  #timer: Timer | undefined;
  #paused = false;
  #busy = false;
  #lastRevision = 0;

  constructor(host: CompactorHost, retentionRevisions: number) {
    assert(retentionRevisions > 0, 'revision compaction needs a positive retention');
    this.#host = host;
    this.#retention = retentionRevisions;
  }

  start(): void {
    assert(this.#timer === undefined, 'compactor started twice');
    this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  #schedule(): void {
    this.#timer = this.#host.clock.setTimer(revisionCheckIntervalMs, () => {
      if (!this.#paused && !this.#busy) this.#compactIfDue();
      this.#schedule();
    });
  }

  #compactIfDue(): void {
    const revision = this.#host.revision() - this.#retention;
    if (revision <= 0 || revision === this.#lastRevision) return;
    this.#busy = true;
    const startedMs = this.#host.clock.nowMs();
    const fields = { revision, 'revision-compaction-retention': this.#retention };
    this.#host.log?.('info', 'starting auto revision compaction', fields);
    this.#host.compact(revision, (failure) => {
      this.#busy = false;
      if (failure !== undefined && !failure.isCompacted) {
        this.#host.log?.('warn', 'failed auto revision compaction', {
          ...fields,
          'retry-interval': `${revisionCheckIntervalMs}ms`,
          error: failure.message,
        });
        return;
      }
      this.#lastRevision = revision;
      this.#host.log?.('info', 'completed auto revision compaction', {
        ...fields,
        took: `${Math.round(this.#host.clock.nowMs() - startedMs)}ms`,
      });
    });
  }
}
