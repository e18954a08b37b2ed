import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakeInUrls } from '../peer-urls.ts';
import { canonicalPath } from './auth-commands.ts';
import { etcdctlV2, globalFlags, type V2Command } from './command-tree.ts';
import { type GoFlag, GoFlagError, GoFlags, GoHelpRequested } from './go-flags.ts';

const definitions: readonly GoFlag[] = [
  { names: ['recursive', 'r'], kind: 'bool', usage: '' },
  { names: ['after-index'], kind: 'int', usage: '' },
  { names: ['timeout'], kind: 'duration', defaultText: '2s', usage: '' },
  { names: ['roles'], kind: 'list', usage: '' },
  { names: ['output', 'o'], kind: 'string', defaultText: 'simple', usage: '' },
];

test('one dash or two, value after a blank or an equals sign', () => {
  const flags = new GoFlags(definitions);
  const rest = flags.parse(
    ['-recursive', 'key', '--after-index=3', '-roles', 'a,b', '--roles=c', '-o', 'json'],
    true,
  );
  assert.deepEqual(rest, ['key']);
  assert.equal(flags.bool('recursive'), true);
  assert.equal(flags.int('after-index'), 3);
  assert.deepEqual(flags.list('roles'), ['a', 'b', 'c']);
  assert.equal(flags.string('output'), 'json');
  assert.equal(flags.durationMs('timeout'), 2000);
});

test('global flags end at the command; two dashes end all flags', () => {
  assert.deepEqual(new GoFlags(definitions).parse(['-o', 'json', 'ls', '-r'], false), ['ls', '-r']);
  assert.deepEqual(new GoFlags(definitions).parse(['key', '--', '-r', '--x'], true), ['key', '-r', '--x']);
  const off = new GoFlags(definitions);
  off.parse(['-r=false', '-'], true);
  assert.equal(off.bool('recursive'), false);
});

test('mistakes in flags are named', () => {
  const refused: [string[], string][] = [
    [['-x'], 'flag provided but not defined: -x'],
    [['--after-index'], 'flag needs an argument: -after-index'],
    [['--after-index=x'], 'invalid value "x" for flag -after-index: parse error'],
    [['-r=maybe'], 'invalid value "maybe" for flag -r: parse error'],
    [['--timeout=5'], 'invalid value "5" for flag -timeout: parse error'],
    [['--=x'], 'bad flag syntax: --=x'],
  ];
  for (const [args, message] of refused) {
    assert.throws(() => new GoFlags(definitions).parse(args, true), new GoFlagError(message));
  }
  assert.throws(() => new GoFlags(definitions).parse(['-h'], true), GoHelpRequested);
});

test('paths of permissions have one form', () => {
  assert.equal(canonicalPath('a//b/./c/../*'), '/a/b/*');
  assert.equal(canonicalPath('/a/'), '/a/');
  assert.equal(canonicalPath('/'), '/');
});

test('peer URLs are checked before the server sees them', () => {
  assert.equal(mistakeInUrls(['http://10.0.0.1:2380', 'https://[::1]:2380/', 'unix://a']), undefined);
  assert.match(mistakeInUrls(['10.0.0.1:2380']) ?? '', /^URL scheme must be/);
  assert.match(mistakeInUrls(['http://10.0.0.1']) ?? '', /does not have the form "host:port"/);
  assert.match(mistakeInUrls(['http://10.0.0.1:2380/x']) ?? '', /must not contain a path/);
});

test('every command can be loaded, and no two flags of one share a name', async () => {
  const visit = async (command: V2Command): Promise<void> => {
    const names = (command.flags ?? []).flatMap((flag) => flag.names);
    assert.equal(new Set(names).size, names.length, command.name);
    if (command.commands === undefined)
      assert.equal(typeof (await command.load?.()), 'function', command.name);
    for (const child of command.commands ?? []) await visit(child);
  };
  await visit(etcdctlV2);
  assert.ok(globalFlags.length > 10);
});
