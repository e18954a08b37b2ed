// `--auto-compaction-mode` and `--auto-compaction-retention` made into a compactor.
import type { AutoCompaction } from '../config/server-config.ts';
import type { Compactor, CompactorHost } from './compactor.ts';
import { PeriodicCompactor } from './periodic.ts';
import { RevisionCompactor } from './revision.ts';

/** The compactor of these settings, or undefined when automatic compaction is off. */
export function createCompactor(host: CompactorHost, settings: AutoCompaction): Compactor | undefined {
  switch (settings.mode) {
    case 'off':
      return undefined;
    case 'periodic':
      return new PeriodicCompactor(host, settings.retentionMs);
    case 'revision':
      return new RevisionCompactor(host, settings.retention);
  }
}
