/** etcdctl: picks the API by ETCDCTL_API and runs the command. */
import { type Command, findCommand, flagsOf, UnknownCommandError } from './cli/command.ts';
import { ExitCode, ExitError } from './cli/exit.ts';
import { FlagError, Flags, HelpRequested } from './cli/flag-set.ts';
import { stderr, stdout } from './cli/output.ts';

/** Runs etcdctl with these arguments; resolves with the exit code. */
export async function runEtcdctl(args: readonly string[]): Promise<number> {
  const api = process.env['ETCDCTL_API'] ?? '';
  // Commands started by etcdctl decide for themselves.
  delete process.env['ETCDCTL_API'];
  if (api === '' || api === '3') {
    const { etcdctl } = await import('./v3/command-tree.ts');
    return runTree(etcdctl, args);
  }
  if (api === '2') {
    const { runEtcdctlV2 } = await import('./v2/main.ts');
    return runEtcdctlV2(args);
  }
  stderr.write(`unsupported API version ${api}\n`);
  return ExitCode.Error;
}

/** Runs the command that the arguments name. */
async function runTree(root: Command, args: readonly string[]): Promise<number> {
  let path: readonly Command[] = [root];
  try {
    if (args[0] === 'help') {
      path = findCommand(root, args.slice(1)).path;
      return await help(path);
    }
    const found = findCommand(root, args);
    path = found.path;
    const command = path.at(-1) as Command;
    const flags = new Flags(flagsOf(path));
    const { positional, dashAt } = flags.parse(found.args);
    if (command.load === undefined) return await help(path);
    const run = await command.load();
    await run({ args: positional, dashAt, flags });
    return ExitCode.Success;
  } catch (error) {
    if (error instanceof HelpRequested) return help(path);
    return report(error, path);
  }
}

async function help(path: readonly Command[]): Promise<number> {
  const [{ helpText }, { API_LEVEL, API_VERSION }] = await Promise.all([
    import('./cli/help.ts'),
    import('@quorate/base'),
  ]);
  stdout.write(helpText(path, { tool: API_LEVEL, api: API_VERSION }));
  return ExitCode.Success;
}

function report(error: unknown, path: readonly Command[]): number {
  if (error instanceof ExitError) {
    if (error.message !== '') stderr.write(`${error.labelled ? 'Error: ' : ''}${error.message}\n`);
    return error.code;
  }
  if (error instanceof FlagError || error instanceof UnknownCommandError) {
    const names = path.map((command) => command.name).join(' ');
    // Twice, as etcdctl does: before and after the hint.
    stderr.write(`Error: ${error.message}\nRun '${names} --help' for usage.\nError: ${error.message}\n`);
    return ExitCode.Error;
  }
  throw error;
}
