/** Keys and range ends as get, del and watch take them from arguments and flags. */
import { fromKeyRange, prefixRange } from '@quorate/client';
import { argumentBytes } from '../cli/argument-bytes.ts';
import { badArgs } from '../cli/exit.ts';
import type { Flags } from '../cli/flag-set.ts';

export interface KeyRange {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
}

const NO_BYTES = Buffer.alloc(0);

/** The range that the arguments `key [range_end]` and the flags --prefix and --from-key mean. Throws ExitError. */
export function keyRangeOf(args: readonly string[], flags: Flags): KeyRange {
  const prefix = flags.bool('prefix');
  const fromKey = flags.bool('from-key');
  if (prefix && fromKey) {
    throw badArgs('`--prefix` and `--from-key` cannot be set at the same time, choose one');
  }
  const key = argumentBytes(args[0] as string);
  const end = args[1];
  if (end !== undefined) {
    if (prefix || fromKey) {
      throw badArgs('too many arguments, only accept one argument when `--prefix` or `--from-key` is set');
    }
    return { key, rangeEnd: argumentBytes(end) };
  }
  if (prefix) return prefixRange(key);
  if (fromKey) return fromKeyRange(key);
  return { key, rangeEnd: NO_BYTES };
}
