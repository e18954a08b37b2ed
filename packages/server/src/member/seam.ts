// The seam between the member (log, state machine) and everything that serves it (api/v3, api/v2, ops, embed).
// Typed requests go in, results come out through sinks; nothing is shared but the read side of the stores.
//
// Life of a write: `propose(op, sink)` queues; one flush per event-loop turn proposes the whole queue, writes and
// syncs the log, applies what was committed and calls the sinks, all in one go. A sink is called exactly once, never
// from inside `propose` (a refusal is reported in the flush as well, so that callers need no re-entrancy care).
import type { EtcdError } from '@quorate/base';
import type {
  AlarmMember,
  AlarmRequest,
  AuthDisableRequest,
  AuthEnableRequest,
  AuthRoleAddRequest,
  AuthRoleDeleteRequest,
  AuthRoleGetRequest,
  AuthRoleGrantPermissionRequest,
  AuthRoleListRequest,
  AuthRoleRevokePermissionRequest,
  AuthStatusRequest,
  AuthUserAddRequest,
  AuthUserChangePasswordRequest,
  AuthUserDeleteRequest,
  AuthUserGetRequest,
  AuthUserGrantRoleRequest,
  AuthUserListRequest,
  AuthUserRevokeRoleRequest,
  CompactionRequest,
  DeleteRangeRequest,
  InternalAuthenticateRequest,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  PutRequest,
  RangeRequest,
  TxnRequest,
  V2Request,
} from '@quorate/proto';
import type { Backend, MvccStore } from '@quorate/storage';
import type { V2Store } from '@quorate/v2store';
import type { V2Applied } from '../apply/v2-applied.ts';
import type { ClusterMember } from '../membership/cluster-member.ts';

// ---------------------------------------------------------------------------------------------------- writes

/** Who asks; both zero values while auth is off. Travels in the entry's header. */
export interface Requester {
  readonly username: string;
  readonly authRevision: number;
}

/**
 * What can be put into the log by a request. `raw` is the encoded `request` exactly as the client sent it: the entry
 * is built around it without encoding again. With `raw` undefined the member encodes `request` itself.
 * `request` must not be changed after `propose`. `requester` is undefined while auth is off.
 *
 * Checked by the caller: shape of the request (empty key, txn limits, duplicate keys, sort options, known alarm action).
 * Checked by the member before proposing: request size, quota and alarms, overload, leader, stopping.
 */
export type RaftOp =
  | Op<'put', PutRequest>
  | Op<'deleteRange', DeleteRangeRequest>
  | Op<'txn', TxnRequest>
  /** With `physical` the answer waits until the compaction is done and on disk. */
  | Op<'compaction', CompactionRequest>
  /** ID 0: the member chooses a random positive id. */
  | Op<'leaseGrant', LeaseGrantRequest>
  | Op<'leaseRevoke', LeaseRevokeRequest>
  | Op<'alarm', AlarmRequest>
  /** A v2 write, or a quorum read (`QGET`); the member sets `ID`. `raw` must be undefined. */
  | Op<'v2', V2Request>
  | Op<'memberAdd', MemberAddChange>
  | Op<'memberRemove', MemberRemoveChange>
  | Op<'memberUpdate', MemberUpdateChange>
  | Op<'memberPromote', MemberPromoteChange>
  | Op<'downgradeInfoSet', DowngradeInfo>
  | Op<'authEnable', AuthEnableRequest>
  | Op<'authDisable', AuthDisableRequest>
  | Op<'authStatus', AuthStatusRequest>
  | Op<'authenticate', InternalAuthenticateRequest>
  | Op<'authUserAdd', AuthUserAddRequest>
  | Op<'authUserDelete', AuthUserDeleteRequest>
  | Op<'authUserGet', AuthUserGetRequest>
  | Op<'authUserChangePassword', AuthUserChangePasswordRequest>
  | Op<'authUserGrantRole', AuthUserGrantRoleRequest>
  | Op<'authUserRevokeRole', AuthUserRevokeRoleRequest>
  | Op<'authUserList', AuthUserListRequest>
  | Op<'authRoleAdd', AuthRoleAddRequest>
  | Op<'authRoleDelete', AuthRoleDeleteRequest>
  | Op<'authRoleGet', AuthRoleGetRequest>
  | Op<'authRoleList', AuthRoleListRequest>
  | Op<'authRoleGrantPermission', AuthRoleGrantPermissionRequest>
  | Op<'authRoleRevokePermission', AuthRoleRevokePermissionRequest>;

