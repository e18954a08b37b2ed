// The flags of a process that is started again: what may be changed from one start to the next, and differ between members.
import type { MemberOptions } from '@quorate/server';
import { Draw } from './draw.ts';
import type { SimSettings } from './settings.ts';

export type ProcessSettings = Pick<
  MemberOptions,
  | 'preVote'
  | 'snapshotCount'
  | 'snapshotCatchUpEntries'
  | 'maxWalFiles'
  | 'maxSnapshotFiles'
  | 'walSegmentBytes'
  | 'backendCommitIntervalMs'
  | 'leaseCheckpointIntervalMs'
  | 'leaseCheckpoints'
  | 'strictReconfigCheck'
  | 'heartbeatMs'
  | 'electionMs'
  | 'compactionBatchLimit'
  | 'compactionSleepIntervalMs'
>;

/** Those of the `starts`-th start of a machine. */
export function processSettings(
  seed: number,
  settings: SimSettings,
  machine: number,
  starts: number,
): ProcessSettings {
  const usual: ProcessSettings = {
    preVote: settings.preVote,
    snapshotCount: settings.snapshotCount,
    snapshotCatchUpEntries: settings.snapshotCatchUpEntries,
    maxWalFiles: 3,
    maxSnapshotFiles: 2,
    walSegmentBytes: settings.walSegmentBytes,
    backendCommitIntervalMs: settings.backendCommitIntervalMs,
    leaseCheckpointIntervalMs: settings.leaseCheckpointIntervalMs,
    strictReconfigCheck: true,
  };
  const draw = new Draw(seed, `process ${machine}`, starts);
  if (starts === 1 || !draw.chance(settings.otherSettings)) return usual;
  const heartbeatMs = draw.pick([50, 100, 200]);
  const electionMs = heartbeatMs * draw.pick([5, 10, 15]);
  const preVote = draw.chance(0.8);
  // Timeouts that differ need pre-votes everywhere: a hasty member with an older log that raises the term at each attempt
  // keeps one with the newer log, and more patience, from ever standing itself, as in etcd.
  const timing = settings.preVote ? { heartbeatMs, electionMs } : {};
  return {
    ...timing,
    preVote: settings.preVote || preVote,
    snapshotCount: draw.pick([10, 50, 300, 10_000]),
    snapshotCatchUpEntries: draw.pick([1, 10, 100, 5000]),
    maxWalFiles: draw.pick([1, 3, 5]),
    maxSnapshotFiles: draw.pick([1, 2, 5]),
    walSegmentBytes: draw.pick([4096, 16_384, 262_144]),
    backendCommitIntervalMs: draw.pick([10, 100, 1000]),
    leaseCheckpointIntervalMs: draw.pick([2000, 10_000, 300_000]),
    leaseCheckpoints: draw.chance(0.8),
    strictReconfigCheck: draw.chance(0.8),
    compactionBatchLimit: draw.pick([1, 10, 1000]),
    compactionSleepIntervalMs: draw.pick([1, 10]),
  };
}
