import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, findCommand, flagsOf, UnknownCommandError } from './command.ts';
import { type FlagDefinition, FlagError, Flags, HelpRequested } from './flag-set.ts';
import { helpText } from './help.ts';

const definitions: readonly FlagDefinition[] = [
  { name: 'endpoints', kind: 'list', defaultText: 'a:1', usage: 'where' },
  { name: 'write-out', short: 'w', kind: 'string', defaultText: 'simple', usage: 'how' },
  { name: 'prefix', kind: 'bool', usage: 'all' },
  { name: 'interactive', short: 'i', kind: 'bool', usage: 'ask' },
  { name: 'limit', kind: 'int', usage: 'most' },
  { name: 'timeout', kind: 'duration', defaultText: '5s', usage: 'time' },
];

test('flags and arguments may come in any order', () => {
  const flags = new Flags(definitions);
  const { positional, dashAt } = flags.parse(['key', '--limit', '3', 'end', '-w=json', '--prefix', '-i']);
  assert.deepEqual(positional, ['key', 'end']);
  assert.equal(dashAt, -1);
  assert.equal(flags.int('limit'), 3);
  assert.equal(flags.string('write-out'), 'json');
  assert.ok(flags.bool('prefix') && flags.bool('interactive'));
  assert.equal(flags.durationMs('timeout'), 5000);
  assert.ok(flags.changed('limit') && !flags.changed('timeout'));
});

test('all spellings of a value are read', () => {
  for (const args of [
    ['-w', 'json'],
    ['-wjson'],
    ['-w=json'],
    ['--write-out', 'json'],
    ['--write-out=json'],
    ['-iw', 'json'],
  ]) {
    const flags = new Flags(definitions);
    flags.parse(args);
    assert.equal(flags.string('write-out'), 'json', args.join(' '));
  }
  for (const [text, value] of [
    ['0x10', 16],
    ['010', 8],
    ['-5', -5],
  ] as const) {
    const flags = new Flags(definitions);
    flags.parse([`--limit=${text}`]);
    assert.equal(flags.int('limit'), value);
  }
});

test('lists are split at commas and added up', () => {
  const flags = new Flags(definitions);
  flags.parse(['--endpoints=b:1,c:2', '--endpoints', 'd:3']);
  assert.deepEqual(flags.list('endpoints'), ['b:1', 'c:2', 'd:3']);
  assert.deepEqual(new Flags(definitions).list('endpoints'), ['a:1']);
});

test('two dashes end the flags; one dash is an argument', () => {
  const flags = new Flags(definitions);
  assert.deepEqual(flags.parse(['a', '-', '--', '-x', '--prefix']), {
    positional: ['a', '-', '-x', '--prefix'],
    dashAt: 2,
  });
});

test('mistakes in flags are named as users know them', () => {
  const cases: [string[], string][] = [
    [['--nope'], 'unknown flag: --nope'],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
    [['--limit'], 'flag needs an argument: --limit'],
    [['-w'], "flag needs an argument: 'w' in -w"],
    [['--limit=x'], 'invalid argument "x" for "--limit" flag: strconv.ParseInt: parsing "x": invalid syntax'],
    [
      ['--prefix=x'],
      'invalid argument "x" for "--prefix" flag: strconv.ParseBool: parsing "x": invalid syntax',
    ],
    [['--timeout=5'], 'invalid argument "5" for "--timeout" flag: time: invalid duration "5"'],
    [['--=x'], 'bad flag syntax: --=x'],
  ];
  for (const [args, message] of cases)
    assert.throws(() => new Flags(definitions).parse(args), new FlagError(message));
  assert.throws(() => new Flags(definitions).parse(['-h']), HelpRequested);
  assert.throws(() => new Flags(definitions).parse(['--help']), HelpRequested);
});

const tree: Command = {
  name: 'tool',
  summary: 'A tool',
  sharedFlags: definitions.slice(0, 2),
  commands: [
    {
      name: 'get',
      summary: 'Gets',
      flags: [{ name: 'prefix', kind: 'bool', usage: 'all' }],
      load: async () => () => undefined,
    },
    {
      name: 'lease',
      summary: 'Leases',
      commands: [{ name: 'grant', summary: 'Grants', load: async () => () => undefined }],
    },
    { name: 'lock', summary: 'Locks', load: async () => () => undefined },
  ],
};

const found = (...args: string[]): [string, readonly string[]] => {
  const result = findCommand(tree, args);
  return [result.path.map((command) => command.name).join(' '), result.args];
};

test('commands are found behind flags, and by the beginning of their names', () => {
  assert.deepEqual(found('get', 'a'), ['tool get', ['a']]);
  assert.deepEqual(found('--endpoints', 'x', 'get', 'a'), ['tool get', ['--endpoints', 'x', 'a']]);
  assert.deepEqual(found('-w', 'json', '--endpoints=x', 'g', 'a'), [
    'tool get',
    ['-w', 'json', '--endpoints=x', 'a'],
  ]);
  assert.deepEqual(found('le', 'gr', '5'), ['tool lease grant', ['5']]);
  assert.deepEqual(found('lease'), ['tool lease', []]);
  assert.deepEqual(found('lease', 'nope'), ['tool lease', ['nope']]);
  assert.deepEqual(found(), ['tool', []]);
});

test('an unknown or ambiguous command is refused with suggestions', () => {
  const refusal = (word: string): string => {
    try {
      findCommand(tree, [word]);
    } catch (error) {
      assert.ok(error instanceof UnknownCommandError);
      return error.message;
    }
    return '';
  };
  assert.equal(
    refusal('l'),
    'unknown command "l" for "tool"\n\nDid you mean this?\n\tget\n\tlease\n\tlock\n'.replace('\tget\n', ''),
  );
  assert.equal(refusal('gte'), 'unknown command "gte" for "tool"\n\nDid you mean this?\n\tget\n');
  assert.equal(refusal('frobnicate'), 'unknown command "frobnicate" for "tool"');
});

test('help names the command, its flags and those it inherits', () => {
  const { path } = findCommand(tree, ['get']);
  const text = helpText(path, { tool: '1', api: '2' });
  for (const part of [
    'NAME:\n\tget - Gets',
    'tool get',
    '--prefix[=false]',
    'GLOBAL OPTIONS:',
    '-w, --write-out="simple"',
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.deepEqual(
    flagsOf(path).map((flag) => flag.name),
    ['endpoints', 'write-out', 'prefix'],
  );
});
