// Who leads, and what follows from it: listeners, leases, and whether this member may answer reads on its own.
import { type Clock, type EtcdError, errors } from '@quorate/base';
import { type ConfState, type RawNode, Role, type SoftState } from '@quorate/raft';
import type { Lessor } from '../lease/lessor.ts';
import type { Cluster } from '../membership/cluster.ts';
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
