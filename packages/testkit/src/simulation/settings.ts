// What a run is made of besides its seed. Drawn from the seed (swarm testing: each seed leaves most kinds of trouble out,
// so that some are quiet, some have one trouble in abundance, and some are storms), or given in part by hand.
import { Draw } from './draw.ts';

/** Kinds of faults, each with its weight among the others; 0 leaves it out. */
export interface FaultWeights {
  /** Power lost at one of the next disk operations: what was not synced is lost, kept or torn. */
  readonly powerLoss: number;
  /** The process ends; what it wrote is in the page cache. */
  readonly kill: number;
  /** A graceful stop. */
  readonly stop: number;
  /** All members are stopped gracefully, one after the other or at once. */
  readonly restartAll: number;
  /** A bit of the log or of a snapshot file turns over, or a write lands elsewhere; on one machine at a time. */
  readonly rot: number;
  /** Power lost on all machines at once. */
  readonly blackout: number;
  /** Two groups that do not hear each other. */
  readonly partition: number;
  /** Messages of one machine get nowhere, or nothing gets to it. */
  readonly oneWay: number;
  /** A link that goes up and down. */
  readonly flapping: number;
  /** The leader alone. */
  readonly isolateLeader: number;
  /** Syncs take long. */
  readonly slowDisk: number;
  /** Writes or syncs fail with EIO. */
  readonly failingDisk: number;
  /** ENOSPC. */
  readonly fullDisk: number;
  /** A process stands still (SIGSTOP, a long pause). */
  readonly pause: number;
  readonly wallJump: number;
  readonly leaderTransfer: number;
  /** A learner that never starts is added, a member's URLs are changed, the learner is removed. */
  readonly membership: number;
  /** A member is removed, and another takes its place: on the emptied machine or a new one, as a voter or a learner first. */
  readonly replaceMember: number;
  /** A machine more. */
  readonly growCluster: number;
  /** A machine less. */
  readonly shrinkCluster: number;
  readonly compaction: number;
}

export type FaultKind = keyof FaultWeights;

/** Kinds of operations of clients, each with its weight. */
export interface OperationWeights {
  readonly put: number;
  readonly get: number;
  readonly serializableGet: number;
  readonly range: number;
  readonly delete: number;
  readonly deleteRange: number;
  /** Compare-and-swap of one key. */
  readonly swap: number;
  /** Several keys at once. */
  readonly multi: number;
  readonly oldRange: number;
  /** Filters, order, limit, keys or the number alone. */
  readonly rangeOptions: number;
  readonly lease: number;
  readonly v2Put: number;
  readonly v2Get: number;
  readonly v2Delete: number;
  readonly v2Swap: number;
  readonly v2Create: number;
  readonly v2Post: number;
  readonly v2Ttl: number;
}

export type OperationKind = keyof OperationWeights;

export interface SimSettings {
  readonly members: number;
  /** Virtual time with clients and faults; the time to recover comes on top. */
  readonly durationMs: number;
  /** Clients and faults are at work in bursts; between them they rest (`phases.ts`). 0: no rests. */
  readonly burstMs: number;
  readonly restMs: number;
  readonly networkMinMs: number;
  readonly networkMeanMs: number;
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: boolean;
  /** Mean duration of a sync; 0: none. */
  readonly syncMeanMs: number;
  readonly backendCommitIntervalMs: number;
  readonly backendCommitDurationMs: number;
  readonly walSegmentBytes: number;
  readonly snapshotCount: number;
  readonly snapshotCatchUpEntries: number;
  readonly preVote: boolean;
  /** Clocks run at rates between 1 − drift and 1 + drift. */
  readonly clockDrift: number;
  readonly leaseCheckpointIntervalMs: number;
  readonly clients: number;
  /** Requests a client has in flight at most. */
  readonly pipeline: number;
  /** Mean time between a client's requests. */
  readonly thinkMeanMs: number;
  readonly keys: number;
  readonly watchers: number;
  readonly v2Watchers: number;
  readonly faultMeanMs: number;
  /** Mean time for which a process that ended is down. */
  readonly restartMeanMs: number;
  /** `--corrupt-check-time`; 0: members do not compare their hashes. */
  readonly corruptCheckMs: number;
  /** `--quota-backend-bytes`; 0: etcd's default, which is never reached. */
  readonly quotaBytes: number;
  /** Share of restarts with other flags than the first start. */
  readonly otherSettings: number;
  readonly faults: FaultWeights;
  readonly operations: OperationWeights;
  /** Numbers of faults and operations that are left out: how a failure is made smaller. */
  readonly skipFaults: readonly number[];
  readonly skipOperations: readonly number[];
}

const BASIC_FAULTS = {
  powerLoss: 3,
  kill: 2,
  stop: 1,
  blackout: 1,
  partition: 2,
  oneWay: 1,
  flapping: 1,
  isolateLeader: 2,
  slowDisk: 2,
  failingDisk: 1,
  fullDisk: 1,
  pause: 2,
  wallJump: 1,
  leaderTransfer: 2,
  membership: 1,
  compaction: 2,
};

/** Drawn apart from those above, whose seeds keep what they were. */
const MORE_FAULTS = {
  replaceMember: 1,
  growCluster: 1,
  shrinkCluster: 1,
  restartAll: 1,
  rot: 1,
};

