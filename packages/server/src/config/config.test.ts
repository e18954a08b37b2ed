import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { flagTable } from './flag-table.ts';
import { formatGoDuration, parseGoBool, parseGoDuration, parseGoInt } from './go-values.ts';
import { flagsPage, helpText } from './help.ts';
import { type Command, loadCommand } from './load.ts';
import { SettingsError } from './settings.ts';

function serve(args: string[], env: Record<string, string> = {}): Extract<Command, { kind: 'serve' }> {
  const command = loadCommand(args, env);
  assert.equal(command.kind, 'serve');
  return command as Extract<Command, { kind: 'serve' }>;
}

function refusal(args: string[], env: Record<string, string> = {}): SettingsError {
  try {
    loadCommand(args, env);
  } catch (error) {
    assert.ok(error instanceof SettingsError, String(error));
    return error;
  }
  assert.fail(`accepted ${args.join(' ')}`);
}

test('Go values are read and written as Go does', () => {
  for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) assert.equal(parseGoBool(text), true);
  assert.equal(parseGoBool('yes'), undefined);
  assert.equal(parseGoInt('0x10'), 16);
  assert.equal(parseGoInt('-5'), -5);
  assert.equal(parseGoInt('010'), 8);
  assert.equal(parseGoInt('1_000'), 1000);
  assert.equal(parseGoInt('1e3'), undefined);
  assert.equal(parseGoInt(''), undefined);
  assert.equal(parseGoDuration('1h2m3.5s'), 3_723_500);
  assert.equal(parseGoDuration('100'), undefined);
  assert.equal(formatGoDuration(3_723_500), '1h2m3.5s');
  assert.equal(formatGoDuration(600_000), '10m0s');
  assert.equal(formatGoDuration(1.5), '1.5ms');
});

test('flags take every form of the Go flag package', () => {
  const { config } = serve(['--name', 'a', '-snapshot-count=5', '--pre-vote=false', '-enable-v2']);
  assert.equal(config.name, 'a');
  assert.equal(config.dataDir, 'a.etcd');
  assert.equal(config.snapshotCount, 5);
  assert.equal(config.preVote, false);
  assert.equal(config.enableV2, true);
  assert.equal(config.initialCluster, 'a=http://localhost:2380');
});

test('malformed command lines end with code 2 and Go’s words', () => {
  for (const [args, message] of [
    [['--bogus'], 'flag provided but not defined: -bogus'],
    [['--name'], 'flag needs an argument: -name'],
    [['--snapshot-count', '1x'], 'invalid value "1x" for flag -snapshot-count: parse error'],
    [['--force-new-cluster=maybe'], 'invalid boolean value "maybe" for -force-new-cluster: parse error'],
  ] as const) {
    const error = refusal([...args]);
    assert.equal(error.message, message);
    assert.equal(error.exitCode, 2);
  }
});

test('settings that contradict each other end with code 1 and etcd’s words', () => {
  for (const [args, message] of [
    [['foo'], "'foo' is not a valid flag"],
    [
      ['--election-timeout=100'],
      '--election-timeout[100ms] should be at least as 5 times as --heartbeat-interval[100ms]',
    ],
    [
      ['--listen-client-urls', 'http://0.0.0.0:2379'],
      '--advertise-client-urls is required when --listen-client-urls is set explicitly',
    ],
    [
      ['--listen-client-urls', 'http://foo.bar:2379', '--advertise-client-urls', 'http://x:1'],
      'expected IP in URL for binding (http://foo.bar:2379)',
    ],
    [['--proxy', 'on'], '--proxy is not supported by this release'],
  ] as const) {
    const error = refusal([...args]);
    assert.equal(error.message, message);
    assert.equal(error.exitCode, 1);
  }
});

test('variables stand for flags, and a flag set both ways is refused', () => {
  const { config, warnings } = serve([], { ETCD_NAME: 'b', ETCD_MAX_TXN_OPS: '', ETCD_FOO: 'x' });
  assert.equal(config.name, 'b');
  assert.equal(config.maxTxnOps, 128);
  assert.ok(warnings.includes('unrecognized environment variable ETCD_FOO=x'));
  assert.match(
    refusal(['--name', 'a'], { ETCD_NAME: 'b' }).message,
    /^conflicting environment variable "ETCD_NAME" is shadowed/,
  );
  assert.match(refusal([], { ETCD_MAX_TXN_OPS: 'abc' }).message, /^invalid value "abc" for ETCD_MAX_TXN_OPS/);
});

test('a config file replaces flags and variables', () => {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-config-'));
  try {
    const file = join(directory, 'etcd.yml');
    writeFileSync(
      file,
      'name: infra0\ngrpc-keepalive-min-time: 7000000000\nlog-outputs: [stdout, stderr]\nclient-transport-security:\n  client-cert-auth: true\n',
    );
    const { config } = serve(['--config-file', file, '--name', 'other'], { ETCD_NAME: 'third' });
    assert.equal(config.name, 'infra0');
    assert.equal(config.grpcKeepaliveMinTimeMs, 7000);
    assert.deepEqual(config.logOutputs, ['stdout', 'stderr']);
    assert.equal(config.clientTls.clientCertAuth, true);
    writeFileSync(file, 'nmae: infra0\n');
    assert.match(refusal(['--config-file', file]).message, /unknown setting "nmae"/);
    for (const list of ['[{toString: 1}]', '[[a]]', '[a, {b: c}]']) {
      writeFileSync(file, `cors: ${list}\n`);
      assert.match(refusal(['--config-file', file]).message, /"cors" .* expected plain values/);
    }
    writeFileSync(file, 'name: [unclosed\n');
    assert.match(refusal(['--config-file', file]).message, /error parsing config file/);
    assert.match(refusal(['--config-file', join(directory, 'none')]).message, /error loading config file/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('every default of the table passes its own check, and names are unique', () => {
  const names = flagTable.flatMap((spec) => [spec.name, ...spec.aliases]);
  assert.equal(new Set(names).size, names.length);
  for (const spec of flagTable) {
    if (spec.status === 'ignored' || spec.fallback === '') continue;
    serve([
      `--${spec.name}=${spec.fallback}`,
      ...(spec.name === 'listen-client-urls' ? ['--advertise-client-urls=http://localhost:2379'] : []),
    ]);
    assert.ok(helpText().includes(`--${spec.name} `), spec.name);
    assert.ok(flagsPage().includes(`\`--${spec.name}\``), spec.name);
  }
});
