// Loaded into the server under measurement (`node --import`): watches its event loop from inside. At SIGUSR2 it appends
// what it saw since the last time, as a line of JSON, to the file that BENCH_PROBE_FILE names.
//
// A gap is the time between two looks, which are 2 ms apart on an idle loop. Beside its length the kernel tells how long the
// thread was on a core in it and how long it waited for one, so that a stall of the program can be told from a busy machine.
import { appendFileSync, closeSync, openSync, readSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** What was seen between two signals, in ms. */
export interface LoopReport {
  /** The longest gap. */
  gapMs: number;
  /** In the longest gap: on a core, and waiting for one. */
  gapRanMs: number;
  gapWaitedMs: number;
  /** The longest time on a core within one gap. */
  ranMs: number;
}

const LOOK_EVERY_MS = 2;
const report: LoopReport = { gapMs: 0, gapRanMs: 0, gapWaitedMs: 0, ranMs: 0 };
const buffer = Buffer.alloc(128);
let lastMs = performance.now();
let lastRan = 0;
let lastWaited = 0;

/** @returns nanoseconds on a core and nanoseconds waiting for one, of this thread */
function schedStat(): [number, number] {
  // Opened anew each time: an open file keeps showing what it showed first.
  const file = openSync('/proc/thread-self/schedstat', 'r');
  try {
    const length = readSync(file, buffer, 0, buffer.length, 0);
    const [ran, waited] = buffer.toString('latin1', 0, length).split(' ');
    return [Number(ran), Number(waited)];
  } finally {
    closeSync(file);
  }
}

function look(): void {
  const nowMs = performance.now();
  const [ran, waited] = schedStat();
  const gapMs = nowMs - lastMs;
  const ranMs = (ran - lastRan) / 1e6;
  if (gapMs > report.gapMs) {
    report.gapMs = gapMs;
    report.gapRanMs = ranMs;
    report.gapWaitedMs = (waited - lastWaited) / 1e6;
  }
  if (ranMs > report.ranMs) report.ranMs = ranMs;
  lastMs = nowMs;
  lastRan = ran;
  lastWaited = waited;
  setTimeout(look, LOOK_EVERY_MS).unref();
}

const { BENCH_PROBE_FILE: path } = process.env;
if (isMainThread && path !== undefined) {
  [lastRan, lastWaited] = schedStat();
  look();
  process.on('SIGUSR2', () => {
    appendFileSync(path, `${JSON.stringify(report)}\n`);
    Object.assign(report, { gapMs: 0, gapRanMs: 0, gapWaitedMs: 0, ranMs: 0 });
  });
}
