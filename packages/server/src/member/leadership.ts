// Who leads, and what follows from it: listeners, leases, and whether this member may answer reads on its own.
import { type Clock, type EtcdError, errors } from '@quorate/base';
import { type ConfState, type RawNode, Role, type SoftState } from '@quorate/raft';
import type { Lessor } from '../lease/lessor.ts';
import type { Cluster } from '../membership/cluster.ts';
import { LATE_TICK_HEARTBEATS } from './limits.ts';
import { Listeners } from './listeners.ts';
import type { Counters } from './statistics.ts';
import type { PeerTransport } from './transport.ts';

export interface LeadershipOptions {
  readonly node: RawNode;
  readonly cluster: Cluster;
  readonly lessor: Lessor;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly transport: PeerTransport | undefined;
  readonly electionMs: number;
  readonly heartbeatMs: number;
}

export class Leadership {
  readonly changed = new Listeners<[leaderId: bigint]>();
  readonly #options: LeadershipOptions;
  /** 0n: none. */
  leaderId = 0n;
  /** When the present leader was first seen, wall-clock ms. */
  leaderSinceMs = 0;
  /** Whether this member leads and has applied everything of earlier terms. */
  #termBegan = false;
  #isSoleVoter = false;
  #lastTickMs = Number.POSITIVE_INFINITY;
  /** The loop was held up, and no quorum has confirmed since that this member leads. */
  #doubt: 'none' | 'raised' | 'asking' = 'none';

  constructor(options: LeadershipOptions) {
    this.#options = options;
  }

  get isLocal(): boolean {
    return this.leaderId === this.#options.cluster.localId;
  }

  /** Whether nobody else has a vote. */
  get isSoleVoter(): boolean {
    return this.#isSoleVoter;
  }

  confState(state: ConfState): void {
    const { voters } = state;
    const { localId } = this.#options.cluster;
    this.#isSoleVoter = voters.length === 1 && state.votersOutgoing.length === 0 && voters[0] === localId;
    this.#options.counters.isLearner = state.learners.includes(localId);
  }

  /** Raft's view changed. Returns whether the leader is another one, or none, than before. */
  softState(state: SoftState): boolean {
    const { counters, lessor, clock } = this.#options;
    const isNew = state.leader !== this.leaderId;
    this.leaderId = state.leader;
    counters.hasLeader = state.leader !== 0n;
    counters.isLeader = state.role === Role.leader;
    if (state.role !== Role.leader) {
      this.#termBegan = false;
      lessor.demote();
    }
    if (!isNew) return false;
    this.leaderSinceMs = clock.wallMs();
    if (state.leader !== 0n) counters.leaderChangesSeen++;
    return true;
  }

  /** The first entry of a term was applied. Returns whether this member leads in it. */
  termBegan(term: number): boolean {
    const { node, lessor, electionMs } = this.#options;
    if (!node.isLeader || term !== node.term) return false;
    this.#termBegan = true;
    lessor.promote(electionMs);
    return true;
  }

  /** Whether the loop is, or was, held up for so long that this member may have been deposed without knowing. */
  isInDoubt(nowMs: number): boolean {
    if (this.#isSoleVoter) return false;
    return this.#doubt !== 'none' || this.#isLate(nowMs);
  }

  #isLate(nowMs: number): boolean {
    return nowMs - this.#lastTickMs > LATE_TICK_HEARTBEATS * this.#options.heartbeatMs;
  }

  /** A tick has come. Returns whether leadership is to be confirmed: `confirmed` must be called then. */
  ticked(nowMs: number): boolean {
    if (this.#isLate(nowMs) && this.#doubt === 'none') this.#doubt = 'raised';
    this.#lastTickMs = nowMs;
    if (!this.#options.node.isLeader || this.#isSoleVoter) {
      if (this.#doubt === 'raised') this.#doubt = 'none';
      return false;
    }
    if (this.#doubt !== 'raised') return false;
    this.#doubt = 'asking';
    return true;
  }

  confirmed(isConfirmed: boolean): void {
    this.#doubt = isConfirmed ? 'none' : 'raised';
  }

  /** The index at which reads are linearizable without asking anybody: a lone voter's leader is the only one. */
  ownReadIndex(): number | undefined {
    const { node } = this.#options;
    return this.#isSoleVoter && this.#termBegan && node.isLeader ? node.committed : undefined;
  }

  /** The most likely reason why a request got no answer. */
  timeoutError(startedMs: number): EtcdError {
    const { transport, cluster } = this.#options;
    if (transport === undefined || this.leaderId === 0n) return errors.timeout;
    const connected = (id: bigint): boolean => {
      const since = transport.activeSinceMs(id);
      return since !== undefined && since <= startedMs;
    };
    if (!this.isLocal) return connected(this.leaderId) ? errors.timeout : errors.timeoutDueToConnectionLost;
    const members = cluster.members();
    const reached = members.filter(({ id }) => id === cluster.localId || connected(id)).length;
    return reached >= Math.floor(members.length / 2) + 1 ? errors.timeout : errors.timeoutDueToConnectionLost;
  }
}
