// Numbers about a member: counters for metrics, and what /v2/stats/self and /v2/stats/leader tell.
import { type Clock, hex64 } from '@quorate/base';
import { Role } from '@quorate/raft';
import type { LessorCounters } from '../lease/lessor.ts';
import type { FollowerStats, MemberCounters, SelfStats } from './seam.ts';

/** Live counters; only the member writes them. */
export class Counters implements MemberCounters {
  hasLeader = false;
  isLeader = false;
  isLearner = false;
  leaderChangesSeen = 0;
  heartbeatSendFailures = 0;
  slowApplies = 0;
  slowReadIndexes = 0;
  readIndexesFailed = 0;
  proposalsCommitted = 0;
  proposalsApplied = 0;
  proposalsPending = 0;
  proposalsFailed = 0;
  leasesExpired = 0;
  snapshotsSaved = 0;
  readonly #leases: LessorCounters;

  constructor(leases: LessorCounters) {
    this.#leases = leases;
  }

  get leasesGranted(): number {
    return this.#leases.granted;
  }
  get leasesRevoked(): number {
    return this.#leases.revoked;
  }
  get leasesRenewed(): number {
    return this.#leases.renewed;
  }
}

/** Latency of appends to one follower, with a running mean and variance. */
class Follower {
  success = 0;
  fail = 0;
  current = 0;
  minimum = Number.POSITIVE_INFINITY;
  maximum = 0;
  #mean = 0;
  #squares = 0;

  succeeded(latencyMs: number): void {
    this.success++;
    this.current = latencyMs;
    this.minimum = Math.min(this.minimum, latencyMs);
    this.maximum = Math.max(this.maximum, latencyMs);
    const delta = latencyMs - this.#mean;
    this.#mean += delta / this.success;
    this.#squares += delta * (latencyMs - this.#mean);
  }

  view(id: string): FollowerStats {
    const deviation = this.success === 0 ? 0 : Math.sqrt(this.#squares / this.success);
    return {
      id,
      latency: {
        current: this.current,
        average: this.#mean,
        standardDeviation: deviation,
        minimum: this.success === 0 ? 0 : this.minimum,
        maximum: this.maximum,
      },
      success: this.success,
      fail: this.fail,
    };
  }
}

export class Statistics {
  readonly #name: string;
  readonly #id: bigint;
  readonly #startTimeMs: number;
  readonly #followers = new Map<bigint, Follower>();
  recvAppendRequests = 0;
  sendAppendRequests = 0;

  constructor(name: string, id: bigint, clock: Clock) {
    this.#name = name;
    this.#id = id;
    this.#startTimeMs = clock.wallMs();
  }

  /** A message to a follower was delivered or not. */
  sent(id: bigint, latencyMs: number, succeeded: boolean): void {
    let follower = this.#followers.get(id);
    if (follower === undefined) {
      follower = new Follower();
      this.#followers.set(id, follower);
    }
    this.sendAppendRequests++;
    if (succeeded) follower.succeeded(latencyMs);
    else follower.fail++;
  }

  forget(id: bigint): void {
    this.#followers.delete(id);
  }

  followers(): readonly FollowerStats[] {
    return [...this.#followers].map(([id, follower]) => follower.view(hex64(id)));
  }

  self(role: Role, leaderId: bigint, leaderSinceMs: number): SelfStats {
    return {
      name: this.#name,
      id: hex64(this.#id),
      state: stateName(role),
      startTimeMs: this.#startTimeMs,
      leaderId: leaderId === 0n ? '' : hex64(leaderId),
      leaderSinceMs,
      recvAppendRequests: this.recvAppendRequests,
      sendAppendRequests: this.sendAppendRequests,
    };
  }
}

function stateName(role: Role): SelfStats['state'] {
  switch (role) {
    case Role.leader:
      return 'StateLeader';
    case Role.candidate:
      return 'StateCandidate';
    case Role.preCandidate:
      return 'StatePreCandidate';
    case Role.follower:
      return 'StateFollower';
  }
}
