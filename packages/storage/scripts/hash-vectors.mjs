// Makes testdata/hash-vectors.json: runs a history of writes and compactions on a real Go etcd and notes the HashKV it
// reports. Needs `etcd` and `etcdctl` (3.4 or newer) in the path; the tests themselves do not.
//   node packages/storage/scripts/hash-vectors.mjs [client port] [peer port]
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const clientPort = Number(process.argv[2] ?? 23001);
const peerPort = Number(process.argv[3] ?? 23002);
const endpoint = `http://127.0.0.1:${clientPort}`;
const directory = mkdtempSync(join(tmpdir(), 'hash-vectors-'));
const peer = `http://127.0.0.1:${peerPort}`;
const etcd = spawn(
  'etcd',
  [
    ['--data-dir', join(directory, 'data')],
    ['--listen-client-urls', endpoint],
    ['--advertise-client-urls', endpoint],
    ['--listen-peer-urls', peer],
    ['--initial-advertise-peer-urls', peer],
    ['--initial-cluster', `default=${peer}`],
  ].flat(),
  { stdio: 'ignore' },
);

const base64 = (text) => Buffer.from(text, 'latin1').toString('base64');
async function post(path, body) {
  const response = await fetch(`${endpoint}/v3/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

let seed = 12345;
function below(bound) {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % bound;
}

const steps = [];
let revision = 1;
let compacted = -1;
const key = () =>
  ['a', 'b', 'bb', 'c\0', 'c\xff', 'dir/1', 'dir/2', 'dir/33', 'long'.repeat(20), 'z'][below(10)];
const value = () =>
  below(12) === 0 ? 'v'.repeat(5000) : ['', 'x', '\0\x80\xff', `value-${below(1000)}`][below(4)];
const lease = () => [0, 0, 0, 1, 1234567890123][below(5)];

async function txn(ops) {
  const success = ops.map((op) =>
    op.put
      ? { request_put: { key: base64(op.put.key), value: base64(op.put.value), lease: String(op.put.lease) } }
      : { request_delete_range: { key: base64(op.delete.key), range_end: base64(op.delete.end) } },
  );
  const answer = await post('kv/txn', { success });
  revision = Number(answer.header.revision);
  steps.push({ txn: ops, revision });
}

async function compact(at) {
  await post('kv/compaction', { revision: String(at), physical: true });
  compacted = at;
  steps.push({ compact: at });
}

async function hash(at) {
  const { stdout } = await run('etcdctl', ['endpoint', 'hashkv', '--rev', String(at), '-w', 'json'], {
    env: { ...process.env, ETCDCTL_API: '3', ETCDCTL_ENDPOINTS: endpoint },
  });
  const answer = JSON.parse(stdout)[0].HashKV;
  steps.push({
    hash: answer.hash,
    at,
    compactRevision: answer.compact_revision ?? 0,
    currentRevision: revision,
  });
}

async function hashes() {
  await hash(0);
  if (revision > compacted) await hash(revision);
  for (let n = 0; n < 3; n++) {
    const at = compacted + 1 + below(Math.max(1, revision - compacted));
    if (at > Math.max(compacted, 0) && at <= revision) await hash(at);
  }
}

function randomOps() {
  const ops = [];
  const used = new Set();
  for (let n = 1 + below(3); n > 0; n--) {
    if (below(4) === 0 && ops.length === 0) {
      const single = below(3) > 0;
      ops.push({ delete: { key: key(), end: single ? '' : ['\0', 'c', 'e'][below(3)] } });
      break;
    }
    const name = key();
    if (used.has(name)) continue;
    used.add(name);
    ops.push({ put: { key: name, value: value(), lease: lease() } });
  }
  return ops;
}

try {
  for (let attempt = 0; ; attempt++) {
    try {
      await post('maintenance/status', {});
      break;
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const { version } = await (await fetch(`${endpoint}/version`))
    .json()
    .then((v) => ({ version: v.etcdserver }));
  await post('lease/grant', { ID: '1', TTL: '100000' });
  await post('lease/grant', { ID: '1234567890123', TTL: '100000' });
  await hash(0);
  for (let round = 0; round < 24; round++) {
    for (let n = 0; n < 8; n++) await txn(randomOps());
    await hashes();
    if (round % 2 === 1) {
      if (round % 6 === 5) {
        // The compaction falls on a tombstone.
        await txn([{ put: { key: 'gone', value: 'soon', lease: 0 } }]);
        await txn([{ delete: { key: 'gone', end: '' } }]);
        await compact(revision);
        await hash(0);
        await txn([{ put: { key: 'gone', value: 'again', lease: 0 } }]);
      } else {
        await compact(compacted + 1 + below(revision - compacted));
      }
      await hashes();
    }
    if (round % 8 === 7) {
      // Nothing exists at the revision of the hash, but the compaction kept something.
      await txn([{ put: { key: 'last', value: 'one', lease: 0 } }]);
      await compact(revision);
      await txn([{ delete: { key: '\0', end: '\0' } }]);
      await hashes();
    }
  }
  writeFileSync(
    new URL('../testdata/hash-vectors.json', import.meta.url),
    `{"etcd":"${version}","steps":[\n${steps.map((step) => JSON.stringify(step)).join(',\n')}\n]}\n`,
  );
  console.log(`${steps.length} steps, revision ${revision}, etcd ${version}`);
} finally {
  etcd.kill();
  rmSync(directory, { recursive: true, force: true });
}
