// What a range with options must give: filters, order, limit, and what is left out of the answer, by the plainest means.

import { latin1Key } from '@quorate/base';
import { type RangeRequest, SortOrder, SortTarget } from '@quorate/proto';
import { decodeKeyValue } from '@quorate/storage';
import type { LoggedEvent } from '../revision-log.ts';

export interface OptionsAnswer {
  readonly count: number;
  readonly more: boolean;
  /** Encoded, in order. */
  readonly kvs: readonly Uint8Array[];
}

type Options = Pick<
  RangeRequest,
  | 'limit'
  | 'sortOrder'
  | 'sortTarget'
  | 'keysOnly'
  | 'countOnly'
  | 'minModRevision'
  | 'maxModRevision'
  | 'minCreateRevision'
  | 'maxCreateRevision'
>;

/** @param all the keys in range at the revision, in order. @returns what is wrong, if anything */
export function wrongWithOptions(
  options: Options,
  all: readonly LoggedEvent[],
  answer: OptionsAnswer,
): string | undefined {
  if (answer.count !== all.length) return `count ${answer.count}, and there are ${all.length}`;
  if (options.countOnly)
    return answer.kvs.length === 0 ? undefined : 'keys, and only their number was asked for';
  const chosen = all.filter((event) => passes(options, event)).sort(comparison(options));
  const expected = options.limit > 0 ? chosen.slice(0, options.limit) : chosen;
  if (answer.kvs.length !== expected.length) return `${answer.kvs.length} keys, expected ${expected.length}`;
  // Without order or filters there is more as soon as keys are left out; else as soon as ones that pass are.
  if (answer.more !== chosen.length > expected.length) return `more is ${answer.more}`;
  const compare = comparison(options);
  for (const [at, kv] of answer.kvs.entries()) {
    const { key, value, modRevision } = decodeKeyValue(kv);
    const event = chosen.find((one) => one.key === latin1Key(key));
    // Which of equals comes first is not said.
    const isInPlace = event !== undefined && compare(event, expected[at] as LoggedEvent) === 0;
    if (!isInPlace || event.revision !== modRevision) return `${latin1Key(key)} in place ${at}`;
    if (latin1Key(value) !== (options.keysOnly ? '' : event.value)) return `another value of ${event.key}`;
  }
  return undefined;
}

function passes(options: Options, { revision, createRevision }: LoggedEvent): boolean {
  return (
    (options.minModRevision === 0 || revision >= options.minModRevision) &&
    (options.maxModRevision === 0 || revision <= options.maxModRevision) &&
    (options.minCreateRevision === 0 || createRevision >= options.minCreateRevision) &&
    (options.maxCreateRevision === 0 || createRevision <= options.maxCreateRevision)
  );
}

function comparison({ sortOrder, sortTarget }: Options): (a: LoggedEvent, b: LoggedEvent) => number {
  const sign = sortOrder === SortOrder.DESCEND ? -1 : 1;
  const by = (event: LoggedEvent): string | number => {
    switch (sortTarget) {
      case SortTarget.VERSION:
        return event.version;
      case SortTarget.CREATE:
        return event.createRevision;
      case SortTarget.MOD:
        return event.revision;
      case SortTarget.VALUE:
        return event.value;
      default:
        return event.key;
    }
  };
  return (a, b) => {
    const [left, right] = [by(a), by(b)];
    return left < right ? -sign : left > right ? sign : 0;
  };
}