/** One arm of RaftOp; all arms have the same shape and property order. */
export interface Op<K extends string, R> {
  readonly kind: K;
  readonly request: R;
  readonly raw: Uint8Array | undefined;
  readonly requester: Requester | undefined;
}

export type RaftOpKind = RaftOp['kind'];

/** Adds a member that will listen on these peer URLs. @throws memberExists, peerUrlExists, tooManyLearners, … */
export interface MemberAddChange {
  readonly peerURLs: readonly string[];
  readonly isLearner: boolean;
}
export interface MemberRemoveChange {
  readonly id: bigint;
}
export interface MemberUpdateChange {
  readonly id: bigint;
  readonly peerURLs: readonly string[];
}
export interface MemberPromoteChange {
  readonly id: bigint;
}

/** Where the answer to a write goes. Make it a class with fixed fields: one is allocated per request. */
export interface ResultSink {
  /**
   * Set by the owner when nobody waits any more (cancelled, deadline passed). A cancelled write that was not yet
   * proposed is dropped; after that it runs its course and its answer is not delivered.
   */
  cancelled: boolean;
  /** The write was committed and applied. The kind of `result` equals the kind of the op. */
  done(result: ApplyResult): void;
  /** The write was refused, failed in apply, timed out, or its fate is unknown (timeouts, `stopped`). */
  failed(error: EtcdError): void;
}

/**
 * What apply answers. `revision` is the one for the response header. KeyValues are given as encoded
 * `mvccpb.KeyValue` bytes (views of stored bytes; frame them, do not change them).
 */
export type ApplyResult =
  | PutResult
  | DeleteRangeResult
  | TxnResult
  | CompactionResult
  | LeaseGrantResult
  | LeaseRevokeResult
  | AlarmResult
  | V2Result
  | MembershipResult
  | PlainResult
  | AuthResult;

export interface PutResult {
  readonly kind: 'put';
  readonly revision: number;
  /** Encoded previous KeyValue, when asked for and there was one. */
  readonly prevKv: Uint8Array | undefined;
}
export interface DeleteRangeResult {
  readonly kind: 'deleteRange';
  readonly revision: number;
  readonly deleted: number;
  /** Encoded previous KeyValues when asked for, else empty. */
  readonly prevKvs: readonly Uint8Array[];
}
export interface TxnResult {
  readonly kind: 'txn';
  readonly revision: number;
  readonly succeeded: boolean;
  /** The encoded `repeated ResponseOp responses = 3` of TxnResponse, tags and lengths included, ready to append. */
  readonly responses: Uint8Array;
}
export interface CompactionResult {
  readonly kind: 'compaction';
  readonly revision: number;
}
export interface LeaseGrantResult {
  readonly kind: 'leaseGrant';
  readonly revision: number;
  readonly id: bigint;
  readonly ttl: number;
}
export interface LeaseRevokeResult {
  readonly kind: 'leaseRevoke';
  readonly revision: number;
}
export interface AlarmResult {
  readonly kind: 'alarm';
  readonly revision: number;
  readonly alarms: readonly AlarmMember[];
}
/** v2 errors (`V2Error`) come inside `applied`, not through `failed`: they are answers of the store. */
export interface V2Result {
  readonly kind: 'v2';
  readonly revision: number;
  readonly applied: V2Applied;
}
export interface MembershipResult {
  readonly kind: 'memberAdd' | 'memberRemove' | 'memberUpdate' | 'memberPromote';
  readonly revision: number;
  /** The member added, updated or promoted; undefined for a removal. */
  readonly member: ClusterMember | undefined;
  /** All members after the change, ordered by id. */
  readonly members: readonly ClusterMember[];
}
/** Internal entries that only succeed or fail. */
export interface PlainResult {
  readonly kind: 'leaseCheckpoint' | 'clusterVersionSet' | 'clusterMemberAttrSet' | 'downgradeInfoSet';
  readonly revision: number;
}
/** Auth answers: `response` is the encoded response message without its header (empty for most). */
export interface AuthResult {
  readonly kind: 'auth';
  readonly revision: number;
  readonly response: Uint8Array;
}

