import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompareResult, CompareTarget, SortOrder, SortTarget } from '@quorate/proto';
import { type Command, flagsOf, type Invocation } from '../cli/command.ts';
import { ExitCode, ExitError } from '../cli/exit.ts';
import { type FlagDefinition, Flags } from '../cli/flag-set.ts';
import { etcdctl } from './command-tree.ts';
import { parseCompare, parseRequest } from './commands/txn.ts';
import { watchArguments } from './commands/watch.ts';
import { applyEnvironment, globalFlags } from './global-flags.ts';
import { delFlags, getFlags } from './key-flags.ts';
import { deleteRequestOf, rangeRequestOf } from './key-requests.ts';
import { splitWords } from './split-words.ts';
import { watchFlags } from './watch-flags.ts';

function invoke(definitions: readonly FlagDefinition[], ...args: string[]): Invocation {
  const flags = new Flags(definitions);
  const { positional, dashAt } = flags.parse(args);
  return { args: positional, dashAt, flags };
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');

function refusal(action: () => unknown): { code: number; message: string } {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof ExitError);
    return { code: error.code, message: error.message };
  }
  return assert.fail('not refused');
}

test('ranges of get', () => {
  const range = (...args: string[]): [string, string] => {
    const { key, rangeEnd } = rangeRequestOf(invoke(getFlags, ...args));
    return [text(key), text(rangeEnd)];
  };
  assert.deepEqual(range('a'), ['a', '']);
  assert.deepEqual(range('a', 'c'), ['a', 'c']);
  assert.deepEqual(range('a', '--prefix'), ['a', 'b']);
  assert.deepEqual(range('', '--prefix'), ['\0', '\0']);
  assert.deepEqual(range('a', '--from-key'), ['a', '\0']);
  assert.deepEqual(range('', '--from-key'), ['\0', '\0']);
});

test('orders of get: ascending by key is not asked for, it is the natural one', () => {
  const order = (...args: string[]): [number, number] => {
    const { sortOrder, sortTarget } = rangeRequestOf(invoke(getFlags, 'a', ...args));
    return [sortOrder, sortTarget];
  };
  assert.deepEqual(order('--order=ascend'), [SortOrder.NONE, SortTarget.KEY]);
  assert.deepEqual(order('--order=DESCEND', '--sort-by=modify'), [SortOrder.DESCEND, SortTarget.MOD]);
  assert.deepEqual(order('--sort-by=CREATE'), [SortOrder.NONE, SortTarget.CREATE]);
});

test('contradictory arguments are refused with code 128', () => {
  for (const args of [[], ['a', 'b', '--prefix'], ['a', '--prefix', '--from-key']]) {
    assert.equal(refusal(() => rangeRequestOf(invoke(getFlags, ...args))).code, ExitCode.BadArgs);
    assert.equal(refusal(() => deleteRequestOf(invoke(delFlags, ...args))).code, ExitCode.BadArgs);
  }
  assert.equal(refusal(() => rangeRequestOf(invoke(getFlags, 'a', '--order=UP'))).code, ExitCode.BadFeature);
});

test('compares', () => {
  const compare = parseCompare('mod("key1") > "12"');
  assert.equal(text(compare.key), 'key1');
  assert.deepEqual(
    [compare.target, compare.result, compare.modRevision],
    [CompareTarget.MOD, CompareResult.GREATER, 12],
  );
  assert.equal(text(parseCompare('val("k") != "a \\"b\\" \\x41"').value), 'a "b" A');
  assert.equal(parseCompare('ver("k") = "3"').version, 3);
  assert.equal(parseCompare('c("k") < "3"').createRevision, 3);
  assert.equal(parseCompare('lease("k") = "7b"').lease, 123n);
  assert.equal(text(parseCompare('value("key \\"with\\" space") = "1"').key), 'key "with" space');
});

test('malformed compares are refused with code 3', () => {
  for (const line of [
    'nonsense',
    'mod(k) = "1"',
    'mod("k") "1"',
    'mod("k") ~ "1"',
    'mod("k") = "x"',
    'size("k") = "1"',
    'mod("k") = 1',
  ]) {
    assert.equal(refusal(() => parseCompare(line)).code, ExitCode.InvalidInput, line);
  }
});

