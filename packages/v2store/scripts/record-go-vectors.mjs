// Records what Go etcd's v2 store answers to a fixed pseudo-random run of operations, as test vectors:
//   node record-go-vectors.mjs <built gostore program> > ../testdata/go-store-vectors.jsonl
// Build the program from gostore/main.go with etcd 3.4's Go packages at hand.
import { spawnSync } from 'node:child_process';

const program = process.argv[2];
if (program === undefined) {
  console.error('usage: node record-go-vectors.mjs <gostore program>');
  process.exit(2);
}

let state = Number(process.argv[3] ?? 20260101) >>> 0;
function random(bound) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * bound);
}
const pick = (list) => list[random(list.length)];
const chance = (percent) => random(100) < percent;

const names = ['a', 'b', 'c', '_h', 'ab'];
function path(kind) {
  // Go's get and set show the path as it was asked for; the HTTP side only ever hands on clean ones.
  const unclean = kind === 'get' || kind === 'set' ? [] : ['/1/', '1/a', '/1//a/', '/1/b/../a', '/1/./c'];
  const depth = pick([0, 1, 1, 1, 2, 2, 2, 3, 3]);
  const odd = random(60);
  if (odd === 0) return pick(['/', '/0', '/1', '/2', ...unclean]);
  let text = '/1';
  for (let at = 0; at < depth; at++) text += `/${pick(names)}`;
  return text;
}
const values = ['', 'x', 'y', 'longer value', '<&>"\\\n\u2028é😀'];
// The year 2100 and later: far from now, so that only SYNC decides about expiry; all different.
const base = 4102444800n * 1_000_000_000n;
let serial = 0n;
const expiration = () =>
  base + BigInt(random(1000)) * 1_000_000_000n + BigInt(random(10)) * 100_000_000n + ++serial;

const operations = [];
let watcher = 0;
let index = 0;
for (let at = 0; at < Number(process.argv[4] ?? 2600); at++) {
  const ttl = () => (chance(15) ? { Expiration: expiration() } : chance(3) ? { Expiration: 5n } : {});
  const refresh = () => (chance(7) ? { Refresh: true } : {});
  const expected = () => ({
    ...(chance(50) ? { PrevValue: pick(values) } : {}),
    ...(chance(30) ? { PrevIndex: Math.max(0, index - random(40)) } : {}),
  });
  const kind = pick([
    'set',
    'set',
    'set',
    'set',
    'create',
    'inorder',
    'update',
    'cas',
    'cas',
    'cad',
    'delete',
    'get',
    'get',
    'watch',
    'drain',
    'sync',
  ]);
  const Path = path(kind);
  switch (kind) {
    case 'set':
      operations.push({ Op: kind, Path, Dir: chance(10), Value: pick(values), ...ttl(), ...refresh() });
      break;
    case 'create':
    case 'inorder':
      operations.push({ Op: kind, Path, Dir: chance(20), Value: pick(values), ...ttl() });
      break;
    case 'update':
      operations.push({ Op: kind, Path, Value: pick(values), ...ttl(), ...refresh() });
      break;
    case 'cas':
      operations.push({ Op: kind, Path, Value: pick(values), ...expected(), ...ttl(), ...refresh() });
      break;
    case 'cad':
      operations.push({ Op: kind, Path, ...expected() });
      break;
    case 'delete':
      operations.push({ Op: kind, Path, Dir: chance(40), Recursive: chance(30) });
      break;
    case 'get':
      operations.push({ Op: kind, Path, Recursive: chance(50), Sorted: true });
      break;
    case 'watch': {
      // Streams start now: Go's store does not go on after an event of the history.
      const Stream = chance(40);
      const Since = Stream || chance(40) ? 0 : Math.max(1, index - random(60) + 5);
      operations.push({ Op: kind, ID: ++watcher, Path, Recursive: chance(50), Stream, Since });
      break;
    }
    case 'drain':
      if (watcher > 0) operations.push({ Op: kind, ID: Math.max(1, watcher - random(8)) });
      break;
    case 'sync':
      if (chance(30)) operations.push({ Op: kind, Expiration: base + BigInt(random(1000)) * 1_000_000_000n });
      break;
  }
  index = Math.floor(at * 0.2);
}
operations.push({ Op: 'stats' }, { Op: 'save' });
for (let id = 1; id <= watcher; id++) operations.push({ Op: 'drain', ID: id });

const text = (value) =>
  JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `bigint:${item}` : item)).replace(
    /"bigint:(\d+)"/g,
    '$1',
  );
const lines = operations.map(text);
const run = spawnSync(program, { input: lines.join('\n'), maxBuffer: 1 << 28 });
if (run.status !== 0) throw new Error(`gostore failed: ${run.stderr}`);
const answers = run.stdout.toString().trimEnd().split('\n');
if (answers.length !== lines.length)
  throw new Error(`${answers.length} answers to ${lines.length} operations`);
const ttlField = /,"ttl":-?\d+/g; // depends on the day of recording
for (let at = 0; at < lines.length; at++) console.log(`${lines[at]}\t${answers[at].replace(ttlField, '')}`);
