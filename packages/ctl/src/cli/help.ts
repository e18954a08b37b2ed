/** The help text of a command. */
import type { Command } from './command.ts';
import type { FlagDefinition } from './flag-set.ts';

const HELP_FLAG: FlagDefinition = { name: 'help', short: 'h', kind: 'bool', usage: 'show this help' };

/** Help for the last command of the path. `versions` are shown for the root. */
export function helpText(path: readonly Command[], versions: { tool: string; api: string }): string {
  const command = path.at(-1) as Command;
  const names = path.map((item) => item.name).join(' ');
  const title =
    path.length === 1
      ? command.name
      : path
          .slice(1)
          .map((item) => item.name)
          .join(' ');
  const sections: string[] = [`NAME:\n\t${title} - ${command.summary}`];
  const synopsis = [names, command.synopsis ?? (command.commands === undefined ? '' : '<subcommand>')];
  sections.push(`USAGE:\n\t${synopsis.filter((part) => part !== '').join(' ')} [flags]`);
  if (path.length === 1) sections.push(`VERSION:\n\t${versions.tool}`);
  if (command.commands !== undefined) {
    sections.push(`API VERSION:\n\t${versions.api}`);
    sections.push(`COMMANDS:\n${columns(listCommands(command, []))}`);
  }
  if (command.description !== undefined) {
    const lines = command.description.trim().split('\n');
    sections.push(`DESCRIPTION:\n${lines.map((line) => `\t${line}`.trimEnd()).join('\n')}`);
  }
  const own = [...(command.flags ?? []), ...(command.sharedFlags ?? []), HELP_FLAG];
  sections.push(`OPTIONS:\n${flagLines(own)}`);
  const inherited = path.slice(0, -1).flatMap((item) => item.sharedFlags ?? []);
  if (inherited.length > 0) sections.push(`GLOBAL OPTIONS:\n${flagLines(inherited)}`);
  return `${sections.join('\n\n')}\n`;
}

function listCommands(command: Command, prefix: readonly string[]): [string, string][] {
  return [...(command.commands ?? [])]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((child): [string, string][] => {
      const name = [...prefix, child.name];
      const below = listCommands(child, name);
      return child.load === undefined ? below : [[name.join(' '), child.summary], ...below];
    });
}

function flagLines(flags: readonly FlagDefinition[]): string {
  const rows = [...flags]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((flag): [string, string] => {
      const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
      return [`${short}--${flag.name}${defaultText(flag)}`, flag.usage];
    });
  return columns(rows);
}

function defaultText(flag: FlagDefinition): string {
  switch (flag.kind) {
    case 'bool':
      return `[=${flag.defaultText ?? 'false'}]`;
    case 'string':
      return `=${JSON.stringify(flag.defaultText ?? '')}`;
    case 'list':
      return `=[${flag.defaultText ?? ''}]`;
    case 'int':
      return `=${flag.defaultText ?? '0'}`;
    case 'duration':
      return `=${flag.defaultText ?? '0s'}`;
  }
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `\t${left.padEnd(width)}  ${right}`).join('\n');
}
