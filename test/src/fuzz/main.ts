// `npm run fuzz -- [TARGETS]`: see scripts/fuzz.mjs.
import { parseArgs } from 'node:util';
import { campaign } from './campaign.ts';
import { writeFailure } from './corpus.ts';
import type { FuzzFigures } from './protocol.ts';
import { appendRecord, inputsOf, readRecords, table, testedCommit } from './records.ts';
import { targetNames } from './targets/index.ts';

const DEFAULT_INPUTS = 100_000;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string' },
    until: { type: 'string' },
    minutes: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    seed: { type: 'string' },
    save: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    since: { type: 'string' },
    table: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    failures: { type: 'string', default: 'fuzz-failures' },
  },
});
const all = await targetNames();
const targets = all.filter(
  (name) =>
    positionals.length === 0 ||
    positionals.some((wanted) => name === wanted || name.startsWith(`${wanted}-`)),
);
if (targets.length === 0) {
  console.error(`no such target; there are ${all.join(', ')}`);
  process.exit(1);
}
if (options.list) {
  console.log(targets.join('\n'));
  process.exit(0);
}
const recorded = readRecords(options.since);
if (options.table) {
  console.log(await table(recorded));
  process.exit(0);
}
const everRecorded = readRecords();
const commit = options.record ? testedCommit() : undefined;
const limit = options.minutes === undefined ? Number.POSITIVE_INFINITY : Number(options.minutes) * 60_000;

function inputsFor(target: string): number {
  if (options.until !== undefined) return Number(options.until) - inputsOf(recorded, target);
  if (options.inputs !== undefined) return Number(options.inputs);
  return options.minutes === undefined ? DEFAULT_INPUTS : Number.POSITIVE_INFINITY;
}

/** The same seed would make the same inputs again: each recorded run moves on by one. */
function seedFor(target: string, run: number): number {
  const first = options.seed ?? 1 + everRecorded.filter((record) => record.target === target).length;
  return Number(first) + run;
}

console.log(
  `${'target'.padEnd(24)}${'inputs'.padStart(12)}${'inputs/s'.padStart(10)}${'/CPU s'.padStart(9)}${'corpus'.padStart(8)}${'blocks'.padStart(8)}` +
    `${'worst ms'.padStart(10)}${'worst MiB'.padStart(11)}${'peak MiB'.padStart(10)}`,
);
await campaign({
  targets,
  jobs: Number(options.jobs),
  inputsFor,
  milliseconds: limit,
  seedFor,
  save: options.save,
  onRun: (target, seed, { figures, finding }) => {
    if (figures !== undefined) console.log(line(figures));
    if (finding !== undefined) {
      const path = writeFailure(options.failures, target, finding.input, finding.report);
      console.log(`${target}: ${finding.report}input: ${path}`);
      process.exitCode = 1;
    } else if (commit !== undefined) appendRecord(figures, commit, seed);
  },
});

function line(figures: FuzzFigures): string {
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);
  return (
    figures.target.padEnd(24) +
    String(figures.inputs).padStart(12) +
    (figures.inputs / figures.seconds).toFixed(0).padStart(10) +
    (figures.inputs / figures.cpuSeconds).toFixed(0).padStart(9) +
    String(figures.corpus).padStart(8) +
    String(figures.blocks).padStart(8) +
    figures.worstMs.toFixed(2).padStart(10) +
    mebibytes(figures.worstBytes).padStart(11) +
    mebibytes(figures.peakBytes).padStart(10)
  );
}
