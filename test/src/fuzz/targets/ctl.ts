// What is typed into etcdctl: lines of transactions, watches, flags, and Go's quoted strings.
import assert from 'node:assert/strict';
import { Compare, RequestOp } from '@quorate/proto';
import { argumentBytes, bytesArgument } from '../../../../packages/ctl/dist/cli/argument-bytes.js';
import { UnknownCommandError } from '../../../../packages/ctl/dist/cli/command.js';
import { ExitError } from '../../../../packages/ctl/dist/cli/exit.js';
import { FlagError, Flags, HelpRequested } from '../../../../packages/ctl/dist/cli/flag-set.js';
import { formatDuration, parseDuration } from '../../../../packages/ctl/dist/go/duration.js';
import { quote, unquoteAt } from '../../../../packages/ctl/dist/go/quote.js';
import { parseCompare, parseRequest } from '../../../../packages/ctl/dist/v3/commands/txn.js';
import { watchArguments } from '../../../../packages/ctl/dist/v3/commands/watch.js';
import { splitWords } from '../../../../packages/ctl/dist/v3/split-words.js';
import { watchFlags } from '../../../../packages/ctl/dist/v3/watch-flags.js';
import { accepts, type FuzzTarget, text } from '../target.ts';

function encodes(encode: () => Buffer): void {
  accepts(encode, RangeError); // a number beyond the exact ones
}

/** A line of a transaction script, as a comparison and as a request. */
function readTxn(input: Buffer): void {
  const line = bytesArgument(input).trim();
  let compare = Compare.create();
  if (accepts(() => (compare = parseCompare(line)), ExitError)) {
    encodes(() => Compare.encode(compare));
    assert.ok(
      Number.isInteger(compare.result) && compare.result >= 0 && compare.result <= 3,
      'a known comparison',
    );
  }
  let request = RequestOp.create();
  if (accepts(() => (request = parseRequest(line)), ExitError)) encodes(() => RequestOp.encode(request));
}

/** A line typed into an interactive watch. */
function readWatch(input: Buffer): void {
  const words = splitWords(bytesArgument(input));
  if (words === undefined) return;
  accepts(
    () => {
      const flags = new Flags(watchFlags);
      const { positional, dashAt } = flags.parse(words);
      watchArguments({ args: positional, dashAt, flags }, { key: '', rangeEnd: '' });
    },
    FlagError,
    HelpRequested,
    ExitError,
    UnknownCommandError,
  );
}

/** Bytes survive being an argument, and being quoted. */
function readQuoted(input: Buffer): void {
  const argument = bytesArgument(input);
  assert.ok(argumentBytes(argument).equals(input), 'bytes come back out of an argument');
  const quoted = quote(input);
  const unquoted = unquoteAt(quoted, 0);
  assert.ok(unquoted !== undefined && unquoted.end === quoted.length, 'what was quoted can be read');
  assert.ok(argumentBytes(unquoted.value).equals(input), 'bytes come back out of quotes');
  unquoteAt(argument, 0);
  const duration = parseDuration(argument);
  if (duration !== undefined) assert.equal(parseDuration(formatDuration(duration)), duration);
}

const words = [
  ...[
    'mod(',
    'ver(',
    'create("',
    'value("k")',
    'lease("k") = "1"',
    '"',
    "'",
    '`',
    '\\',
    '\\x',
    '\\xff',
    '\\u0000',
    '\\U0010ffff',
  ],
  ...[
    '\\U00110000',
    '\\ud800',
    '\\377',
    '\\777',
    ' = ',
    ' != ',
    ' > ',
    ' constructor ',
    ' __proto__ ',
    ' toString ',
    ')',
    '--',
  ],
  ...[
    'put ',
    'get ',
    'del ',
    'watch ',
    '--lease=',
    '--prefix',
    '--from-key',
    '--rev=',
    '--limit=',
    '--order=',
    '--sort-by=',
    '-h',
    '\n',
    '\t',
  ],
  ...[
    '1h',
    '1.5ms',
    'µs',
    '9223372036854775807',
    '-9223372036854775808',
    '0x',
    '7fffffffffffffff',
    '--prev-kv=t',
    '\xed\xa0\x80',
  ],
];

export const targets: readonly FuzzTarget[] = [
  {
    name: 'ctl-txn',
    run: readTxn,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => [
      text('mod("key") > "0"'),
      text('value("k\\x00ey") != "v\\n"'),
      text('lease("a") = "7fffffffffffffff"'),
      text('put key "value with \\"quotes\\"" --lease=1f --prev-kv'),
      text("get k1 'k 2' --limit=3 --order=DESCEND --sort-by=mod --rev 5 --keys-only"),
      text('del --prefix k'),
    ],
    words,
  },
  {
    name: 'ctl-watch',
    run: readWatch,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => [
      text('watch foo --rev=1 --prefix -- echo x'),
      text('a b --prev-kv --progress-notify'),
      text('"a\\x62" `c`'),
    ],
    words,
  },
  {
    name: 'ctl-quote',
    run: readQuoted,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => [
      text('"a\\n\\x41\\u00e9\\U0001f600\\101"'),
      Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80]),
      text('1h15m30.5s'),
    ],
    words,
  },
];
