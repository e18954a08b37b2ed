// Starts three members on this machine and shows their logs interleaved, a prefix and a colour for each.
// `npm run cluster [-- --go N] [-- --base-port P] [-- --data-dir D]`; Ctrl-C stops all of them.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { root } from './setup.mjs';

const { values } = parseArgs({
  options: {
    'base-port': { type: 'string', default: '2379' },
    'data-dir': { type: 'string' },
    members: { type: 'string', default: '3' },
    go: { type: 'string', default: '0' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  process.stdout.write(
    'npm run cluster -- [--members 3] [--base-port 2379] [--data-dir DIR] [--go N]\n' +
      '  client ports base, base+10, …; peer ports base+1, base+11, …\n' +
      '  --data-dir keeps the data; without it, it is removed at the end\n' +
      '  --go N runs the last N members with /usr/bin/etcd\n',
  );
  process.exit(0);
}

const count = Number(values.members);
const goMembers = Number(values.go);
const basePort = Number(values['base-port']);
if (!(count >= 1 && count <= 9) || !(basePort > 0)) {
  process.stderr.write('between 1 and 9 members, and a port\n');
  process.exit(2);
}
const dataDir = values['data-dir'] ?? mkdtempSync(join(tmpdir(), 'quorate-cluster-'));
const COLOURS = [36, 33, 35, 32, 34, 31];
const members = Array.from({ length: count }, (_, at) => ({
  name: `m${at + 1}`,
  client: `http://127.0.0.1:${basePort + 10 * at}`,
  peer: `http://127.0.0.1:${basePort + 10 * at + 1}`,
}));
const initialCluster = members.map(({ name, peer }) => `${name}=${peer}`).join(',');

function prefixed(name, colour, stream) {
  const mark = process.stdout.isTTY ? `\u001b[${colour}m${name}\u001b[0m` : name;
  createInterface({ input: stream }).on('line', (line) => process.stdout.write(`${mark} │ ${line}\n`));
}

const children = members.map(({ name, client, peer }, at) => {
  const isGo = at >= count - goMembers;
  const args = [
    ...['--name', name, '--data-dir', join(dataDir, name)],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
    ...['--initial-cluster', initialCluster, '--initial-cluster-token', 'local'],
    ...(isGo ? ['--logger', 'zap', '--log-outputs', 'stderr', '--enable-v2'] : ['--log-format', 'console']),
  ];
  const child = isGo
    ? spawn('/usr/bin/etcd', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn(process.execPath, [join(root, 'bin', 'etcd'), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  prefixed(name, COLOURS[at % COLOURS.length], child.stdout);
  prefixed(name, COLOURS[at % COLOURS.length], child.stderr);
  child.on('exit', (code, signal) => {
    process.stdout.write(`${name} │ ended (${signal ?? code})\n`);
    if (children.every((other) => other.exitCode !== null || other.signalCode !== null)) finish();
  });
  return child;
});
process.stdout.write(`endpoints: ${members.map(({ client }) => client).join(',')}\ndata: ${dataDir}\n`);

function finish() {
  if (values['data-dir'] === undefined) rmSync(dataDir, { recursive: true, force: true });
  process.exit(0);
}

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(stopping ? 'SIGKILL' : 'SIGTERM');
    stopping = true;
  });
}
