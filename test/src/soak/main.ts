// `npm run soak [-- --minutes M] [--members N] [--write]`: mixed load that churns, then a verdict: memory, open files and
// latencies must be at the end what they were in the middle. `--write` puts the plot into docs/soak.svg.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TestCluster } from '../harness/cluster.ts';
import { projectRoot } from '../harness/process.ts';
import { judge } from './flatness.ts';
import { Load } from './load.ts';
import { plot } from './plot.ts';
import { takeSamples } from './sampler.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    members: { type: 'string', default: '1' },
    workers: { type: 'string', default: '16' },
    'every-seconds': { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const members = Number(values.members);

const cluster = await TestCluster.start({
  kinds: Array.from({ length: members }, () => 'ours' as const),
  args: ['--snapshot-count', '20000'],
});
const load = new Load({
  endpoints: cluster.members.map(({ clientURL }) => clientURL),
  workers: Number(values.workers),
  pauseMs: 20,
  compactEveryMs: 15_000,
});
try {
  const samples = takeSamples(
    load,
    (cluster.members[0] as { clientURL: string }).clientURL,
    cluster.members.map(({ pid }) => pid),
    {
      seconds: minutes * 60,
      everySeconds: Number(values['every-seconds']),
      onSample: (s) =>
        console.log(
          `${String(s.seconds).padStart(5)} s  ${s.rss.toFixed(0)} MiB  ${s.files} files  ${s.operations.toFixed(0)} op/s  ` +
            `put ${s.putP50.toFixed(2)} (p99 ${s.putP99.toFixed(2)})  get ${s.getP50.toFixed(2)}  v2 ${s.v2P50.toFixed(2)} ms`,
        ),
    },
  );
  // A worker that fails ends the run at once.
  const taken = await Promise.race([samples, load.finished.then(() => samples)]);
  await load.stop();
  const { operations, events, connections, leases, compactions } = load.counters;
  console.log(
    `\n${minutes} minutes, ${members} member(s): ${operations} operations, ${events} watch events, ` +
      `${connections} connections, ${leases} leases, ${compactions} compactions`,
  );
  const verdicts = judge(taken);
  for (const { name, middle, end, limit, flat } of verdicts) {
    console.log(
      `${flat ? 'flat  ' : 'GROWS '} ${name.padEnd(8)} ${middle.toFixed(2)} in the middle, ${end.toFixed(2)} at the end (at most ${limit.toFixed(2)})`,
    );
  }
  if (values.write) {
    const title = `${minutes} minutes of mixed load on ${members === 1 ? 'one member' : `${members} members`}`;
    writeFileSync(join(projectRoot, 'docs', 'soak.svg'), plot(taken, title));
  }
  process.exitCode = verdicts.every(({ flat }) => flat) ? 0 : 1;
} finally {
  await cluster.dispose();
}
