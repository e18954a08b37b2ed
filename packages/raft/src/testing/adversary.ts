// Random events against a cluster, drawn from one seed: the same seed gives the same run.
import { assert, seededRandom, utf8Bytes, utf8Text } from '@quorate/base';
import { NO_BYTES } from '../messages.ts';
import { describeRole } from '../raft.ts';
import { describeMembership } from '../tracker/membership.ts';
import type { ConfChangeSingle } from '../types.ts';
import { ConfChangeTransition, ConfChangeType } from '../types.ts';
import { Cluster, type ClusterSettings, type SimulatedNode } from './cluster.ts';

/** How hard a run is. */
export interface RunOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly voters: number;
  readonly events: number;
  readonly settings: ClusterSettings;
  readonly confChanges: boolean;
}

/** What happened in a run. */
export interface RunReport {
  readonly committed: number;
  readonly crashes: number;
  readonly reads: number;
  readonly confChanges: number;
}

/** Runs the events, then heals everything and requires that the group works again. */
export function runAdversary(options: RunOptions): RunReport {
  const random = seededRandom(options.seed * 7919 + 1);
  const cluster = new Cluster(options.nodes, options.settings, options.seed, options.voters);
  const nodes = [...cluster.nodes.values()];
  const pick = (): SimulatedNode => nodes[random.nextBelow(nodes.length)] as SimulatedNode;
  const chance = (percent: number): boolean => random.nextBelow(100) < percent;
  const reads = new Map<string, number>();
  let proposed = 0;
  let crashes = 0;
  let answeredReads = 0;
  let confChanges = 0;

  const crash = (node: SimulatedNode): void => {
    if (node.raw !== undefined) crashes++;
    node.crash();
  };
  const confChange = (): void => {
    const changes: ConfChangeSingle[] = [];
    const types = [
      ConfChangeType.ConfChangeAddNode,
      ConfChangeType.ConfChangeAddNode,
      ConfChangeType.ConfChangeRemoveNode,
      ConfChangeType.ConfChangeAddLearnerNode,
    ];
    for (let count = 1 + random.nextBelow(3); count > 0; count--) {
      changes.push({ type: types[random.nextBelow(types.length)] as number, nodeID: pick().id });
    }
    const transition = chance(70)
      ? ConfChangeTransition.ConfChangeTransitionAuto
      : ConfChangeTransition.ConfChangeTransitionJointExplicit;
    // A leader must not be talked into removing every voter: the application checks that before it proposes.
    const voters = new Set(cluster.leader?.raw?.status().membership.incoming);
    for (const { type, nodeID } of changes) {
      if (type === ConfChangeType.ConfChangeAddNode) voters.add(nodeID);
      else voters.delete(nodeID);
    }
    const leave = chance(30);
    if (voters.size === 0 && !leave) return;
    cluster.leader?.raw?.proposeConfChange({ transition, changes: leave ? [] : changes, context: NO_BYTES });
    confChanges++;
  };
  const collectReads = (): void => {
    for (const node of nodes) {
      for (const { index, requestContext } of node.readStates) {
        const floor = reads.get(utf8Text(requestContext));
        assert(floor !== undefined && index >= floor, `read at ${index} misses commit ${floor}`);
        answeredReads++;
      }
      node.readStates = [];
    }
  };

  for (let event = 0; event < options.events; event++) {
    const node = pick();
    const what = random.nextBelow(10_000);
    if (what < 4500 && cluster.air.length > 0) {
      const at = random.nextBelow(Math.min(cluster.air.length, 12));
      const [message] = cluster.air.splice(at, 1);
      assert(message !== undefined, 'a message was picked');
      if (chance(4)) continue;
      if (chance(3)) cluster.air.push(message);
      cluster.deliver(message);
    } else if (what < 7800) {
      const wasUp = node.raw !== undefined;
      node.handleReady(
        random.nextBelow(400) === 0 ? (chance(50) ? 'before-write' : 'after-write') : undefined,
      );
      if (wasUp && node.raw === undefined) crashes++;
      node.handleStorage('append');
      node.handleStorage('apply');
    } else if (what < 9000) {
      node.raw?.tick();
      node.observe();
    } else if (what < 9500) {
      const data = `entry-${++proposed}`;
      (chance(70) ? cluster.leader : node)?.raw?.propose(utf8Bytes(data));
    } else if (what < 9650) {
      const context = `read-${event}`;
      reads.set(context, cluster.lastCommitted);
      node.raw?.readIndex(utf8Bytes(context));
    } else if (what < 9665) {
      crash(node);
      cluster.leader?.raw?.announceCommit();
    } else if (what < 9865) {
      const down = nodes.find((other) => other.raw === undefined);
      down?.start();
    } else if (what < 9872) {
      cluster.isolate(Number(node.id));
    } else if (what < 9912) {
      cluster.heal();
    } else if (what < 9930) {
      const { durable } = node;
      if (durable.applied > durable.firstIndex() + 3) durable.compact(durable.applied - random.nextBelow(3));
    } else if (what < 9942) {
      cluster.leader?.raw?.transferLeader(pick().id);
    } else if (what < 9955) {
      cluster.leader?.raw?.reportUnreachable(pick().id);
    } else if (what < 9965) {
      cluster.leader?.raw?.reportSnapshot(pick().id, chance(50) ? 'finished' : 'failed');
    } else if (what < 9975) {
      node.raw?.forgetLeader();
    } else if (options.confChanges) {
      confChange();
    }
    if (event % 64 === 0) cluster.checkLogMatching();
    collectReads();
  }

  recover(cluster, nodes);
  collectReads();
  cluster.checkLogMatching();
  return { committed: cluster.lastCommitted, crashes, reads: answeredReads, confChanges };
}

const MAX_RECOVERY_TICKS = 2_000;

/** Heals the network, restarts everybody, and waits until the members of the last configuration agree. */
function recover(cluster: Cluster, nodes: readonly SimulatedNode[]): void {
  cluster.heal();
  for (const node of nodes) if (node.raw === undefined) node.start();
  for (let ticks = 0; ticks < MAX_RECOVERY_TICKS; ticks++) {
    cluster.settle();
    const leader = cluster.leader;
    const membership = leader?.raw?.status().membership;
    if (leader?.raw !== undefined && membership !== undefined) {
      // Snapshots whose outcome was never reported would otherwise be waited for.
      for (const { id, state } of leader.raw.status().progress) {
        if (state === 2) leader.raw.reportSnapshot(id, 'failed');
      }
      const members = nodes.filter((node) =>
        [...membership.incoming, ...membership.outgoing, ...membership.learners].includes(node.id),
      );
      leader.raw.propose(utf8Bytes(`final-${ticks}`));
      cluster.settle();
      leader.raw?.announceCommit();
      cluster.settle();
      const applied = leader.durable.applied;
      if (
        applied === leader.raw.lastIndex &&
        members.every(
          (node) => node.durable.applied === applied && node.durable.digest === leader.durable.digest,
        )
      ) {
        return;
      }
    }
    cluster.tickAll();
  }
  const states = nodes.map((node) => {
    const raw = node.raw;
    if (raw === undefined) return `${node.id}: down`;
    const { role, term, leader, committed, applied, lastIndex } = raw;
    const membership = describeMembership(raw.status().membership);
    return `${node.id}: ${describeRole(role)} term=${term} leader=${leader} last=${lastIndex} committed=${committed} applied=${applied} ${membership}`;
  });
  assert(false, `the group did not recover:\n${states.join('\n')}`);
}