// ----------------------------------------------------------------------------------------------------- reads

/** Called once: `ready` in a turn in which everything committed before the read was asked for has been applied. */
export interface ReadSink {
  cancelled: boolean;
  ready(): void;
  failed(error: EtcdError): void;
}

/** What a RangeRequest answers. Key-values are encoded bytes in response order. */
export interface RangeOutcome {
  /** For the header: the store's current revision, even for an old read. */
  readonly revision: number;
  /** Keys in range, ignoring limit and filters. */
  readonly count: number;
  readonly more: boolean;
  readonly kvs: readonly Uint8Array[];
}

// ----------------------------------------------------------------------------------------------------- lease

export interface KeepAliveSink {
  cancelled: boolean;
  /** `ttl` seconds from now; 0: no such lease (not an error in etcd). */
  renewed(ttl: number): void;
  failed(error: EtcdError): void;
}

export interface TimeToLiveSink {
  cancelled: boolean;
  /** `ttl` −1: no such lease (then grantedTtl is 0 and keys is empty). */
  answered(ttl: number, grantedTtl: number, keys: readonly Uint8Array[]): void;
  failed(error: EtcdError): void;
}

export interface LeaseApi {
  /** Renews on the leader (forwarded by followers); waits when an expired lease is just being revoked. */
  keepAlive(id: bigint, sink: KeepAliveSink): void;
  /** Remaining time, on the leader (forwarded by followers); `withKeys` adds the attached keys. */
  timeToLive(id: bigint, withKeys: boolean, sink: TimeToLiveSink): void;
  /** Ids of all leases, soonest expiry first. */
  leases(): readonly bigint[];
  /** Keys attached to a lease, in byte order; undefined when it does not exist. For permission checks. */
  attachedKeys(id: bigint): readonly Uint8Array[] | undefined;
}

// ------------------------------------------------------------------------------------------------ membership

export interface MembershipApi {
  /** All members, ordered by id. */
  members(): readonly ClusterMember[];
  member(id: bigint): ClusterMember | undefined;
  /** Client URLs of all members, sorted (v2 `/v2/machines`). */
  clientURLs(): readonly string[];
  isRemoved(id: bigint): boolean;
  /** `major.minor.patch`, e.g. `3.7.0`; undefined until the leader has decided on it. */
  clusterVersion(): string | undefined;
  downgradeInfo(): DowngradeInfo;
}

/** A cluster-wide downgrade in progress, or none (`enabled` false, `targetVersion` empty). */
export interface DowngradeInfo {
  readonly enabled: boolean;
  readonly targetVersion: string;
}

// ------------------------------------------------------------------------------------------ status, counters

/** What Maintenance.Status reports beyond ids and indices. */
export interface MemberStatus {
  readonly dbSize: number;
  readonly dbSizeInUse: number;
  readonly dbSizeQuota: number;
  /** `major.minor.patch` of the storage schema; '' when unknown. */
  readonly storageVersion: string;
  /** As etcd lists them: "etcdserver: no leader", "memberID:… alarm:NOSPACE ", … */
  readonly errors: readonly string[];
  readonly downgradeInfo: DowngradeInfo;
}

/** Counters for metrics; live object, read at scrape time. Names follow etcd's metrics. */
export interface MemberCounters {
  readonly hasLeader: boolean;
  readonly isLeader: boolean;
  readonly isLearner: boolean;
  readonly leaderChangesSeen: number;
  readonly heartbeatSendFailures: number;
  readonly slowApplies: number;
  readonly slowReadIndexes: number;
  readonly readIndexesFailed: number;
  readonly proposalsCommitted: number;
  readonly proposalsApplied: number;
  readonly proposalsPending: number;
  readonly proposalsFailed: number;
  readonly leasesGranted: number;
  readonly leasesRevoked: number;
  readonly leasesRenewed: number;
  readonly leasesExpired: number;
  readonly snapshotsSaved: number;
}

