/** snapshot status and restore: work on files, as etcdutl does; etcdctl had them first. */
import type { Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../../cli/exit.ts';
import { printRecord } from '../../etcdutl/print.ts';
import { snapshotRestore as restore } from '../../etcdutl/snapshot-restore.ts';
import { readSnapshotStatus, statusColumns } from '../../etcdutl/snapshot-status.ts';
import { applyEnvironment, globalFlags } from '../global-flags.ts';

export function snapshotStatus(invocation: Invocation): void {
  const { args, flags } = invocation;
  const [path] = args;
  if (path === undefined || args.length > 1) throw badArgs('snapshot status requires exactly one argument');
  applyEnvironment(flags, globalFlags, process.env);
  const format = flags.string('write-out');
  if (format === 'protobuf') {
    throw new ExitError(ExitCode.BadFeature, 'protobuf not supported as output format');
  }
  const { status } = fileWork(() => readSnapshotStatus(path));
  printRecord(flags, statusColumns(status));
}

export async function snapshotRestore(invocation: Invocation): Promise<void> {
  try {
    await restore(invocation);
  } catch (error) {
    throw fileFailure(error);
  }
}

function fileWork<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileFailure(error);
  }
}

/** Whatever is wrong with a file ends the command with its message. */
function fileFailure(error: unknown): ExitError {
  return error instanceof ExitError ? error : new ExitError(ExitCode.Error, (error as Error).message);
}
