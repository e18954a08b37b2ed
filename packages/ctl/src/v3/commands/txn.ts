/** txn: reads compares, then the requests of either branch, each part ended by an empty line. */
import { Compare, CompareResult, CompareTarget, RequestOp, TxnRequest } from '@quorate/proto';
import { argumentBytes, bytesArgument } from '../../cli/argument-bytes.ts';
import { type Command, findCommand, flagsOf, type Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../../cli/exit.ts';
import { FlagError, Flags, HelpRequested } from '../../cli/flag-set.ts';
import { stdout } from '../../cli/output.ts';
import { LineReader } from '../../cli/stdin.ts';
import { parseInt64 } from '../../go/numbers.ts';
import { quote, unquoteAt } from '../../go/quote.ts';
import { CommandContext } from '../context.ts';
import { delFlags, getFlags, putFlags } from '../key-flags.ts';
import { deleteRequestOf, putRequestOf, rangeRequestOf } from '../key-requests.ts';
import { splitWords } from '../split-words.ts';

export async function txn(invocation: Invocation): Promise<void> {
  if (invocation.args.length > 0) throw badArgs('txn command does not accept argument');
  const context = new CommandContext(invocation);
  const client = await context.client();
  const interactive = invocation.flags.bool('interactive');
  const prompt = (text: string): void => {
    if (interactive) stdout.write(`${text}\n`);
  };
  const reader = new LineReader();
  prompt('compares:');
  const compare = await readPart(reader, parseCompare);
  prompt('success requests (get, put, del):');
  const success = await readPart(reader, parseRequest);
  prompt('failure requests (get, put, del):');
  const failure = await readPart(reader, parseRequest);
  reader.close();
  const response = await context.call(client.kv.txn(TxnRequest.create({ compare, success, failure })));
  context.printer.txn(response);
}

/** Reads lines up to an empty one. */
async function readPart<T>(reader: LineReader, parse: (line: string) => T): Promise<T[]> {
  const items: T[] = [];
  for (;;) {
    const bytes = await reader.next();
    if (bytes === undefined) throw invalid('EOF');
    const line = bytesArgument(bytes).trim();
    if (line === '') return items;
    items.push(parse(line));
  }
}

function invalid(message: string): ExitError {
  return new ExitError(ExitCode.InvalidInput, message);
}

const RESULTS: ReadonlyMap<string, number> = new Map([
  ['=', CompareResult.EQUAL],
  ['!=', CompareResult.NOT_EQUAL],
  ['>', CompareResult.GREATER],
  ['<', CompareResult.LESS],
]);

/** `mod("key") > "0"`. */
export function parseCompare(line: string): Compare {
  const open = line.indexOf('(');
  if (open === -1) throw invalid(`malformed comparison: ${line}`);
  const target = line.slice(0, open);
  const key = unquoteAt(line, skipBlanks(line, open + 1));
  const operator = key === undefined ? null : /^\)\s*(\S+)\s*/.exec(line.slice(key.end));
  const value =
    key === undefined || operator === null ? undefined : unquoteAt(line, key.end + operator[0].length);
  if (key === undefined || operator === null || value === undefined) {
    const got = `${target}(${quote(key?.value ?? '')}) ${operator?.[1] ?? ''} ""`;
    throw invalid(`malformed comparison: ${line}; got ${got}`);
  }
  const result = RESULTS.get(operator[1] as string);
  if (result === undefined) throw invalid(`malformed comparison: ${line} (unknown operator ${operator[1]})`);
  return Compare.create({ key: argumentBytes(key.value), result, ...operand(line, target, value.value) });
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

function operand(line: string, target: string, value: string): Partial<Compare> {
  const integer = (base: 10 | 16 = 10): bigint => {
    try {
      return parseInt64(value, base);
    } catch {
      throw invalid(`invalid txn compare request: ${line}`);
    }
  };
  switch (target.trim()) {
    case 'ver':
    case 'version':
      return { target: CompareTarget.VERSION, version: Number(integer()) };
    case 'c':
    case 'create':
      return { target: CompareTarget.CREATE, createRevision: Number(integer()) };
    case 'm':
    case 'mod':
      return { target: CompareTarget.MOD, modRevision: Number(integer()) };
    case 'val':
    case 'value':
      return { target: CompareTarget.VALUE, value: argumentBytes(value) };
    case 'lease':
      return { target: CompareTarget.LEASE, lease: integer(16) };
    default:
      throw invalid(`malformed comparison: ${line} (unknown target ${target})`);
  }
}

/** The commands a branch may hold, with the flags they have on the command line. */
const requests: Command = {
  name: '',
  summary: '',
  commands: [
    { name: 'get', summary: '', flags: getFlags },
    { name: 'put', summary: '', flags: putFlags },
    { name: 'del', summary: '', flags: delFlags },
  ],
};

/** `put key "value" --lease=1`. */
export function parseRequest(line: string): RequestOp {
  const words = splitWords(line);
  if (words === undefined || words.length < 2) throw invalid(`invalid txn compare request: ${line}`);
  try {
    const { path, args } = findCommand(requests, words);
    const flags = new Flags(flagsOf(path));
    const { positional, dashAt } = flags.parse(args);
    const invocation: Invocation = { args: positional, dashAt, flags };
    switch (path.at(-1)?.name) {
      case 'get':
        return RequestOp.create({ requestRange: rangeRequestOf(invocation) });
      case 'put':
        return RequestOp.create({ requestPut: putRequestOf(invocation, noValue) });
      case 'del':
        return RequestOp.create({ requestDeleteRange: deleteRequestOf(invocation) });
    }
  } catch (error) {
    if (error instanceof ExitError) throw error;
    if (!(error instanceof FlagError || error instanceof HelpRequested || isUnknownCommand(error)))
      throw error;
  }
  throw invalid(`invalid txn request: ${line}`);
}

/** Standard input holds the transaction; a put in it must bring its value along. */
function noValue(): Uint8Array {
  return Buffer.alloc(0);
}

function isUnknownCommand(error: unknown): boolean {
  return error instanceof Error && error.name === 'UnknownCommandError';
}
