// The server's settings: command line, ETCD_* variables, and the config file in YAML or JSON.
import assert from 'node:assert/strict';
import { FatalError } from '@quorate/base';
import {
  initialClusterText,
  parseInitialCluster,
  verifyInitialCluster,
} from '../../../../packages/server/dist/bootstrap/urls.js';
import { readConfigFile } from '../../../../packages/server/dist/config/config-file.js';
import { flagTable } from '../../../../packages/server/dist/config/flag-table.js';
import {
  formatGoDuration,
  parseGoDuration,
  parseGoInt,
} from '../../../../packages/server/dist/config/go-values.js';
import { configWarnings, makeServerConfig } from '../../../../packages/server/dist/config/server-config.js';
import {
  readArguments,
  readEnvironment,
  Settings,
  SettingsError,
} from '../../../../packages/server/dist/config/settings.js';
import { parseVersion } from '../../../../packages/server/dist/membership/version.js';
import { accepts, type FuzzTarget, text } from '../target.ts';

/** Settings make a configuration whose numbers are numbers, or are refused with words. */
function configure(settings: Settings): void {
  accepts(() => {
    const config = makeServerConfig(settings);
    for (const value of Object.values(config)) assert.ok(!Number.isNaN(value), 'a number is a number');
    for (const { port } of config.listenPeerUrls) assert.ok(Number.isInteger(port));
    for (const { port } of config.listenClientUrls) assert.ok(Number.isInteger(port));
    configWarnings(settings, config);
  }, SettingsError);
}

/** One word a line. */
function readFlags(input: Buffer): void {
  const settings = new Settings();
  if (!accepts(() => readArguments(settings, input.toString('utf8').split('\n')), SettingsError)) return;
  configure(settings);
}

/** `NAME=value`, one a line. */
function readVariables(input: Buffer): void {
  const lines = input.toString('utf8').split('\n');
  const env: Record<string, string> = {};
  for (const line of lines) {
    const equals = line.indexOf('=');
    if (equals < 0) env[`ETCD_${line}`] = '';
    else env[`ETCD_${line.slice(0, equals)}`] = line.slice(equals + 1);
  }
  const settings = new Settings();
  if (!accepts(() => readEnvironment(settings, env), SettingsError)) return;
  configure(settings);
}

function readFile(input: Buffer): void {
  let settings = new Settings();
  if (!accepts(() => (settings = readConfigFile('f', input.toString('utf8'))), SettingsError)) return;
  configure(settings);
}

function readValues(input: Buffer): void {
  const value = input.toString('utf8');
  const integer = parseGoInt(value);
  if (integer !== undefined) assert.ok(!Number.isNaN(integer), `${value} is an integer`);
  const durationMs = parseGoDuration(value);
  if (durationMs !== undefined) {
    assert.ok(!Number.isNaN(durationMs), `${value} is a duration`);
    if (Math.abs(durationMs) < 2 ** 40) {
      assert.ok(
        parseGoDuration(formatGoDuration(durationMs)) !== undefined,
        'a printed duration can be read',
      );
    }
  }
  parseVersion(value);
  accepts(() => {
    const cluster = parseInitialCluster(value);
    const again = parseInitialCluster(initialClusterText(cluster));
    assert.equal(initialClusterText(again), initialClusterText(cluster), 'a printed cluster is read alike');
    verifyInitialCluster(cluster, 'a', ['http://a:1']);
  }, FatalError);
}

const names = flagTable.map(({ name }) => name);
const values = [
  'true',
  'false',
  '0',
  '1',
  '-1',
  '0x',
  '0b',
  '0o_',
  '1_0',
  '1h',
  '1.5ms',
  '9'.repeat(30),
  'http://127.0.0.1:1',
  'unix://a:1',
  'a=http://a:1',
];

export const targets: readonly FuzzTarget[] = [
  {
    name: 'config-flags',
    run: readFlags,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => [
      text(
        '--name=a\n-data-dir\nd\n--listen-client-urls=http://127.0.0.1:2379\n--advertise-client-urls\nhttp://h:2379',
      ),
      text(
        '--auto-compaction-mode=revision\n--auto-compaction-retention=5\n--snapshot-count=0x10\n--pre-vote=false',
      ),
      text('--discovery-token=t\n--discovery-endpoints=http://a:1,b:2\n--discovery-user=a:b\n--debug'),
      text(
        '--enable-log-rotation\n--log-outputs=/tmp/x\n--log-rotation-config-json={"maxsize":1}\n--auto-compaction-retention=1.5h',
      ),
    ],
    words: [...names.map((name) => `--${name}=`), ...values, '\n', '--', '=', ','],
  },
  {
    name: 'config-variables',
    run: readVariables,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => [
      text('NAME=a\nDATA_DIR=d\nHEARTBEAT_INTERVAL=100\nELECTION_TIMEOUT=1000\nQUOTA_BACKEND_BYTES=-1'),
    ],
    words: [...names.map((name) => `${name.toUpperCase().replaceAll('-', '_')}=`), ...values, '\n'],
  },
  {
    name: 'config-file',
    run: readFile,
    maxBytes: 512,
    memoryBytes: 32 << 20,
    seeds: () => [
      text(
        'name: a\ndata-dir: d\nlisten-client-urls: http://127.0.0.1:1\nadvertise-client-urls: http://h:1\n',
      ),
      text(
        'client-transport-security:\n  cert-file: a\n  key-file: b\n  client-cert-auth: true\npeer-transport-security:\n  auto-tls: yes\n',
      ),
      text(
        '{"name":"a","snapshot-count":10,"auto-compaction-retention":"1","cors":["a","b"],"backend-batch-interval":1000}',
      ),
      text('a: &a [x, x]\nb: &b [*a, *a]\nname: *b\n---\nname: |\n  text\n  more\n# end\n? key\n: "v\\n"\n'),
    ],
    words: [
      ...names.map((name) => `\n${name}: `),
      ...values,
      '\n',
      ': ',
      '- ',
      '&a ',
      '*a',
      '<<: *a',
      '!!str ',
      '|',
      '>',
      '---\n',
      '{',
      '[',
      '? ',
      '__proto__: ',
      'constructor: ',
      'toString: ',
    ],
  },
  {
    name: 'config-values',
    run: readValues,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () =>
      ['1h2m3.5s', '-100ms', '0x_1f', '0b1_0', '3.4.23', 'a=http://a:1,b=https://[::1]:2,a=unix://x:3'].map(
        (value) => text(value),
      ),
    words: [...values, 'h', 'm', 's', 'µs', '.', '_', 'a=', ',', '@', '[', ']', '/', '?'],
  },
];
