// Requests of the log in one shape, whether they come from this member's own queue (already decoded) or from entry bytes.
import { FatalError } from '@quorate/base';
import type {
  ClusterMemberAttrSetRequest,
  ClusterVersionSetRequest,
  DowngradeInfoSetRequest,
  InternalRaftRequest,
  LeaseCheckpointRequest,
} from '@quorate/proto';
import type { Op, RaftOp, Requester } from '../member/seam.ts';

/** What members tell each other through the log besides what clients ask for. */
export type InternalOp =
  | Op<'leaseCheckpoint', LeaseCheckpointRequest>
  | Op<'clusterVersionSet', ClusterVersionSetRequest>
  | Op<'clusterMemberAttrSet', ClusterMemberAttrSetRequest>
  | Op<'downgradeInfo', DowngradeInfoSetRequest>;

/** Requests with a field of their own in InternalRaftRequest. */
export type LogOp = Exclude<RaftOp, { kind: `member${string}` | 'downgradeInfoSet' | 'v2' }> | InternalOp;
export type LogOpKind = LogOp['kind'];

/** Field of InternalRaftRequest by kind; numbers below 100 come before the header in the encoding. */
export const logOpFields = {
  put: 4,
  deleteRange: 5,
  txn: 6,
  compaction: 7,
  leaseGrant: 8,
  leaseRevoke: 9,
  alarm: 10,
  leaseCheckpoint: 11,
  authEnable: 1000,
  authDisable: 1011,
  authenticate: 1012,
  authStatus: 1013,
  authUserAdd: 1100,
  authUserDelete: 1101,
  authUserGet: 1102,
  authUserChangePassword: 1103,
  authUserGrantRole: 1104,
  authUserRevokeRole: 1105,
  authUserList: 1106,
  authRoleList: 1107,
  authRoleAdd: 1200,
  authRoleDelete: 1201,
  authRoleGet: 1202,
  authRoleGrantPermission: 1203,
  authRoleRevokePermission: 1204,
  clusterVersionSet: 1300,
  clusterMemberAttrSet: 1301,
  downgradeInfo: 1302,
} as const satisfies Record<LogOpKind, number>;

const KINDS = Object.keys(logOpFields) as LogOpKind[];

function requestOf(internal: InternalRaftRequest, kind: LogOpKind): unknown {
  return kind === 'downgradeInfo' ? internal.downgradeInfoSet : internal[kind];
}

/**
 * The request of a decoded entry. Undefined for one without effect (a range).
 * @throws FatalError for one that this software does not know: going on would make this member differ from the others
 */
export function toLogOp(internal: InternalRaftRequest, index: number): LogOp | undefined {
  for (const kind of KINDS) {
    const request = requestOf(internal, kind);
    if (request === undefined) continue;
    // The pair of kind and request comes from one field, which the compiler cannot see.
    return { kind, request, raw: undefined, requester: requesterOf(internal) } as LogOp;
  }
  if (internal.range !== undefined || internal.downgradeVersionTest !== undefined) return undefined;
  throw new FatalError(`log entry ${index} holds a request that this version does not know`);
}

function requesterOf(internal: InternalRaftRequest): Requester | undefined {
  const { header } = internal;
  if (header === undefined || header.username === '') return undefined;
  return { username: header.username, authRevision: header.authRevision };
}
