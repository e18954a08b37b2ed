import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfigFile } from './config-file.ts';
import { discoverySettings } from './discovery-settings.ts';
import { type Command, loadCommand } from './load.ts';

function discovery(...args: readonly string[]): Extract<Command, { kind: 'serve' }>['config'] {
  const command = loadCommand(args, {});
  assert.equal(command.kind, 'serve');
  return (command as Extract<Command, { kind: 'serve' }>).config;
}

test('without discovery the initial cluster is the member alone; with it, it is not known yet', () => {
  assert.deepEqual(discovery().discovery, { kind: 'none' });
  assert.equal(discovery().initialCluster, 'default=http://localhost:2380');
  const config = discovery('--discovery', 'http://h:1/tok');
  assert.deepEqual(config.discovery, { kind: 'v2', url: 'http://h:1/tok', proxy: '', fallback: 'exit' });
  assert.equal(config.initialCluster, '');
});

test('each way of discovery takes its flags', () => {
  assert.deepEqual(
    discovery('--discovery=http://h/t', '--discovery-proxy=http://p:1', '--discovery-fallback=proxy')
      .discovery,
    { kind: 'v2', url: 'http://h/t', proxy: 'http://p:1', fallback: 'proxy' },
  );
  assert.deepEqual(discovery('--discovery-srv=example.com', '--discovery-srv-name=blue').discovery, {
    kind: 'srv',
    domain: 'example.com',
    serviceName: 'blue',
  });
  assert.deepEqual(
    discovery('--discovery-token=t', '--discovery-endpoints=h:1, h:2', '--discovery-user=u:p:w').discovery,
    {
      kind: 'v3',
      token: 't',
      endpoints: ['h:1', 'h:2'],
      dialTimeoutMs: 2000,
      requestTimeoutMs: 5000,
      keepaliveTimeMs: 2000,
      keepaliveTimeoutMs: 6000,
      insecureTransport: true,
      insecureSkipVerify: false,
      certFile: '',
      keyFile: '',
      caFile: '',
      user: 'u',
      password: 'p:w',
    },
  );
});

test('more than one way, or half of one, is refused in etcd’s words', () => {
  const conflict =
    'multiple discovery or bootstrap flags are set. Choose one of "initial-cluster", "discovery", "discovery-endpoints" or "discovery-srv"';
  const v3 = ['--discovery-token=t', '--discovery-endpoints=h:1'];
  const v2 = '--discovery=http://h/t';
  const srv = '--discovery-srv=example.com';
  const list = '--initial-cluster=default=http://localhost:2380';
  for (const args of [
    [v2, srv],
    [v2, list],
    [srv, list],
    [...v3, v2],
    [...v3, srv],
    [...v3, list],
  ]) {
    assert.throws(() => discovery(...args), { name: 'SettingsError', message: conflict });
  }
  assert.throws(
    () => discovery(...v3, '--discovery-proxy=p:1'),
    /^SettingsError: both v2 discovery settings/,
  );
  for (const half of v3) {
    assert.throws(() => discovery(half), {
      message: 'both --discovery-token and --discovery-endpoints must be set',
    });
  }
  assert.throws(() => discovery('--discovery-token=t', '--discovery-endpoints=h:1,,h:2'), {
    message: '--discovery-endpoints must not contain empty endpoints',
  });
  assert.throws(() => discovery(...v3, '--discovery-cert=c'), /must be given together/);
  assert.throws(() => discovery(...v3, '--discovery-password=p'), /needs --discovery-user/);
  assert.throws(() => discovery(...v3, '--discovery-dial-timeout=0s'), /must be greater than 0/);
});

test('a config file has a group for v3 discovery', () => {
  const text =
    'discovery-config:\n  token: t\n  endpoints: [h:1, h:2]\n  dial-timeout: 3000000000\n  user: root\n';
  const settings = discoverySettings(readConfigFile('etcd.yml', text));
  assert.equal(settings.kind, 'v3');
  assert.deepEqual(settings, {
    ...settings,
    token: 't',
    endpoints: ['h:1', 'h:2'],
    dialTimeoutMs: 3000,
    user: 'root',
  });
});
