// Kills a member at random moments, under load and while it recovers, again and again on the same data, and verifies after
// each start that nothing acknowledged was lost.

import { freePort, type MemberProcess, startMember, temporaryDirectory } from '../harness/process.ts';
import { Ledger } from './ledger.ts';
import { startLoad } from './load.ts';
import { verify } from './verify.ts';

/** How long and how hard. */
export interface KillOptions {
  readonly cycles: number;
  /** Longest time under load before the kill, in ms. */
  readonly maxLoadMs: number;
  /** Data directories that are worked on at the same time. Default 1. */
  readonly jobs?: number;
  readonly args?: readonly string[];
  onCycle?(cycle: number, report: string): void;
}

/** What the run amounted to. */
export interface KillReport {
  readonly cycles: number;
  /** Those of the kills that hit a member before it served. */
  readonly duringStart: number;
  readonly writes: number;
  readonly acknowledged: number;
}

/** New data is begun after so many cycles, so that verifying does not grow without bound. */
const CYCLES_PER_DATA = 25;
/** How often a kill is followed by one while the member starts, within so long of its first moment. */
const START_KILLS = 0.25;
const START_KILL_MS = 400;

/** Runs the cycles. @throws AssertionError at the first violation */
export async function runKillCycles(options: KillOptions): Promise<KillReport> {
  const report = { cycles: 0, duringStart: 0, writes: 0, acknowledged: 0 };
  let begun = 0;
  const work = async (): Promise<void> => {
    while (begun < options.cycles) {
      const cycles = Math.min(CYCLES_PER_DATA, options.cycles - begun);
      begun += cycles;
      await runOnOneDirectory(options, cycles, report);
    }
  };
  await Promise.all(Array.from({ length: options.jobs ?? 1 }, work));
  return report;
}

async function runOnOneDirectory(
  options: KillOptions,
  cycles: number,
  report: { -readonly [K in keyof KillReport]: KillReport[K] },
): Promise<void> {
  const directory = temporaryDirectory();
  const ledger = new Ledger();
  // The same ones for each start, as a member has them; thousands of starts would use all that there are up, too.
  const [clientPort, peerPort] = [await freePort(), await freePort()];
  const start = async (killAfterMs?: number): Promise<MemberProcess> =>
    startMember({
      dataDir: `${directory.path}/data`,
      clientPort,
      peerPort,
      ...(options.args === undefined ? {} : { args: options.args }),
      ...(killAfterMs === undefined ? {} : { killAfterMs }),
    });
  let member: MemberProcess | undefined;
  let verified = 0;
  try {
    for (let kills = 0; kills < cycles; ) {
      member ??= await start();
      const load = await startLoad(member.clientPort, ledger);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * options.maxLoadMs));
      await member.end('SIGKILL');
      await load.finished;
      kills++;
      for (; kills < cycles && Math.random() < START_KILLS; kills++) {
        await (await start(Math.random() * START_KILL_MS)).end('SIGKILL');
        report.duringStart++;
      }
      member = await start();
      const found = await verify(member.clientPort, ledger);
      report.cycles += kills - verified;
      verified = kills;
      options.onCycle?.(
        report.cycles,
        `revision ${found.revision}, ${found.events} events, ${ledger.acknowledged} acknowledged`,
      );
    }
    report.writes += ledger.writes.length;
    report.acknowledged += ledger.acknowledged;
  } finally {
    await member?.end('SIGKILL');
    directory.dispose();
  }
}
