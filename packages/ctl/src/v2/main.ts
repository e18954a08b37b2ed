/** etcdctl with ETCDCTL_API=2: keys in directories, over HTTP. */
import { API_LEVEL } from '@quorate/base';
import { ExitError } from '../cli/exit.ts';
import { stderr, stdout } from '../cli/output.ts';
import { etcdctlV2, globalFlags, type V2Command } from './command-tree.ts';
import { V2Context, V2Exit } from './context.ts';
import { type GoFlag, GoFlagError, GoFlags, GoHelpRequested } from './go-flags.ts';

/** Exit code of an unknown command. */
const UNKNOWN_COMMAND = 3;

/** Runs an API 2 command; resolves with the exit code. */
export async function runEtcdctlV2(args: readonly string[]): Promise<number> {
  const path: V2Command[] = [etcdctlV2];
  try {
    const global = new GoFlags(globalFlags);
    let rest = global.parse(args, false);
    if (global.bool('version')) {
      stdout.write(`etcdctl version: ${API_LEVEL}\nAPI version: 2\n`);
      return V2Exit.Success;
    }
    for (;;) {
      const command = path.at(-1) as V2Command;
      if (command.commands === undefined) break;
      const [word] = rest;
      if (word === undefined || word === 'help' || word === 'h' || /^--?(?:h|help)$/.test(word))
        return help(path);
      const next = command.commands.find((candidate) => candidate.name === word);
      if (next === undefined) {
        stderr.write(`No help topic for '${word}'\n`);
        return UNKNOWN_COMMAND;
      }
      path.push(next);
      rest = rest.slice(1);
    }
    const command = path.at(-1) as V2Command;
    const flags = new GoFlags(command.flags ?? []);
    const positional = flags.parse(rest, true);
    const run = await (command.load as NonNullable<V2Command['load']>)();
    await run(new V2Context(global, flags, positional));
    return V2Exit.Success;
  } catch (error) {
    if (error instanceof GoHelpRequested) return help(path);
    if (error instanceof ExitError) {
      if (error.message !== '') stderr.write(`${error.labelled ? 'Error: ' : ''}${error.message}\n`);
      return error.code;
    }
    if (!(error instanceof GoFlagError)) throw error;
    stderr.write(`${error.message}\n`);
    return V2Exit.BadArgs;
  }
}

function help(path: readonly V2Command[]): number {
  const command = path.at(-1) as V2Command;
  const names = path.map((item) => item.name).join(' ');
  const root = path.length === 1;
  const usage =
    command.commands === undefined
      ? `[command options] ${command.synopsis ?? ''}`
      : 'command [options] [arguments...]';
  let text = `NAME:\n   ${names} - ${command.summary}\n\nUSAGE:\n   ${names} ${root ? '[global options] ' : ''}${usage}\n`;
  if (root) text += `\nVERSION:\n   ${API_LEVEL}\n`;
  if (command.description !== undefined) text += `\nDESCRIPTION:\n   ${command.description}\n`;
  if (command.commands !== undefined) {
    text += `\nCOMMANDS:\n${columns(command.commands.map(({ name, summary }) => [name, summary]))}`;
  }
  if (command.flags !== undefined) {
    text += `\n${root ? 'GLOBAL ' : ''}OPTIONS:\n${columns(command.flags.map(flagRow))}`;
  }
  stdout.write(text);
  return V2Exit.Success;
}

function flagRow({ names, kind, defaultText, usage }: GoFlag): [string, string] {
  const spelled = names.map((name) => (name.length === 1 ? `-${name}` : `--${name}`)).join(', ');
  const shown = kind === 'bool' ? spelled : `${spelled} value`;
  return [shown, defaultText === undefined ? usage : `${usage} (default: ${defaultText})`];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `   ${left.padEnd(width)}  ${right}\n`).join('');
}
