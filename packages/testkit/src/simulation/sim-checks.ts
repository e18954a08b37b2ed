// The running comparisons of hashes, as the server starts them beside its member, over the simulated network.
import { type HashAnswer, type Logger, startChecks } from '@quorate/server';
import { MvccError, MvccErrorKind } from '@quorate/storage';
import type { InquirerWorld } from './sim-inquirer.ts';
import { machineAt, type SimNode } from './sim-node.ts';

/** Type number for what is not a raft message. */
const QUESTION = -1;
const ANSWER_TIMEOUT_MS = 3000;

/** Starts them for a member that is up; they end with the life of its process. */
export function startSimChecks(
  world: InquirerWorld,
  node: SimNode,
  intervalMs: number,
  logger: Logger,
): void {
  const { member } = node;
  if (member === undefined) return;
  const ask = ({ urls, revision }: { readonly urls: readonly string[]; readonly revision: number }) =>
    askHash(world, node, urls[0] ?? '', revision);
  startChecks(
    { member, ask, timeoutMs: ANSWER_TIMEOUT_MS, logger },
    { intervalMs, compactionIntervalMs: intervalMs / 2 },
    node.clock,
  );
}

function askHash(world: InquirerWorld, node: SimNode, url: string, revision: number): Promise<HashAnswer> {
  const { network } = world;
  const { life } = node.clock;
  return new Promise((resolve) => {
    const answered = (answer: HashAnswer): void => {
      if (node.clock.life === life) resolve(answer);
    };
    node.clock.setTimer(ANSWER_TIMEOUT_MS, () => answered({ kind: 'failed', error: 'timeout' }));
    const index = machineAt(url);
    const target = index === undefined ? undefined : world.machine(index);
    if (target === undefined) return answered({ kind: 'failed', error: 'nobody there' });
    network.carry(node.index, target.index, node.clock.worldMs, QUESTION, () => {
      world.onNode(target, () => {
        const targetLife = target.clock.life;
        void hashAt(target, revision, url).then((answer) => {
          if (target.clock.life !== targetLife || target.disk.crashed) return;
          network.carry(target.index, node.index, target.clock.worldMs, QUESTION, () => {
            world.onNode(node, () => answered(answer));
          });
        });
      });
    });
  });
}

async function hashAt({ member }: SimNode, revision: number, url: string): Promise<HashAnswer> {
  if (member === undefined) return { kind: 'failed', error: 'not up' };
  try {
    const { hash, compactRevision, currentRevision } = await member.kv.hashByRevision(revision);
    return { kind: 'hash', url, found: { hash, compactRevision, revision: currentRevision } };
  } catch (error) {
    if (error instanceof MvccError && error.kind === MvccErrorKind.compacted) return { kind: 'compacted' };
    if (error instanceof MvccError && error.kind === MvccErrorKind.futureRevision) return { kind: 'future' };
    return { kind: 'failed', error: String(error) };
  }
}
