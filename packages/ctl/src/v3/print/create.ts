/** The printer of an output format. */
import { ExitCode, ExitError } from '../../cli/exit.ts';
import { FieldsPrinter } from './fields.ts';
import { JsonPrinter } from './json.ts';
import type { Printer } from './printer.ts';
import { ProtobufPrinter } from './protobuf.ts';
import { SimplePrinter } from './simple.ts';
import { TablePrinter } from './table.ts';

/** Throws ExitError for a format there is not. */
export function createPrinter(format: string, hex: boolean): Printer {
  switch (format) {
    case 'simple':
      return new SimplePrinter(hex);
    case 'fields':
      return new FieldsPrinter();
    case 'json':
      return new JsonPrinter();
    case 'protobuf':
      return new ProtobufPrinter();
    case 'table':
      return new TablePrinter();
    default:
      throw new ExitError(ExitCode.BadFeature, 'unsupported output format');
  }
}