/** Durations seen by the member, for histograms. All in milliseconds; every method must be cheap and never throw. */
export interface MemberObserver {
  walSynced(durationMs: number): void;
  walWritten(bytes: number, durationMs: number): void;
  snapshotSaved(durationMs: number): void;
  snapshotMarshalled(durationMs: number): void;
  snapshotSynced(durationMs: number): void;
  applied(durationMs: number, entries: number): void;
  leaseTtlGranted(ttlSeconds: number): void;
  /** At start, while the store is read: revisions so far. */
  restoring?(revisions: number): void;
}

/** `/v2/stats/self`. Times as RFC 3339 with nanoseconds. */
export interface SelfStats {
  readonly name: string;
  readonly id: string;
  readonly state: 'StateFollower' | 'StateCandidate' | 'StateLeader' | 'StatePreCandidate';
  readonly startTimeMs: number;
  readonly leaderId: string;
  /** When the current leader was first seen, wall-clock ms. */
  readonly leaderSinceMs: number;
  readonly recvAppendRequests: number;
  readonly sendAppendRequests: number;
}

/** One follower in `/v2/stats/leader`; latencies in ms. */
export interface FollowerStats {
  readonly id: string;
  readonly latency: {
    readonly current: number;
    readonly average: number;
    readonly standardDeviation: number;
    readonly minimum: number;
    readonly maximum: number;
  };
  readonly success: number;
  readonly fail: number;
}

// --------------------------------------------------------------------------------------------------- the api

/** Everything a server needs of its member. All methods are called on the member's thread and never throw unless said. */
export interface MemberApi {
  readonly name: string;
  readonly memberId: bigint;
  readonly clusterId: bigint;
  /** Current revision of the key-value store. */
  revision(): number;
  /** Term of the last applied entry: `raft_term` of headers. */
  term(): number;
  /** Highest committed index. */
  committedIndex(): number;
  appliedIndex(): number;
  /** 0n while there is no leader. */
  leaderId(): bigint;
  isLeader(): boolean;
  isLearner(): boolean;
  isStopping(): boolean;

  /** Queues a write for this turn's flush. */
  propose(op: RaftOp, sink: ResultSink): void;
  /** A linearizable read point, shared by all reads of the turn (ReadIndex). */
  readBarrier(sink: ReadSink): void;
  /**
   * Answers a range from the local store now: sort, filters, limit, keys_only, count_only. Call after `readBarrier`,
   * or at once for a serializable read. @throws EtcdError (compacted, futureRevision, invalidSortOption)
   */
  range(request: RangeRequest): RangeOutcome;
  /** Answers a txn that holds only ranges, from the local store now. @throws EtcdError */
  readTxn(request: TxnRequest): TxnResult;

  /** Reads, and the watch hub. Never write through it. */
  readonly kv: MvccStore;
  readonly backend: Backend;
  /** Reads, and v2 watches. Never write through it. */
  readonly v2: V2Store;
  readonly lease: LeaseApi;
  readonly membership: MembershipApi;
  /** Active alarms, ordered by member id and type. */
  alarms(): readonly AlarmMember[];
  /** Called after an alarm was raised or lowered. Returns the function that stops it. */
  onAlarm(listener: () => void): () => void;
  /** This member's data has been found to differ from the others': reads of it are refused until that is settled. */
  isQuarantined(): boolean;

  status(): MemberStatus;
  readonly counters: MemberCounters;
  selfStats(): SelfStats;
  /** Undefined when this member is not the leader. */
  leaderStats(): readonly FollowerStats[] | undefined;

  /** Gives unused space back to the file system without blocking. @throws EtcdError */
  defragment(): Promise<void>;
  /** CRC-32C over the whole backend, bookkeeping excepted, as Maintenance.Hash has it; made off the loop. */
  hash(): Promise<number>;
  /** Hands leadership over and waits until it has happened. @throws EtcdError notLeader, badLeaderTransferee, timeout */
  moveLeader(target: bigint): Promise<void>;

  /** Called after every change of leader (0n: none) with the new id. Returns the function that stops it. */
  onLeaderChange(listener: (leaderId: bigint) => void): () => void;
  /** Called once when the member begins to stop: open streams should end. Returns the function that stops it. */
  onStopping(listener: () => void): () => void;
  /** Called once when this member has published itself and the cluster serves requests (at once if it already has). */
  onReady(listener: () => void): () => void;
}
