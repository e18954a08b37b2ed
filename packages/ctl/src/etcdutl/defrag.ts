/** defrag: rewrites a store without its free pages. */
import { systemClock } from '@quorate/base';
import { LmdbBackend } from '@quorate/storage';
import type { Invocation } from '../cli/command.ts';
import { ExitCode, ExitError } from '../cli/exit.ts';
import { logInfo } from './log.ts';
import { holdMember } from './stopped-member.ts';

export async function defrag(invocation: Invocation): Promise<void> {
  const { storeDirectory, release } = holdMember(invocation);
  try {
    const backend = new LmdbBackend({
      directory: storeDirectory,
      clock: systemClock,
      onError: () => {}, // the call that failed rejects as well
    });
    const before = backend.size().bytes;
    try {
      await backend.defragment();
      logInfo('finished defragmenting', { path: storeDirectory, before, after: backend.size().bytes });
    } finally {
      await backend.close();
    }
  } catch (error) {
    throw new ExitError(
      ExitCode.Error,
      `Failed to defragment etcd data[${invocation.flags.string('data-dir')}] (${(error as Error).message})`,
    );
  } finally {
    release();
  }
}
