// `npm run bench [-- NAME …] [--seconds S] [--rounds R] [--no-write]`: every workload against ours and, where it is
// installed, Go etcd, in alternation; prints both figures and the ratio and writes docs/BENCHMARKS.md.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { API_LEVEL } from '@quorate/base';
import { type Contender, findGoEtcd, startCluster, startServer, versionOf } from './servers.ts';
import { brief, median } from './statistics.ts';
import type { ClusterWorkload, Figure, Workload } from './workload.ts';
import { catchUp } from './workloads/catch-up.ts';
import { clusterGet, clusterIdle, clusterPut, clusterPutOneClient, failover } from './workloads/cluster.ts';
import { get, put, putOneClient, range, txn } from './workloads/key-value.ts';
import { restart } from './workloads/restart.ts';
import { scale } from './workloads/scale.ts';
import { stalls } from './workloads/stalls.ts';
import { v2Get, v2Put } from './workloads/v2.ts';
import { watch } from './workloads/watch.ts';

const workloads: readonly Workload[] = [
  put,
  putOneClient,
  get,
  range,
  txn,
  v2Get,
  v2Put,
  watch,
  restart,
  stalls,
  scale,
];
const clusterWorkloads: readonly ClusterWorkload[] = [
  clusterPut,
  clusterPutOneClient,
  clusterGet,
  catchUp,
  failover,
  clusterIdle,
];
const FIRST_PORT = Number(process.env['BENCH_PORT'] ?? 27_100);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    'no-write': { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const goEtcd = findGoEtcd();
const contenders: Contender[] = goEtcd === undefined ? ['quorate'] : ['quorate', 'go-etcd'];
const wanted = contenders.filter((name) => values.only === undefined || values.only === name);
if (goEtcd === undefined) console.log('Go etcd is not installed: measuring ours alone');

let port = FIRST_PORT;

/** Median of each figure over all rounds. */
function summarise(runs: readonly Figure[][]): Figure[] {
  return (runs[0] ?? []).map(({ name, unit }, at) => ({
    name,
    unit,
    value: median(runs.map((run) => (run[at] as Figure).value)),
  }));
}

function verdict(goal: string | undefined, ratio: number): string {
  const match = goal === undefined ? null : /^(>=|<=)([\d.]+)$/.exec(goal);
  if (match === null) return '';
  const met = match[1] === '>=' ? ratio >= Number(match[2]) : ratio <= Number(match[2]);
  return `${goal?.replace('>=', '≥ ').replace('<=', '≤ ')} ${met ? 'met' : 'missed'}`;
}

/** Runs a workload on a fresh server, or on a fresh cluster. */
async function runOnce(workload: Workload | ClusterWorkload, contender: Contender): Promise<Figure[]> {
  const isCluster = 'runCluster' in workload;
  const first = port;
  port = port > FIRST_PORT + 400 ? FIRST_PORT : port + (isCluster ? 8 : 2);
  if (isCluster) {
    const cluster = await startCluster(contender, first, workload.flags);
    try {
      return await workload.runCluster(cluster, seconds);
    } finally {
      await cluster.dispose();
    }
  }
  const server = await startServer(contender, first, [], workload.nodeFlags);
  try {
    return await workload.run(server, seconds);
  } finally {
    await server.dispose();
  }
}

const rows: string[] = [];
const selected = [...workloads, ...clusterWorkloads].filter(({ name, onDemand }) =>
  positionals.length === 0 ? onDemand !== true : positionals.includes(name),
);
for (const workload of selected) {
  const results = new Map<Contender, Figure[][]>();
  const turns = workload.once === true ? 1 : rounds;
  for (let round = 0; round < turns; round++) {
    for (const contender of wanted) {
      results.set(contender, [...(results.get(contender) ?? []), await runOnce(workload, contender)]);
    }
  }
  if (workload.page !== undefined && !values['no-write']) {
    const pages = new Map([...results].map(([name, runs]) => [name, runs[0] ?? []]));
    writeFileSync(
      fileURLToPath(new URL(`../../docs/${workload.page.file}`, import.meta.url)),
      workload.page.render(pages),
    );
  }
  const ours = summarise(results.get('quorate') ?? []);
  const theirs = summarise(results.get('go-etcd') ?? []);
  for (const { name, unit, value } of ours.length > 0 ? ours : theirs) {
    const other = ours.length > 0 ? theirs.find((figure) => figure.name === name)?.value : undefined;
    const ratio = other === undefined ? undefined : value / other;
    const limit = Object.entries(workload.limits ?? {}).find(([end]) => name.endsWith(end))?.[1];
    const goal =
      limit !== undefined && ours.length > 0
        ? `≤ ${limit} ${value <= limit ? 'met' : 'missed'}`
        : ratio === undefined
          ? ''
          : verdict(workload.goals[name], ratio);
    const cells = [
      `${workload.name}: ${name}`,
      `${brief(value)} ${unit}`,
      other === undefined ? '–' : `${brief(other)} ${unit}`,
      ratio === undefined ? '–' : `${ratio.toFixed(2)}×`,
      goal,
    ];
    console.log(cells.join('  |  '));
    rows.push(`| ${cells.join(' | ')} |`);
  }
}

if (!values['no-write'] && positionals.length === 0 && wanted.length === 2) {
  const page = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`, which runs each workload against a fresh server of each kind in alternation',
    `(${rounds} rounds of ${seconds} s, medians; restart and stalls once) on one machine, generator included.`,
    '',
    `- Machine: ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    `- Quorate ${API_LEVEL} on Node.js ${process.versions.node}`,
    `- Go etcd: ${versionOf(goEtcd as string)}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
    '',
    '| workload | Quorate | Go etcd | ratio | goal |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '## Workloads',
    '',
    ...selected.map(({ name, what }) => `- **${name}**: ${what}`),
    '',
    '## Is the generator the limit?',
    '',
    'The generator is one Node.js process with the HTTP/2 client of `packages/wire`. Against a server whose handlers',
    'are empty it reaches several times the rates above (`packages/wire/DESIGN.md` has the figure), and while it',
    'drives Go etcd it leaves more than half of its core idle.',
    '',
  ].join('\n');
  writeFileSync(fileURLToPath(new URL('../../docs/BENCHMARKS.md', import.meta.url)), page);
}
