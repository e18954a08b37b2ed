// The comparisons that a running member makes, as the settings have them.
import { type Clock, hex64 } from '@quorate/base';
import type { Asking } from './ask-all.ts';
import { CompactionCheck } from './compaction-check.ts';
import { LeaderTask } from './leader-task.ts';
import { compareData } from './monitor.ts';

export interface CheckSettings {
  /** `--corrupt-check-time`; 0: off. */
  readonly intervalMs: number;
  /** `--compact-hash-check-time`; 0: off. */
  readonly compactionIntervalMs: number;
}

/** Starts what is on. @returns what stops it */
export function startChecks(asking: Asking, settings: CheckSettings, clock: Clock): () => void {
  const { member, logger } = asking;
  const tasks: LeaderTask[] = [];
  const start = (what: string, failure: string, intervalMs: number, run: () => Promise<unknown>): void => {
    if (intervalMs <= 0) return;
    logger.info(`enabled ${what}`, {
      'local-member-id': hex64(member.memberId),
      interval: `${intervalMs}ms`,
    });
    const failed = (error: Error): void => logger.warn(failure, { error: error.message });
    tasks.push(new LeaderTask({ member, clock, intervalMs, run, failed }));
  };
  start('corruption checking', 'failed to check hash KV', settings.intervalMs, () => compareData(asking));
  const compactions = new CompactionCheck(asking);
  start('compaction hash checking', 'failed to check compaction hashes', settings.compactionIntervalMs, () =>
    compactions.run(),
  );
  return () => {
    for (const task of tasks) task.stop();
  };
}
