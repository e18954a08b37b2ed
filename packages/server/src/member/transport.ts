// What the member needs of the connections to its peers. A cluster of one has none.
import type { ConfState, Message } from '@quorate/raft';
import type { Backend } from '@quorate/storage';
import type { V2Store } from '@quorate/v2store';
import type { ClusterMember } from '../membership/cluster-member.ts';

/** At once, or after what the callbacks of this turn have to say to clients. */
export type SendTime = 'now' | 'after-answers';

/** Reaches the other members. No method throws or waits; messages may be lost. */
export interface PeerTransport {
  /** Sends raft messages; those to unknown peers are dropped. */
  send(messages: readonly Message[], when: SendTime): void;
  addPeer(id: bigint, peerURLs: readonly string[]): void;
  removePeer(id: bigint): void;
  updatePeer(id: bigint, peerURLs: readonly string[]): void;
  /** Monotonic time since which the peer is connected; undefined while it is not. */
  activeSinceMs(id: bigint): number | undefined;
  /** The version that a peer last said it runs (`3.4.23`); undefined while unknown. */
  versionOf(id: bigint): string | undefined;
  /** Asks the leader to renew a lease; the ttl, 0 when there is no such lease. Rejects when it cannot be reached. */
  renewLease(leader: bigint, leaseId: bigint): Promise<number>;
  /** Asks the leader for a lease's time to live; undefined when there is no such lease. */
  leaseTimeToLive(
    leader: bigint,
    leaseId: bigint,
    withKeys: boolean,
  ): Promise<{ ttl: number; grantedTtl: number; keys: readonly Uint8Array[] } | undefined>;
  /** Asks the leader to promote a learner. Rejects with the leader's EtcdError, or another when it cannot be reached. */
  promoteMember(leader: bigint, id: bigint): Promise<void>;
  stop(): Promise<void>;
}

/** The member's place, which is known before the transport is made. */
export interface TransportCluster {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  /** Members of the running cluster that this one joins: they can be reached before the log names them. */
  readonly remotes: readonly ClusterMember[];
}

/** What the transport needs of the member. */
export interface PeerReceiver {
  /** A message from a peer. */
  step(message: Message): void;
  /**
   * Whether the store of a leader's snapshot may be put beside the member's own. Not while raft holds one that the log does
   * not name yet: a restart would find the log at the one and the store at the other.
   */
  takesSnapshots(): boolean;
  isRemoved(id: bigint): boolean;
  reportUnreachable(id: bigint): void;
  reportSnapshot(id: bigint, succeeded: boolean): void;
  /** An append was handed over, or could not be. */
  appendSent(id: bigint, latencyMs: number, succeeded: boolean): void;
  /** An append came from a leader. */
  appendReceived(): void;
  /** A connection for messages to a peer has been made. */
  peerReachable(id: bigint): void;
  /** The process of a peer has ended: a connection broke, and where it listened nobody does any more. */
  peerGone(id: bigint): void;
  /** Everything that makes up a snapshot, as of now. */
  appliedState(): {
    readonly backend: Backend;
    readonly v2: V2Store;
    readonly index: number;
    readonly term: number;
    readonly confState: ConfState;
  };
  /** The member cannot go on. */
  reportFailure(cause: unknown): void;
}
