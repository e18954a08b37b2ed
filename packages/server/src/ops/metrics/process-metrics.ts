// process_*, nodejs_* (from prom-client, which knows the event loop and the garbage collector) and etcd's os_fd_*.
import { readdirSync, readFileSync } from 'node:fs';
import { collectDefaultMetrics, Registry } from 'prom-client';

/** How often the delay of the event loop is looked at. */
const LOOP_LOOK_MS = 200;

import type { Exposition } from './exposition.ts';

/** Of the process, which may hold several members one after the other. */
let collected: Registry | undefined;

/** Renders prom-client's part of the page. */
export function addProcessMetrics(page: Exposition): () => Promise<string> {
  page.gauge('os_fd_used', 'Open file descriptors.', openDescriptors);
  page.gauge('os_fd_limit', 'Most file descriptors that may be open.', () => limitOf('Max open files'));
  page.gauge('process_virtual_memory_max_bytes', 'Most virtual memory that may be used, in bytes.', () =>
    limitOf('Max address space'),
  );
  if (collected === undefined) {
    collected = new Registry();
    // Its default looks at the loop every 10 ms, which is most of what an idle member would do.
    collectDefaultMetrics({ register: collected, eventLoopMonitoringPrecision: LOOP_LOOK_MS });
  }
  const registry = collected;
  return () => registry.metrics();
}

/** Open descriptors of this process where the system lists them, else 0. */
function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

/** A soft limit of this process where the system tells it, else 0. */
function limitOf(name: string): number {
  let text: string;
  try {
    text = readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return 0;
  }
  const line = text.split('\n').find((candidate) => candidate.startsWith(name));
  const value = line?.slice(name.length).trim().split(/\s+/)[0];
  // Go writes no limit as the largest unsigned 64-bit number.
  return value === 'unlimited' ? 2 ** 64 : Number(value ?? 0);
}
