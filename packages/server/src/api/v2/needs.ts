// What the v2 API needs of a member. The member's own seam satisfies it through member-needs.ts; tests bring a member
// that applies at once to a store.
import type { V2Request } from '@quorate/proto';
import type { V2Store } from '@quorate/v2store';
import type { HttpHandler } from '@quorate/wire';
import type {
  FollowerStats,
  MemberAddChange,
  MemberRemoveChange,
  MemberUpdateChange,
  ResultSink,
  SelfStats,
} from '../../member/seam.ts';
import type { ClusterMember } from '../../membership/cluster-member.ts';
import type { KeyCounters } from './key-counters.ts';

/** A change of membership as the seam takes it. */
export type V2MemberChange =
  | { readonly kind: 'memberAdd'; readonly change: MemberAddChange }
  | { readonly kind: 'memberRemove'; readonly change: MemberRemoveChange }
  | { readonly kind: 'memberUpdate'; readonly change: MemberUpdateChange };

/** All methods are called on the member's thread and do not throw. */
export interface V2Needs {
  readonly clusterId: bigint;
  /** Highest committed index: `X-Raft-Index`. */
  committedIndex(): number;
  /** `X-Raft-Term`. */
  term(): number;
  /** Unix milliseconds; TTLs are counted from it. */
  wallMs(): number;
  /** Monotonic milliseconds with a fraction: gives expirations their nanoseconds. */
  nowMs(): number;
  /** Calls `fn` in a later turn of the loop. */
  defer(fn: () => void): void;
  /** Local reads and watches. Never written through. */
  readonly store: V2Store;
  /** Puts a write or a QGET into the log. The answer of the store comes as a result of kind 'v2'. */
  propose(request: V2Request, sink: ResultSink): void;

  /** All members, ordered by id. */
  members(): readonly ClusterMember[];
  member(id: bigint): ClusterMember | undefined;
  isRemoved(id: bigint): boolean;
  /** 0n while there is no leader. */
  leaderId(): bigint;
  /** Client URLs of all members, sorted. */
  clientURLs(): readonly string[];
  proposeMembership(change: V2MemberChange, sink: ResultSink): void;

  selfStats(): SelfStats;
  /** Undefined when this member is not the leader. */
  leaderStats(): readonly FollowerStats[] | undefined;

  /**
   * Headers that every answer carries (cross-origin rules). Given here rather than set on the response beforehand,
   * which makes node:http take its slow way for each answer.
   */
  readonly commonHeaders: Readonly<Record<string, string>>;
  /** For metrics. */
  readonly counters?: KeyCounters | undefined;

  /** Serves /v2/auth/*, and guards keys and members; undefined while this build has no v2 auth. */
  readonly auth: V2Auth | undefined;
}

/** What a server adds to its member. */
export interface V2Options {
  readonly auth?: V2Auth;
  /** See V2Needs. */
  readonly commonHeaders?: Readonly<Record<string, string>>;
  readonly counters?: KeyCounters;
}

/** Seam for v2 auth (a later part of the product). */
export interface V2Auth {
  /** Serves every path under /v2/auth. */
  readonly handler: HttpHandler;
  /** Whether the sender may read (or write) the key; `recursive`: and all below it. */
  mayAccessKey(
    authorization: string | undefined,
    path: string,
    write: boolean,
    recursive: boolean,
  ): Promise<boolean>;
  /** Whether the sender may change the cluster. */
  mayChangeCluster(authorization: string | undefined): Promise<boolean>;
}
