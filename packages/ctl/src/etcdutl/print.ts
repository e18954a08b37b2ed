/** Output of one record of named values, in the form that --write-out asks for. */
import { badArgs } from '../cli/exit.ts';
import type { Flags } from '../cli/flag-set.ts';
import { stdout } from '../cli/output.ts';
import { formatTable } from '../go/table.ts';

/** One value. */
export interface Column {
  /** Heading of the table. */
  readonly title: string;
  /** Name in the `fields` form. */
  readonly field: string;
  readonly jsonName: string;
  readonly value: number | string;
  /** In `simple` and `table`, where that differs. */
  readonly text?: string;
}

const formats = ['fields', 'json', 'simple', 'table'] as const;
type Format = (typeof formats)[number];

function formatOf(flags: Flags): Format {
  const asked = flags.string('write-out');
  const format = formats.find((one) => one === asked);
  if (format === undefined) throw badArgs(`unsupported output format ${JSON.stringify(asked)}`);
  return format;
}

/** Refuses an unknown format before any work is done. */
export function checkFormat(flags: Flags): void {
  formatOf(flags);
}

export function printRecord(flags: Flags, columns: readonly Column[]): void {
  const texts = columns.map(({ text, value }) => text ?? String(value));
  switch (formatOf(flags)) {
    case 'simple':
      stdout.write(`${texts.join(', ')}\n`);
      break;
    case 'table':
      stdout.write(
        formatTable(
          columns.map(({ title }) => title),
          [texts],
        ),
      );
      break;
    case 'json':
      stdout.write(
        `${JSON.stringify(Object.fromEntries(columns.map(({ jsonName, value }) => [jsonName, value])))}\n`,
      );
      break;
    case 'fields':
      for (const { field, value } of columns) stdout.write(`"${field}" : ${value}\n`);
      break;
  }
}
