// `npm run fuzz -- [TARGETS]`: see scripts/fuzz.mjs.
import { parseArgs } from 'node:util';
import { writeFailure } from './corpus.ts';
import type { FuzzFigures } from './protocol.ts';
import { targetNames } from './targets/index.ts';
import { fuzz } from './watch.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    inputs: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    save: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    failures: { type: 'string', default: 'fuzz-failures' },
  },
});
const all = await targetNames();
const names = all.filter(
  (name) =>
    positionals.length === 0 ||
    positionals.some((wanted) => name === wanted || name.startsWith(`${wanted}-`)),
);
if (names.length === 0) {
  console.error(`no such target; there are ${all.join(', ')}`);
  process.exit(1);
}
if (options.list) {
  console.log(names.join('\n'));
  process.exit(0);
}
const limit = options.minutes === undefined ? Number.POSITIVE_INFINITY : Number(options.minutes) * 60_000;
const inputs = Number(options.inputs ?? (options.minutes === undefined ? 100_000 : Number.POSITIVE_INFINITY));

console.log(
  `${'target'.padEnd(24)}${'inputs'.padStart(12)}${'inputs/s'.padStart(10)}${'/CPU s'.padStart(9)}${'corpus'.padStart(8)}${'blocks'.padStart(8)}` +
    `${'worst ms'.padStart(10)}${'worst MiB'.padStart(11)}${'peak MiB'.padStart(10)}`,
);
for (const target of names) {
  const outcome = await fuzz({
    target,
    seed: Number(options.seed),
    inputs,
    milliseconds: limit,
    explore: true,
    save: options.save,
  });
  if (outcome.figures !== undefined) console.log(line(outcome.figures));
  const { finding } = outcome;
  if (finding === undefined) continue;
  const path = writeFailure(options.failures, target, finding.input, finding.report);
  console.log(`${target}: ${finding.report}input: ${path}`);
  process.exitCode = 1;
}

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