test('requests of a transaction take the flags of their commands', () => {
  assert.equal(text(parseRequest('put key "a b"').requestPut?.value), 'a b');
  assert.equal(parseRequest('put key v --lease=1f').requestPut?.lease, 31n);
  assert.equal(parseRequest('get key --rev=5 --limit 2').requestRange?.limit, 2);
  assert.equal(text(parseRequest('del a --prefix').requestDeleteRange?.rangeEnd), 'b');
  assert.equal(text(parseRequest("put 'single quoted' v").requestPut?.key), 'single quoted');
  for (const line of ['frob a', 'get', 'get a --nope']) {
    assert.equal(refusal(() => parseRequest(line)).code, ExitCode.InvalidInput, line);
  }
  assert.equal(refusal(() => parseRequest('put a')).code, ExitCode.BadArgs);
  assert.equal(refusal(() => parseRequest('put a --prev-kv')).code, ExitCode.BadArgs);
});

test('words of a line', () => {
  assert.deepEqual(splitWords('watch  "a b" \'c d\' --rev=1 -- echo "\\"hi\\""'), [
    'watch',
    'a b',
    'c d',
    '--rev=1',
    '--',
    'echo',
    '"hi"',
  ]);
  assert.equal(splitWords('put "\\q"'), undefined);
});

test('arguments of watch: key, range end, command, and the environment instead of them', () => {
  const none = { key: '', rangeEnd: '' };
  const parse = (
    environment: typeof none,
    ...args: string[]
  ): [string, string, number, readonly string[]] => {
    const { request, command } = watchArguments(invoke(watchFlags, ...args), environment);
    return [text(request.key), text(request.rangeEnd), request.startRevision, command];
  };
  assert.deepEqual(parse(none, 'a'), ['a', '', 0, []]);
  assert.deepEqual(parse(none, 'a', '--rev', '1', 'c'), ['a', 'c', 1, []]);
  assert.deepEqual(parse(none, '--rev=2', 'a', '--', 'echo', '--x'), ['a', '', 2, ['echo', '--x']]);
  assert.deepEqual(parse(none, 'a', 'c', '--', 'env'), ['a', 'c', 0, ['env']]);
  assert.deepEqual(parse(none, 'a', '--prefix'), ['a', 'b', 0, []]);
  assert.deepEqual(parse({ key: 'k', rangeEnd: '' }, '--rev=1', '--', 'echo', 'k'), [
    'k',
    '',
    1,
    ['echo', 'k'],
  ]);
  assert.deepEqual(parse({ key: 'k', rangeEnd: 'm' }), ['k', 'm', 0, []]);
  const refused: [typeof none, string[]][] = [
    [none, []],
    [none, ['--rev=1']],
    [none, ['a', '--']],
    [none, ['--', 'echo']],
    [none, ['a', 'b', '--prefix']],
    [{ key: 'k', rangeEnd: '' }, ['a']],
    [{ key: 'k', rangeEnd: '' }, ['a', '--', 'echo']],
    [{ key: 'k', rangeEnd: '' }, ['--']],
  ];
  for (const [environment, args] of refused) {
    assert.equal(refusal(() => parse(environment, ...args)).code, ExitCode.BadArgs, args.join(' '));
  }
});

test('flags come from the environment; both at once end the command', () => {
  const flags = new Flags(globalFlags);
  applyEnvironment(flags, globalFlags, {
    ETCDCTL_ENDPOINTS: 'x:1,y:2',
    ETCDCTL_DIAL_TIMEOUT: '7s',
    ETCDCTL_USER: '',
  });
  assert.deepEqual(flags.list('endpoints'), ['x:1', 'y:2']);
  assert.equal(flags.durationMs('dial-timeout'), 7000);

  const given = new Flags(globalFlags);
  given.parse(['--endpoints=z:3']);
  const conflict = refusal(() => applyEnvironment(given, globalFlags, { ETCDCTL_ENDPOINTS: 'x:1' }));
  assert.equal(conflict.code, ExitCode.Error);
  assert.match(conflict.message, /^conflicting environment variable "ETCDCTL_ENDPOINTS" is shadowed/);

  const bad = refusal(() =>
    applyEnvironment(new Flags(globalFlags), globalFlags, { ETCDCTL_DIAL_TIMEOUT: 'soon' }),
  );
  assert.equal(bad.code, ExitCode.BadArgs);
});

test('every command can be loaded, and no two of its flags share a name', async () => {
  const visit = async (path: readonly Command[]): Promise<void> => {
    const command = path.at(-1) as Command;
    const names = flagsOf(path).flatMap((flag) => [
      flag.name,
      ...(flag.short === undefined ? [] : [`-${flag.short}`]),
    ]);
    assert.equal(new Set(names).size, names.length, command.name);
    if (command.load !== undefined) assert.equal(typeof (await command.load()), 'function', command.name);
    for (const child of command.commands ?? []) await visit([...path, child]);
  };
  await visit([etcdctl]);
});
