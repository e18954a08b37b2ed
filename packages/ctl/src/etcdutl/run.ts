/** etcdutl: commands that work on files and data directories, without a server. */
import { API_LEVEL, API_VERSION, DiskError, FatalError } from '@quorate/base';
import { BboltError } from '@quorate/storage';
import { type Command, findCommand, flagsOf, UnknownCommandError } from '../cli/command.ts';
import { ExitCode, ExitError } from '../cli/exit.ts';
import { FlagError, Flags, HelpRequested } from '../cli/flag-set.ts';
import { helpText } from '../cli/help.ts';
import { stderr, stdout } from '../cli/output.ts';
import { etcdutl } from './command-tree.ts';

/** Runs etcdutl with these arguments; resolves with the exit code. */
export async function runEtcdutl(args: readonly string[]): Promise<number> {
  let path: readonly Command[] = [etcdutl];
  const help = (): number => {
    stdout.write(helpText(path, { tool: API_LEVEL, api: API_VERSION }));
    return ExitCode.Success;
  };
  try {
    if (args[0] === 'help') {
      path = findCommand(etcdutl, args.slice(1)).path;
      return help();
    }
    const found = findCommand(etcdutl, args);
    path = found.path;
    const flags = new Flags(flagsOf(path));
    const { positional, dashAt } = flags.parse(found.args);
    const load = path.at(-1)?.load;
    if (load === undefined) return help();
    const run = await load();
    await run({ args: positional, dashAt, flags });
    return ExitCode.Success;
  } catch (error) {
    if (error instanceof HelpRequested) return help();
    return report(error, path);
  }
}

function report(error: unknown, path: readonly Command[]): number {
  if (error instanceof ExitError) {
    stderr.write(`Error: ${error.message}\n`);
    return error.code;
  }
  if (error instanceof FlagError || error instanceof UnknownCommandError) {
    const names = path.map((command) => command.name).join(' ');
    stderr.write(`Error: ${error.message}\nRun '${names} --help' for usage.\n`);
    return ExitCode.Error;
  }
  // Failures of files and of what is in them; anything else is a bug and ends the process with its trace.
  const isOfFiles =
    error instanceof BboltError ||
    error instanceof DiskError ||
    error instanceof FatalError ||
    (error instanceof Error && 'syscall' in error);
  if (!isOfFiles) throw error;
  stderr.write(`Error: ${error.message}\n`);
  return ExitCode.Error;
}
