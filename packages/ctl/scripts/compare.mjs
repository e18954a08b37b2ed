// Runs the same commands with Go's etcdctl and with ours, each against a fresh server on the same ports, and
// compares standard output, exit codes and error lines.
//
//   node packages/ctl/scripts/compare.mjs [--server /usr/bin/etcd] [--port 22100] [--api 2] [--ours "node dist/etcdctl.mjs"] [-v]
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const { values: options } = parseArgs({
  options: {
    server: { type: 'string', default: '/usr/bin/etcd' },
    theirs: { type: 'string', default: '/usr/bin/etcdctl' },
    ours: { type: 'string', default: `${process.execPath} ${join(root, 'dist', 'etcdctl.js')}` },
    api: { type: 'string', default: '3' },
    port: { type: 'string', default: '22100' },
    verbose: { type: 'boolean', short: 'v', default: false },
  },
});
const { steps } = await import(options.api === '2' ? './compare-steps-v2.mjs' : './compare-steps.mjs');
const clientPort = Number(options.port);
const peerPort = clientPort + 1;
const endpoint = `${options.api === '2' ? 'http://' : ''}127.0.0.1:${clientPort}`;

async function startServer(dataDir) {
  const [file, ...first] = options.server.split(' ');
  const url = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const args = [
    '--name=default',
    `--data-dir=${dataDir}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
  ];
  args.push(
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
  );
  if (options.api === '2') args.push('--enable-v2');
  const server = spawn(file, [...first, ...args], { stdio: 'ignore' });
  for (let i = 0; i < 100; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const open = await new Promise((resolve) => {
      const socket = connect(clientPort, '127.0.0.1');
      socket.on('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return server;
}

async function runAll(tool, dataDir) {
  const server = await startServer(dataDir);
  const variables = { endpoint, dir: dataDir };
  const results = [];
  try {
    for (const step of steps) {
      const fill = (text) => text.replace(/\$\{(\w+)\}/g, (_, name) => variables[name] ?? `\${${name}}`);
      const [file, ...first] = tool.split(' ');
      const args = [...first, `--endpoints=${endpoint}`, ...step.args.map(fill)];
      if (step.noEndpoints) args.splice(first.length, 1);
      const result = spawnSync(file, args, {
        input: step.stdin === undefined ? '' : fill(step.stdin),
        env: { ...process.env, ETCDCTL_API: options.api, ...step.env },
        timeout: step.stopAfterMs ?? 15_000,
        killSignal: step.stopAfterMs === undefined ? 'SIGKILL' : 'SIGINT',
        encoding: 'latin1',
      });
      if (step.save !== undefined) {
        const [name, pattern] = step.save;
        variables[name] = new RegExp(pattern).exec(result.stdout)?.[1] ?? '?';
      }
      const file64 = step.file === undefined ? '' : readFileSync(fill(step.file)).toString('base64');
      results.push({
        // After a mistake in the flags Go prints its help as well.
        stdout:
          result.stdout.startsWith('NAME:') && result.status !== 0
            ? ''
            : normalize(result.stdout, step, variables),
        errors: normalize(result.stderr, step, variables)
          .split('\n')
          .filter(
            (line) =>
              /^(Error: |Failed|Invalid|watch was)/.test(line) || (step.keepStderr && !line.startsWith('{')),
          )
          .filter((line, i, all) => all.indexOf(line) === i),
        code: step.stopAfterMs === undefined ? (result.status ?? result.signal) : 'stopped',
        file64,
      });
    }
  } finally {
    server.kill('SIGKILL');
    await new Promise((resolve) => server.on('exit', resolve));
  }
  return results;
}

/** Replaces what differs from run to run: lease ids, durations. */
function normalize(text, step, variables) {
  let result = text;
  for (const [name, value] of Object.entries(variables)) {
    if (name.startsWith('lease') && value !== '?') {
      result = result.replaceAll(value, `<${name}>`).replaceAll(BigInt(`0x${value}`).toString(), `<${name}>`);
    }
  }
  result = result
    .replace(/lease [0-9a-f]{16} /g, 'lease <id> ')
    .replace(/\d+(\.\d+)?(ms|µs|\xc2\xb5s)\b/g, '<took>');
  if (step.sortLines) result = result.split('\n').sort().join('\n');
  for (const [pattern, replacement] of step.replace ?? [])
    result = result.replace(new RegExp(pattern, 'g'), replacement);
  return result;
}

const work = mkdtempSync(join(tmpdir(), 'etcdctl-compare-'));
const theirs = await runAll(options.theirs, join(work, 'd'));
rmSync(join(work, 'd'), { recursive: true, force: true });
const ours = await runAll(options.ours, join(work, 'd'));
rmSync(work, { recursive: true, force: true });

let different = 0;
steps.forEach((step, i) => {
  const same = JSON.stringify(theirs[i]) === JSON.stringify(ours[i]);
  if (same && !options.verbose) return;
  if (!same && step.known === undefined) different++;
  console.log(
    `${same ? 'same' : 'DIFFERENT'}: etcdctl ${step.args.join(' ')}${step.known ? ` (known: ${step.known})` : ''}`,
  );
  if (!same) console.log('  theirs', JSON.stringify(theirs[i]), '\n  ours  ', JSON.stringify(ours[i]));
});
console.log(`${steps.length - different} of ${steps.length} commands print the same`);
process.exitCode = different === 0 ? 0 : 1;
