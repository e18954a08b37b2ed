// Kills a loaded member at random moments, again and again on the same data, and verifies after each start.

import { freePort, startMember, temporaryDirectory } from '../harness/process.ts';
import { Ledger } from './ledger.ts';
import { startLoad } from './load.ts';
import { verify } from './verify.ts';

/** How long and how hard. */
export interface KillOptions {
  readonly cycles: number;
  /** Longest time under load before the kill, in ms. */
  readonly maxLoadMs: number;
  readonly args?: readonly string[];
  onCycle?(cycle: number, report: string): void;
}

/** What the run amounted to. */
export interface KillReport {
  readonly cycles: number;
  readonly writes: number;
  readonly acknowledged: number;
  readonly revision: number;
}

/** New data is begun after so many cycles, so that verifying does not grow without bound. */
const CYCLES_PER_DATA = 25;

/** Runs the cycles. @throws AssertionError at the first violation */
export async function runKillCycles(options: KillOptions): Promise<KillReport> {
  let [writes, acknowledged, revision] = [0, 0, 0];
  for (let cycle = 0; cycle < options.cycles; ) {
    const directory = temporaryDirectory();
    const ledger = new Ledger();
    try {
      for (let inData = 0; inData < CYCLES_PER_DATA && cycle < options.cycles; inData++, cycle++) {
        const [clientPort, peerPort] = [await freePort(), await freePort()];
        const member = await startMember({
          dataDir: `${directory.path}/data`,
          clientPort,
          peerPort,
          ...(options.args === undefined ? {} : { args: options.args }),
        });
        const load = await startLoad(clientPort, ledger);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * options.maxLoadMs));
        await member.end('SIGKILL');
        await load.finished;

        const again = await startMember({
          dataDir: `${directory.path}/data`,
          clientPort: await freePort(),
          peerPort: await freePort(),
          ...(options.args === undefined ? {} : { args: options.args }),
        });
        try {
          const found = await verify(again.clientPort, ledger);
          revision = found.revision;
          options.onCycle?.(
            cycle,
            `revision ${found.revision}, ${found.events} events, ${ledger.acknowledged} acknowledged`,
          );
        } finally {
          await again.end('SIGKILL');
        }
      }
      writes += ledger.writes.length;
      acknowledged += ledger.acknowledged;
    } finally {
      directory.dispose();
    }
  }
  return { cycles: options.cycles, writes, acknowledged, revision };
}
