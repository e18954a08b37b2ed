/** Requests of get, put and del from their arguments and flags; txn uses the same. */
import { DeleteRangeRequest, PutRequest, RangeRequest, SortOrder, SortTarget } from '@quorate/proto';
import { argumentBytes } from '../cli/argument-bytes.ts';
import type { Invocation } from '../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../cli/exit.ts';
import { NumberError, parseInt64 } from '../go/numbers.ts';
import { keyRangeOf } from './key-range.ts';

const SORT_ORDERS: Readonly<Record<string, number>> = {
  '': SortOrder.NONE,
  ASCEND: SortOrder.ASCEND,
  DESCEND: SortOrder.DESCEND,
};

const SORT_TARGETS: Readonly<Record<string, number>> = {
  '': SortTarget.KEY,
  CREATE: SortTarget.CREATE,
  KEY: SortTarget.KEY,
  MODIFY: SortTarget.MOD,
  VALUE: SortTarget.VALUE,
  VERSION: SortTarget.VERSION,
};

/** Throws ExitError for arguments that do not fit. */
export function rangeRequestOf({ args, flags }: Invocation): RangeRequest {
  if (args.length === 0) {
    throw badArgs('get command needs one argument as key and an optional argument as range_end');
  }
  const range = keyRangeOf(args, flags);
  const consistency = flags.string('consistency');
  if (consistency !== 'l' && consistency !== 's') {
    throw new ExitError(ExitCode.BadFeature, `unknown consistency flag ${JSON.stringify(consistency)}`);
  }
  const target = SORT_TARGETS[flags.string('sort-by').toUpperCase()];
  if (target === undefined)
    throw new ExitError(ExitCode.BadFeature, `bad sort target ${flags.string('sort-by')}`);
  const order = SORT_ORDERS[flags.string('order').toUpperCase()];
  if (order === undefined)
    throw new ExitError(ExitCode.BadFeature, `bad sort order ${flags.string('order')}`);
  // Ascending by key is what the server does anyway, and faster unasked.
  const natural = target === SortTarget.KEY && order === SortOrder.ASCEND;
  return RangeRequest.create({
    ...range,
    limit: flags.int('limit'),
    revision: Math.max(0, flags.int('rev')),
    sortTarget: target,
    sortOrder: natural ? SortOrder.NONE : order,
    serializable: consistency === 's',
    keysOnly: flags.bool('keys-only'),
    countOnly: flags.bool('count-only'),
    minCreateRevision: flags.int('min-create-rev'),
    maxCreateRevision: flags.int('max-create-rev'),
    minModRevision: flags.int('min-mod-rev'),
    maxModRevision: flags.int('max-mod-rev'),
  });
}

/** `readValue` is called for a value that is no argument. Throws ExitError. */
export function putRequestOf({ args, flags }: Invocation, readValue: () => Uint8Array): PutRequest {
  const usage = 'put command needs 1 argument and input from stdin or 2 arguments';
  if (args.length === 0) throw badArgs(usage);
  const ignoreValue = flags.bool('ignore-value');
  if (ignoreValue && args.length > 1) {
    throw badArgs("put command needs only 1 argument when 'ignore-value' is set");
  }
  const argument = args[1];
  let value: Uint8Array = Buffer.alloc(0);
  if (argument !== undefined) value = argumentBytes(argument);
  else if (!ignoreValue) {
    value = readValue();
    if (value.length === 0) throw badArgs(usage);
  }
  return PutRequest.create({
    key: argumentBytes(args[0] as string),
    value,
    lease: leaseFlag(flags.string('lease')),
    prevKv: flags.bool('prev-kv'),
    ignoreValue,
    ignoreLease: flags.bool('ignore-lease'),
  });
}

function leaseFlag(text: string): bigint {
  try {
    return parseInt64(text, 16);
  } catch (error) {
    if (!(error instanceof NumberError)) throw error;
    throw badArgs(`bad lease ID (${error.message}), expecting ID in Hex`);
  }
}

/** Throws ExitError for arguments that do not fit. */
export function deleteRequestOf({ args, flags }: Invocation): DeleteRangeRequest {
  if (args.length === 0 || args.length > 2) {
    throw badArgs('del command needs one argument as key and an optional argument as range_end');
  }
  return DeleteRangeRequest.create({ ...keyRangeOf(args, flags), prevKv: flags.bool('prev-kv') });
}