const BASIC_OPERATIONS = {
  put: 6,
  get: 6,
  serializableGet: 2,
  range: 2,
  delete: 2,
  deleteRange: 1,
  swap: 3,
  multi: 2,
  oldRange: 1,
  lease: 3,
  v2Put: 2,
  v2Get: 2,
  v2Delete: 1,
  v2Swap: 1,
  v2Create: 1,
  v2Post: 1,
  v2Ttl: 1,
};

function thinned<K extends string>(
  draw: Draw,
  weights: Readonly<Record<K, number>>,
  keep: number,
): Record<K, number> {
  const entries = Object.entries(weights) as [K, number][];
  const kept = entries.map(([name, weight]): [K, number] => [
    name,
    draw.chance(keep) ? weight * draw.between(0.3, 3) : 0,
  ]);
  return Object.fromEntries(kept) as Record<K, number>;
}

const MORE_OPERATIONS = { rangeOptions: 2 };

/** Weights as given; what is not named is left out. */
function named<K extends string>(all: Readonly<Record<K, number>>, given: Partial<Record<K, number>>) {
  const none = Object.fromEntries(Object.keys(all).map((kind) => [kind, 0])) as Record<K, number>;
  return { ...none, ...given };
}

/** What may be given: weights by name, those not named being 0. */
export type GivenSettings = Partial<Omit<SimSettings, 'faults' | 'operations'>> & {
  readonly faults?: Partial<FaultWeights>;
  readonly operations?: Partial<OperationWeights>;
};

/** Every other seed is a long life with rests; the time it is busy in is that of a short one. */
function drawPhases(seed: number, busyMs: number): Pick<SimSettings, 'durationMs' | 'burstMs' | 'restMs'> {
  const draw = new Draw(seed, 'phases');
  const restMs = draw.pick([0, 0, 600_000, 1_800_000]);
  const bursts = draw.pick([2, 4]);
  const burstMs = busyMs / bursts;
  return { durationMs: restMs === 0 ? busyMs : bursts * (burstMs + restMs), burstMs, restMs };
}

/** The settings of a seed. */
export function drawSettings(seed: number, given: GivenSettings = {}): SimSettings {
  const draw = new Draw(seed, 'settings');
  const more = new Draw(seed, 'more settings');
  const members = draw.pick([1, 3, 3, 3, 3, 5]);
  const mood = draw.pick(['quiet', 'some', 'some', 'some', 'storm'] as const);
  const faultKinds = mood === 'quiet' ? 0 : mood === 'some' ? 0.3 : 0.8;
  const drawn: SimSettings = {
    members,
    durationMs: draw.pick([20_000, 40_000, 60_000, 120_000]),
    burstMs: 0,
    restMs: 0,
    networkMinMs: draw.pick([0.1, 0.1, 1, 20]),
    networkMeanMs: draw.pick([0.3, 1, 5, 30]),
    loss: draw.pick([0, 0, 0, 0.01, 0.1]),
    duplication: draw.pick([0, 0, 0.02, 0.2]),
    reordering: draw.chance(0.5),
    syncMeanMs: draw.pick([0, 0, 0.2, 1, 5, 15]),
    backendCommitIntervalMs: draw.pick([10, 100, 100, 1000]),
    backendCommitDurationMs: draw.pick([0, 3, 50]),
    walSegmentBytes: draw.pick([4096, 16_384, 262_144]),
    snapshotCount: draw.pick([10, 50, 300, 10_000]),
    snapshotCatchUpEntries: draw.pick([1, 10, 100, 5000]),
    preVote: draw.chance(0.8),
    clockDrift: draw.pick([0, 0, 0.01]),
    leaseCheckpointIntervalMs: draw.pick([2000, 10_000, 300_000]),
    clients: draw.whole(2, 8),
    pipeline: draw.pick([1, 1, 2, 6]),
    thinkMeanMs: draw.pick([20, 100, 100, 400]),
    keys: draw.pick([2, 4, 8, 20]),
    watchers: draw.whole(0, 5),
    faultMeanMs: draw.pick([500, 1500, 4000, 10_000]),
    restartMeanMs: draw.pick([30, 300, 2000, 5000]),
    corruptCheckMs: more.pick([0, 0, 1000, 5000]),
    v2Watchers: more.pick([0, 0, 1, 3]),
    quotaBytes: more.pick([0, 0, 0, 0, 30_000, 60_000]),
    otherSettings: more.pick([0, 0, 0.3, 1]),
    faults: { ...thinned(draw, BASIC_FAULTS, faultKinds), ...thinned(more, MORE_FAULTS, faultKinds) },
    operations: { ...thinned(draw, BASIC_OPERATIONS, 0.7), ...thinned(more, MORE_OPERATIONS, 0.7) },
    skipFaults: [],
    skipOperations: [],
  };
  return {
    ...drawn,
    ...drawPhases(seed, drawn.durationMs),
    ...given,
    faults: given.faults === undefined ? drawn.faults : named(drawn.faults, given.faults),
    operations: given.operations === undefined ? drawn.operations : named(drawn.operations, given.operations),
  };
}
