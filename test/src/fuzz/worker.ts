// The thread that fuzzes one target.
import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from './engine.ts';
import type { FuzzOrder } from './protocol.ts';
import { loadTarget } from './targets/index.ts';

const order = workerData as FuzzOrder;
const target = await loadTarget(order.target);
parentPort?.postMessage(await new Engine(target, order).run());
