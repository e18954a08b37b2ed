// `npm run simulate`: whole clusters under one seed each, in virtual time.
//   --seeds N      how many seeds (default 100)          --seed S     the first one (default 1)
//   --minutes M    as many as there is time for          --trace      the timeline of every run, as it happens
//   --settings J   JSON in place of what the seed draws  --no-shrink  report a failure as it is
//   --keep-going   do not stop at the first failure      --mutations [NAME]  prove that mistakes are caught
//   --quiet        no progress line                      --json       one line of JSON at the end
//   --jobs N       processes (default: one a core)
import { fork, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './setup.mjs';

/** Most of what a run makes is garbage soon: with room for the young, little of it is copied. */
const NODE_OPTIONS = ['--max-semi-space-size=32'];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    settings: { type: 'string', default: '{}' },
    trace: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
    'no-build': { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
    mutations: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

if (!options['no-build']) {
  const build = spawnSync(
    process.execPath,
    [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', 'packages/testkit'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  if (build.status !== 0) process.exit(build.status ?? 1);
}
const { changedSettings, MUTATIONS, shrink, simulate } = await import(
  new URL('../packages/testkit/dist/index.js', import.meta.url).href
);

if (options.mutations) runMutations(positionals);
else await runSeeds();

// -------------------------------------------------------------------------------------------------------- seeds

async function runSeeds() {
  const settings = JSON.parse(options.settings);
  const first = Number(options.seed);
  const count =
    options.seeds !== undefined ? Number(options.seeds) : options.minutes !== undefined ? Infinity : 100;
  const untilMs =
    options.minutes === undefined ? Infinity : performance.now() + Number(options.minutes) * 60_000;
  const totals = new Map();
  const failures = [];
  const startedMs = performance.now();
  let virtualMs = 0;
  let events = 0;
  let done = 0;
  let seed = first;
  let toldMs = startedMs;
  const figures = () => {
    const seconds = (performance.now() - startedMs) / 1000;
    const hours = virtualMs / 3_600_000;
    return `${done} seeds, ${(done / seconds).toFixed(1)}/s, ${hours.toFixed(2)} virtual hours, ${(hours / seconds).toFixed(3)}/s, ${(events / seconds / 1000).toFixed(0)} k events/s, ${failures.length} failed`;
  };
  const isOver = () =>
    seed >= first + count || performance.now() >= untilMs || (failures.length > 0 && !options['keep-going']);
  const take = (result) => {
    done++;
    virtualMs += result.virtualMs;
    events += result.events;
    for (const [name, number] of result.counts) totals.set(name, (totals.get(name) ?? 0) + number);
    if (result.violation !== undefined) {
      failures.push(result);
      // What it was is told at the end.
      if (!options.quiet) process.stderr.write(`seed ${result.seed} failed: ${result.violation.checker}\n`);
    }
    if (options.quiet || performance.now() - toldMs < (process.stderr.isTTY ? 1000 : 30_000)) return;
    toldMs = performance.now();
    process.stderr.write(process.stderr.isTTY ? `\r${figures()}   ` : `${figures()}\n`);
  };
  const jobs = Math.min(Number(options.jobs), count);
  const runners = options.trace || jobs <= 1 ? [inThisProcess()] : Array.from({ length: jobs }, inAProcess);
  await Promise.all(
    runners.map(async ({ run, end }) => {
      while (!isOver()) take(await run(seed++, settings));
      end();
    }),
  );
  // Whichever came first: the smallest is told of first.
  failures.sort((a, b) => a.seed - b.seed);
  if (!options.quiet) {
    if (process.stderr.isTTY) process.stderr.write('\n');
    console.log(`\n${figures()}`);
    for (const [name, number] of [...totals].sort()) console.log(`  ${name.padEnd(40)} ${number}`);
    for (const failure of failures) await tellFailure(failure.seed, settings, failure);
  }
  const told = failures.map(({ seed: failed, violation }) => ({ seed: failed, checker: violation.checker }));
  if (options.json) console.log(JSON.stringify({ seeds: done, virtualMs, failures: told }));
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** Runs seeds here, where their timelines can be told as they happen. */
function inThisProcess() {
  const onTrace = options.trace ? (line) => console.log(line) : undefined;
  return { run: (seed, settings) => simulate(seed, { settings, onTrace }), end() {} };
}

/** Runs seeds in a process of its own. One that ends by itself has failed in the seed that it was at; another follows. */
function inAProcess() {
  let child;
  return {
    run: (seed, settings) =>
      new Promise((resolve) => {
        if (child?.connected !== true) {
          child = fork(new URL('simulation-process.mjs', import.meta.url), { execArgv: NODE_OPTIONS });
        }
        const ended = (code, signal) => {
          const violation = { checker: 'process', message: `the process ended: ${signal ?? code}`, atMs: 0 };
          resolve({ seed, violation, virtualMs: 0, events: 0, counts: [], timeline: [] });
        };
        child.once('exit', ended);
        child.once('message', (result) => {
          child.off('exit', ended);
          resolve(result);
        });
        child.send({ seed, settings });
      }),
    end: () => child?.connected && child.disconnect(),
  };
}

async function tellFailure(seed, settings, result) {
  const { checker, message, atMs } = result.violation;
  console.log(`\nseed ${seed}: ${checker} at ${(atMs / 1000).toFixed(3)} s of virtual time\n${message}\n`);
  console.log(result.timeline.slice(-50).join('\n'));
  const given = Object.keys(settings).length === 0 ? '' : ` --settings '${JSON.stringify(settings)}'`;
  console.log(`\nreplay: npm run simulate -- --seed ${seed} --seeds 1 --trace${given}`);
  if (options['no-shrink']) return;
  const small = await shrink(seed, settings, result);
  const changed = changedSettings(seed, small.settings);
  const smaller = JSON.stringify(changed);
  console.log(
    `\nsmaller (${small.runs} runs): ${small.result.events} events instead of ${result.events}; faults left:`,
  );
  for (const line of small.result.timeline) if (line.includes(' fault ')) console.log(line);
  console.log(`replay: npm run simulate -- --seed ${seed} --seeds 1 --trace --settings '${smaller}'`);
  console.log(
    `to keep it: test/simulation/regressions/NAME.json ← ${JSON.stringify({ seed, settings: changed })}`,
  );
}

// ---------------------------------------------------------------------------------------------------- mutations

function runMutations(names) {
  const chosen = MUTATIONS.filter(
    (mutation) => names.length === 0 || names.some((name) => mutation.name.includes(name)),
  );
  const scratch = scratchCopy();
  let missed = 0;
  try {
    for (const mutation of chosen) if (!runMutation(scratch, mutation)) missed++;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  console.log(`${chosen.length - missed} of ${chosen.length} mutations caught`);
  process.exitCode = missed > 0 ? 1 : 0;
}

/** The built packages in a folder of their own, where they can be changed. */
function scratchCopy() {
  const scratch = mkdtempSync(join(tmpdir(), 'quorate-mutations-'));
  mkdirSync(join(scratch, 'node_modules', '@quorate'), { recursive: true });
  mkdirSync(join(scratch, 'scripts'));
  for (const name of ['setup.mjs', 'simulate.mjs', 'simulation-process.mjs'])
    cpSync(join(root, 'scripts', name), join(scratch, 'scripts', name));
  cpSync(join(root, 'package.json'), join(scratch, 'package.json'));
  for (const name of readdirSync(join(root, 'packages'))) {
    const from = join(root, 'packages', name);
    if (!existsSync(join(from, 'dist'))) continue;
    const to = join(scratch, 'packages', name);
    mkdirSync(to, { recursive: true });
    cpSync(join(from, 'package.json'), join(to, 'package.json'));
    cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true });
    symlinkSync(join('..', '..', 'packages', name), join(scratch, 'node_modules', '@quorate', name));
  }
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') || name === '@quorate') continue;
    symlinkSync(join(root, 'node_modules', name), join(scratch, 'node_modules', name));
  }
  return scratch;
}

function runMutation(scratch, mutation) {
  const file = join(scratch, 'packages', mutation.file);
  const text = readFileSync(file, 'utf8');
  if (text.split(mutation.find).length !== 2) {
    console.log(`STALE   ${mutation.name}: its place in ${mutation.file} is not found, or not once`);
    return false;
  }
  writeFileSync(
    file,
    text.replace(mutation.find, () => mutation.replace),
  );
  const args = [join(scratch, 'scripts', 'simulate.mjs'), '--no-build', '--quiet', '--json', '--no-shrink'];
  args.push('--seeds', String(mutation.seeds), '--settings', JSON.stringify(mutation.settings ?? {}));
  const started = performance.now();
  const child = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  writeFileSync(file, text);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  let outcome;
  try {
    outcome = JSON.parse(child.stdout.trim().split('\n').at(-1));
  } catch {
    console.log(`BROKEN  ${mutation.name}: ${child.stderr.slice(-500)}`);
    return false;
  }
  const failure = outcome.failures[0];
  if (failure === undefined) {
    console.log(`MISSED  ${mutation.name}: ${outcome.seeds} seeds in ${seconds} s`);
    return false;
  }
  // The failure must be the mistake's: without it the same seed is fine.
  const again = [
    '--no-build',
    '--quiet',
    '--json',
    '--no-shrink',
    '--seed',
    String(failure.seed),
    '--seeds',
    '1',
  ];
  again.push('--settings', JSON.stringify(mutation.settings ?? {}));
  const sound = spawnSync(process.execPath, [join(scratch, 'scripts', 'simulate.mjs'), ...again], {
    encoding: 'utf8',
  });
  if (sound.status !== 0) {
    console.log(
      `UNSOUND ${mutation.name}: seed ${failure.seed} (${failure.checker}) fails without it as well`,
    );
    return false;
  }
  console.log(
    `caught  ${mutation.name}: ${failure.checker} at seed ${failure.seed} of ${mutation.seeds} (${seconds} s)`,
  );
  return true;
}
