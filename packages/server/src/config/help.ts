// The help text and the flags page of the documentation, both made from the flag table.
import type { FlagSpec } from './flag-spec.ts';
import { flagTable } from './flag-table.ts';
import { variableOf } from './settings.ts';

/** What `etcd -h` prints first, and what follows a malformed command line. */
export const usage = `Usage:

  etcd [flags]
    Start an etcd server.

  etcd --version
    Show the version of etcd.

  etcd -h | --help
    Show the help information about etcd.

  etcd --config-file
    Path to the server configuration file. If it is given, flags and environment variables are ignored.
`;

function sections(): Map<string, FlagSpec[]> {
  const found = new Map<string, FlagSpec[]>();
  for (const spec of flagTable) {
    if (spec.status === 'ignored') continue;
    const rows = found.get(spec.section) ?? [];
    rows.push(spec);
    found.set(spec.section, rows);
  }
  return found;
}

function defaultOf(spec: FlagSpec): string {
  return spec.name === 'data-dir' ? '${name}.etcd' : spec.fallback;
}

function remark(spec: FlagSpec): string {
  return spec.status === 'planned' ? ' [not supported by this release]' : '';
}

/** The whole help text. */
export function helpText(): string {
  const parts = [usage];
  for (const [title, rows] of sections()) {
    parts.push(`\n${title}:\n`);
    for (const spec of rows) {
      parts.push(`  --${spec.name} '${defaultOf(spec)}'\n    ${spec.help}${remark(spec)}\n`);
    }
  }
  return parts.join('');
}

/** The documentation page of all flags, in Markdown. */
export function flagsPage(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const lines = [
    '# Settings',
    '',
    'Made from the flag table by `npm run generate`. Each flag can also be set by its variable or, under its own',
    'name, in the file given by `--config-file`.',
  ];
  for (const [title, rows] of sections()) {
    lines.push('', `## ${title}`, '', '| flag | default | variable | meaning |', '|---|---|---|---|');
    for (const spec of rows) {
      const fallback = defaultOf(spec) === '' ? '' : `\`${cell(defaultOf(spec))}\``;
      const aliases =
        spec.aliases.length === 0 ? '' : ` (also ${spec.aliases.map((name) => `\`--${name}\``).join(', ')})`;
      lines.push(
        `| \`--${spec.name}\` | ${fallback} | \`${variableOf(spec.name)}\` | ${cell(spec.help + remark(spec))}${aliases} |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
