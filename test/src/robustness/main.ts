// Runs of the robustness suite by hand and in CI: `npm run robustness`.
import { parseArgs } from 'node:util';
import { hasGoEtcd, type MemberKind } from '../harness/cluster.ts';
import { FAULT_KINDS, type FaultKind } from './faults.ts';
import { type RunResult, runRobustness } from './run.ts';

const TIMELINE_LINES = 60;

const HELP = `npm run robustness -- [options]
  --minutes M     how long (default 1)            --members N   how many (default 3)
  --seed S        repeats faults and operations   --go N        as many of them are Go etcd
  --mixed         one member in three is Go etcd  --faults a,b  only these: ${FAULT_KINDS.join(' ')}
  --network W     namespaces or loopback; else namespaces where the machine allows them
  --first-port P  of the members on loopback      --trace       the timeline as it happens
  --keep          timeline, logs and data of a run that passed, too
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    members: { type: 'string', default: '3' },
    seed: { type: 'string' },
    go: { type: 'string' },
    mixed: { type: 'boolean', default: false },
    faults: { type: 'string' },
    network: { type: 'string', default: 'auto' },
    'first-port': { type: 'string' },
    keep: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function fail(message: string): never {
  process.stderr.write(`${message}\n${HELP}`);
  process.exit(2);
}

function isFault(name: string): name is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(name);
}

if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const count = Number(values.members);
const goCount = values.go !== undefined ? Number(values.go) : values.mixed ? Math.ceil(count / 3) : 0;
const seed = values.seed !== undefined ? Number(values.seed) : Math.floor(Math.random() * 1e9);
const faults = values.faults?.split(',') ?? FAULT_KINDS;
const { network } = values;
if (!(count >= 1 && count <= 9) || !(goCount >= 0 && goCount <= count)) fail('between 1 and 9 members');
if (!Number.isSafeInteger(seed)) fail('the seed is a whole number');
if (!faults.every(isFault)) fail(`unknown fault in ${faults.join()}`);
if (network !== 'auto' && network !== 'namespaces' && network !== 'loopback')
  fail(`unknown network ${network}`);
if (goCount > 0 && !hasGoEtcd) fail('Go etcd is not installed');

const kinds: MemberKind[] = Array.from({ length: count }, (_, at) => (at < goCount ? 'go' : 'ours'));
// What was mounted and made must be taken back: the run ends early, and in order.
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

process.stdout.write(`seed ${seed}: ${kinds.join(' + ')}, ${values.minutes} minutes\n`);
const result = await runRobustness({
  kinds,
  seed,
  durationMs: Number(values.minutes) * 60_000,
  faults,
  network,
  keep: values.keep,
  signal: interrupted.signal,
  ...(values['first-port'] === undefined ? {} : { firstPort: Number(values['first-port']) }),
  ...(values.trace ? { onTrace: (line: string) => process.stdout.write(`${line}\n`) } : {}),
});
tell(result);
process.exit(result.violation === undefined ? 0 : 1);

function tell({
  network: where,
  counts,
  faultKinds,
  worstGap,
  gapsOverThreeSeconds,
  ...rest
}: RunResult): void {
  const lines = [
    `network: ${where}; faults: ${faultKinds.join(' ')}`,
    ...[...counts].sort().map(([name, number]) => `  ${name.padEnd(34)} ${number}`),
    `longest time without a write while there was a quorum: ${worstGap.ms.toFixed(0)} ms (at ${(worstGap.atMs / 1000).toFixed(1)} s, this process up to ${worstGap.lateMs.toFixed(0)} ms late itself); ${gapsOverThreeSeconds} over 3 s on a machine that kept up`,
  ];
  if (rest.violation !== undefined) {
    const { checker, message, atMs } = rest.violation;
    lines.push(
      ...rest.timeline.slice(-TIMELINE_LINES),
      '',
      `seed ${rest.seed}: ${checker} at ${(atMs / 1000).toFixed(3)} s`,
      message,
    );
  }
  if (rest.kept !== undefined) lines.push(`timeline, logs and data: ${rest.kept}`);
  lines.push(`${rest.violation === undefined ? 'passed' : 'FAILED'}: seed ${rest.seed}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}
