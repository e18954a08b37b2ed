/** A member that is not running: its store, held so that nobody starts it meanwhile. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDisk } from '@quorate/base';
import type { Invocation } from '../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../cli/exit.ts';

export interface StoppedMember {
  /** The directory of its store. */
  readonly storeDirectory: string;
  release(): void;
}

/** Finds and holds the member that --data-dir names. @throws ExitError when there is none or it runs */
export function holdMember({ flags }: Invocation): StoppedMember {
  const dataDir = flags.string('data-dir');
  if (dataDir === '') throw badArgs('--data-dir is required');
  const snapDir = join(dataDir, 'member', 'snap');
  const storeDirectory = join(snapDir, 'db.lmdb');
  if (!existsSync(storeDirectory)) {
    throw new ExitError(
      ExitCode.Error,
      existsSync(join(snapDir, 'db'))
        ? `${join(snapDir, 'db')} is a database of Go etcd: use its own tools, or start a member on it to import it`
        : `${dataDir} is not the data directory of a member: ${storeDirectory} is missing`,
    );
  }
  const walDir = flags.string('wal-dir') || join(dataDir, 'member', 'wal');
  if (!existsSync(walDir)) {
    throw new ExitError(ExitCode.Error, `the member's log is not in ${walDir}: give --wal-dir`);
  }
  // Throws a DiskError that says who has it.
  const held = nodeDisk.lockDirectory(walDir);
  return { storeDirectory, release: () => held.release() };
}
