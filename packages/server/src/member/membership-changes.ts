// Membership requests: what must hold before one is proposed, and the conf change it becomes.
import { type Clock, type EtcdError, errors, FatalError, utf8Bytes } from '@quorate/base';
import { ConfChange } from '@quorate/proto';
import { ConfChangeType, type RawNode } from '@quorate/raft';
import { parseMemberUrls } from '../bootstrap/urls.ts';
import type { Cluster } from '../membership/cluster.ts';
import { encodeMember, encodePromotion, newMember } from '../membership/cluster-member.ts';
import { HEALTHY_SINCE_MS, LEARNER_READY_SHARE } from './limits.ts';
import type { RaftOp } from './seam.ts';
import { NO_CONTEXT } from './state-machine.ts';
import type { PeerTransport } from './transport.ts';

export type MembershipOp = Extract<RaftOp, { kind: `member${string}` }>;

export function isMembershipOp(op: { readonly kind: string }): op is MembershipOp {
  return op.kind.startsWith('member');
}

export interface MembershipChangesOptions {
  readonly cluster: Cluster;
  readonly node: RawNode;
  readonly transport: PeerTransport | undefined;
  readonly clock: Clock;
  /** `--strict-reconfig-check`: refuse what would endanger the quorum. */
  readonly strict: boolean;
}

export class MembershipChanges {
  readonly #cluster: Cluster;
  readonly #node: RawNode;
  readonly #transport: PeerTransport | undefined;
  readonly #clock: Clock;
  readonly #strict: boolean;

  constructor(options: MembershipChangesOptions) {
    this.#cluster = options.cluster;
    this.#node = options.node;
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#strict = options.strict;
  }

  /**
   * The conf change of a request.
   * @throws EtcdError memberBadUrls, memberNotEnoughStarted, unhealthy, notLeader, learnerNotReady
   */
  prepare(op: MembershipOp, requestId: bigint): ConfChange {
    switch (op.kind) {
      case 'memberAdd': {
        const { isLearner } = op.request;
        const peerURLs = checkedUrls(op.request.peerURLs);
        const addedAtSeconds = this.#clock.wallMs() / 1000;
        const member = newMember('', peerURLs, '', { addedAtSeconds, isLearner });
        if (this.#strict) this.#mayAdd(isLearner);
        return ConfChange.create({
          ID: requestId,
          type: isLearner ? ConfChangeType.ConfChangeAddLearnerNode : ConfChangeType.ConfChangeAddNode,
          nodeID: member.id,
          context: utf8Bytes(encodeMember(member)),
        });
      }
      case 'memberRemove':
        if (this.#strict) this.#mayRemove(op.request.id);
        return ConfChange.create({
          ID: requestId,
          type: ConfChangeType.ConfChangeRemoveNode,
          nodeID: op.request.id,
          context: NO_CONTEXT,
        });
      case 'memberUpdate': {
        const peerURLs = checkedUrls(op.request.peerURLs);
        const { id } = op.request;
        // etcd leaves the flag out, and so makes a voter of a learner whose URLs change.
        const isLearner = this.#cluster.member(id)?.isLearner ?? false;
        const context = encodeMember({ id, name: '', peerURLs, clientURLs: [], isLearner });
        return ConfChange.create({
          ID: requestId,
          type: ConfChangeType.ConfChangeUpdateNode,
          nodeID: id,
          context: utf8Bytes(context),
        });
      }
      case 'memberPromote':
        this.#mayPromote(op.request.id);
        return ConfChange.create({
          ID: requestId,
          type: ConfChangeType.ConfChangeAddNode,
          nodeID: op.request.id,
          context: utf8Bytes(encodePromotion(op.request.id)),
        });
    }
  }

  #mayAdd(isLearner: boolean): void {
    if (!isLearner && !this.#cluster.isReadyToAddVoter()) throw errors.memberNotEnoughStarted;
    if (this.#connectedVoters() < this.#cluster.votingMembers().length) throw errors.unhealthy;
  }

  #mayRemove(id: bigint): void {
    if (this.#cluster.member(id)?.isLearner === true) return;
    if (!this.#cluster.isReadyToRemoveVoter(id)) throw errors.memberNotEnoughStarted;
    // A member that is down is no part of the active quorum.
    const isSelf = id === this.#cluster.localId;
    if (!isSelf && this.#transport?.activeSinceMs(id) === undefined) return;
    const voters = this.#cluster.votingMembers().length;
    if (this.#connectedVoters() - 1 < 1 + Math.floor((voters - 1) / 2)) throw errors.unhealthy;
  }

  #mayPromote(id: bigint): void {
    const { progress } = this.#node.status();
    if (progress.length === 0) throw errors.notLeader;
    const learner = progress.find((member) => member.id === id);
    const leader = progress.find((member) => member.id === this.#node.id);
    if (learner !== undefined && leader !== undefined && learner.match < leader.match * LEARNER_READY_SHARE) {
      throw errors.learnerNotReady;
    }
    if (this.#strict && !this.#cluster.isReadyToPromote()) throw errors.memberNotEnoughStarted;
  }

  /** Voters connected for long enough, this member included. */
  #connectedVoters(): number {
    const before = this.#clock.nowMs() - HEALTHY_SINCE_MS;
    return this.#cluster.votingMembers().filter((member) => {
      if (member.id === this.#cluster.localId) return true;
      const since = this.#transport?.activeSinceMs(member.id);
      return since !== undefined && since <= before;
    }).length;
  }
}

function checkedUrls(urls: readonly string[]): string[] {
  try {
    return parseMemberUrls(urls);
  } catch (error) {
    if (error instanceof FatalError) throw badUrls;
    throw error;
  }
}

const badUrls: EtcdError = errors.memberBadUrls;
