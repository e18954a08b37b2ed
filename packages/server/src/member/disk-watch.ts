// A leader that cannot write must not lead: its heartbeats would keep the others from electing one that can. When its log's
// sync hangs, or stays slow while a follower's is not, it hands leadership over, and gives it up when nobody takes it.
import { type Clock, hex64 } from '@quorate/base';
import type { RawNode } from '@quorate/raft';
import {
  HAND_OVER_AFTER_SHARE,
  OUTRUN_SYNCS,
  SLOW_DISK_SHARE,
  SLOW_HAND_OVER_INTERVAL_MS,
  STEP_DOWN_AFTER_SHARE,
} from './limits.ts';
import type { Logger } from './logger.ts';
import type { PeerTransport } from './transport.ts';

export interface DiskWatchOptions {
  readonly node: RawNode;
  readonly transport: PeerTransport | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly electionMs: number;
  /** The driver's: how long the sync under way has taken so far, and what syncs take on average. */
  readonly stalledMs: (nowMs: number) => number;
  readonly averageSyncMs: () => number;
}

export class DiskWatch {
  readonly #options: DiskWatchOptions;
  /** Syncs in a row that a follower's were ahead of while ours were slow. */
  #outrun = 0;
  #nextSlowHandOverMs = Number.NEGATIVE_INFINITY;
  /** Whether leadership was offered during the sync under way. */
  #offered = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  /** A sync has ended; `lastIndex` is the end of the log. */
  synced(lastIndex: number): void {
    const { node, electionMs, averageSyncMs } = this.#options;
    this.#offered = false;
    if (averageSyncMs() < SLOW_DISK_SHARE * electionMs || !node.isLeader) {
      this.#outrun = 0;
      return;
    }
    const isOutrun = node
      .status()
      .progress.some(({ id, isLearner, match }) => id !== node.id && !isLearner && match >= lastIndex);
    this.#outrun = isOutrun ? this.#outrun + 1 : 0;
  }

  /** Looks at the disk; to be called with every tick. Returns whether raft was told something. */
  tick(nowMs: number): boolean {
    const { node, logger, electionMs, stalledMs, averageSyncMs } = this.#options;
    if (!node.isLeader) {
      this.#outrun = 0;
      return false;
    }
    const stalled = stalledMs(nowMs);
    if (stalled >= STEP_DOWN_AFTER_SHARE * electionMs) {
      if (!this.#hasOtherVoters()) return false;
      logger.error('the log cannot be written in time; stepping down', {
        'local-member-id': hex64(node.id),
        'sync-took': `${Math.round(stalled)}ms`,
      });
      node.stepDown();
      return true;
    }
    if (stalled >= HAND_OVER_AFTER_SHARE * electionMs) {
      if (this.#offered) return false;
      this.#offered = true;
      return this.#handOver('the log cannot be written in time; handing leadership over', stalled);
    }
    if (this.#outrun < OUTRUN_SYNCS || nowMs < this.#nextSlowHandOverMs) return false;
    this.#outrun = 0;
    this.#nextSlowHandOverMs = nowMs + SLOW_HAND_OVER_INTERVAL_MS;
    return this.#handOver(
      "the disk is slow and a follower's is not; handing leadership over",
      averageSyncMs(),
    );
  }

  #hasOtherVoters(): boolean {
    const { node } = this.#options;
    return node.status().progress.some(({ id, isLearner }) => id !== node.id && !isLearner);
  }

  /** To the voter that has most of the log among those that answer. */
  #handOver(message: string, syncMs: number): boolean {
    const { node, transport, logger } = this.#options;
    let heir: { readonly id: bigint; readonly match: number; readonly recentActive: boolean } | undefined;
    for (const candidate of node.status().progress) {
      const { id, isLearner, match, recentActive } = candidate;
      if (id === node.id || isLearner || transport?.activeSinceMs(id) === undefined) continue;
      if (
        heir === undefined ||
        (recentActive && !heir.recentActive) ||
        (recentActive === heir.recentActive && match > heir.match)
      ) {
        heir = candidate;
      }
    }
    if (heir === undefined) return false;
    logger.warn(message, {
      'local-member-id': hex64(node.id),
      'transferee-member-id': hex64(heir.id),
      'sync-took': `${Math.round(syncMs)}ms`,
    });
    node.transferLeader(heir.id);
    return true;
  }
}
