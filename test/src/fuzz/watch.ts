// Runs a target in a thread and watches over it: an endless loop, or the thread's end, is a finding too.
import { Worker } from 'node:worker_threads';
import {
  BEGUN_SLOT,
  type Finding,
  type FuzzOrder,
  type FuzzOutcome,
  HANG_CPU_MS,
  HANG_MS,
  INPUT_OFFSET_BYTES,
  INPUT_ROOM_BYTES,
  LENGTH_SLOT,
} from './protocol.ts';

const LOOK_MS = 500;
const HEAP_MEBIBYTES = 1024;
/** Large, so that short-lived objects die before they are copied. */
const YOUNG_MEBIBYTES = 64;
/** Fuzzes one target to the end of its order, or to the first finding. */
export function fuzz(order: Omit<FuzzOrder, 'shared'>): Promise<FuzzOutcome> {
  const shared = new SharedArrayBuffer(INPUT_OFFSET_BYTES + INPUT_ROOM_BYTES);
  const slots = new Int32Array(shared, 0, 2);
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: { ...order, shared } satisfies FuzzOrder,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES, maxYoungGenerationSizeMb: YOUNG_MEBIBYTES },
  });
  return new Promise((resolve, reject) => {
    const underWay = (kind: Finding['kind'], report: string): FuzzOutcome => {
      const input = Uint8Array.from(new Uint8Array(shared, INPUT_OFFSET_BYTES, slots[LENGTH_SLOT]));
      const where = `seed ${order.seed}, input ${slots[BEGUN_SLOT]}`;
      return {
        figures: undefined,
        finding: { target: order.target, kind, report: `${report}\n${where}\n`, input },
      };
    };
    let begun = -1;
    let sinceMs = performance.now();
    let sinceCpu = process.cpuUsage();
    const timer = setInterval(() => {
      const now = Atomics.load(slots, BEGUN_SLOT);
      if (now === 0 || now !== begun) {
        begun = now;
        sinceMs = performance.now();
        sinceCpu = process.cpuUsage();
        return;
      }
      const { user, system } = process.cpuUsage(sinceCpu);
      const cpuMs = (user + system) / 1000;
      const tookMs = performance.now() - sinceMs;
      if (cpuMs <= HANG_CPU_MS && tookMs <= HANG_MS) return;
      const what = `hang: no end after ${tookMs.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms of processor time`;
      settle(() => resolve(underWay('hang', what)));
      void worker.terminate();
    }, LOOK_MS);
    const settle = (how: () => void): void => {
      clearInterval(timer);
      how();
    };
    worker.on('message', (outcome: FuzzOutcome) => {
      settle(() => resolve(outcome));
      // Some subjects listen, or wait.
      void worker.terminate();
    });
    worker.on('error', (error) =>
      settle(() => {
        // Before the first input it is the harness that is at fault.
        if (Atomics.load(slots, BEGUN_SLOT) === 0) reject(error);
        else resolve(underWay('end of the thread', error.stack ?? error.message));
      }),
    );
    worker.on('exit', (code) =>
      settle(() => resolve(underWay('end of the thread', `the thread ended with code ${code}`))),
    );
  });
}
