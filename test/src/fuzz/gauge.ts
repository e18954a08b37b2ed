// Time and memory of single inputs.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes in use by this thread: its heap, garbage included, and what hangs on it outside. */
export function bytesInUse(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/** Bytes in use by what is alive. */
export function bytesAlive(): number {
  // The second run frees what the finalizers of the first let go of.
  collectGarbage();
  collectGarbage();
  return bytesInUse();
}
