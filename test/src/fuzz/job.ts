// The process that fuzzes one target: by itself, so that its time of the processor is its own.
import type { FuzzOrder } from './protocol.ts';
import { fuzz } from './watch.ts';

process.once('message', async (order: Omit<FuzzOrder, 'shared'>) => {
  const outcome = await fuzz(order);
  process.send?.(outcome, undefined, undefined, () => process.disconnect());
});
// Nobody waits for it any longer.
process.once('disconnect', () => process.exit());
