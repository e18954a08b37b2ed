// Builds the payload of an entry: InternalRaftRequest{header{ID, …}, <request>} around the request's own bytes, in the
// order of field numbers, as Go etcd's encoder has it.
import { type Random, utf8Bytes } from '@quorate/base';
import {
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
  ClusterMemberAttrSetRequest,
  ClusterVersionSetRequest,
  CompactionRequest,
  DeleteRangeRequest,
  DowngradeInfoSetRequest,
  InternalAuthenticateRequest,
  LeaseCheckpointRequest,
  LeaseGrantRequest,
  LeaseRevokeRequest,
  type MessageType,
  PutRequest,
  TxnRequest,
  varintSize,
  writeVarint,
} from '@quorate/proto';
import { type LogOp, type LogOpKind, logOpFields } from '../apply/internal-op.ts';
import { idVarintSize, type RequestIds, writeIdVarint } from './request-id.ts';

const codecs: { readonly [K in LogOpKind]: MessageType<Extract<LogOp, { kind: K }>['request']> } = {
  put: PutRequest,
  deleteRange: DeleteRangeRequest,
  txn: TxnRequest,
  compaction: CompactionRequest,
  leaseGrant: LeaseGrantRequest,
  leaseRevoke: LeaseRevokeRequest,
  alarm: AlarmRequest,
  leaseCheckpoint: LeaseCheckpointRequest,
  authEnable: AuthEnableRequest,
  authDisable: AuthDisableRequest,
  authenticate: InternalAuthenticateRequest,
  authStatus: AuthStatusRequest,
  authUserAdd: AuthUserAddRequest,
  authUserDelete: AuthUserDeleteRequest,
  authUserGet: AuthUserGetRequest,
  authUserChangePassword: AuthUserChangePasswordRequest,
  authUserGrantRole: AuthUserGrantRoleRequest,
  authUserRevokeRole: AuthUserRevokeRoleRequest,
  authUserList: AuthUserListRequest,
  authRoleList: AuthRoleListRequest,
  authRoleAdd: AuthRoleAddRequest,
  authRoleDelete: AuthRoleDeleteRequest,
  authRoleGet: AuthRoleGetRequest,
  authRoleGrantPermission: AuthRoleGrantPermissionRequest,
  authRoleRevokePermission: AuthRoleRevokePermissionRequest,
  clusterVersionSet: ClusterVersionSetRequest,
  clusterMemberAttrSet: ClusterMemberAttrSetRequest,
  downgradeInfo: DowngradeInfoSetRequest,
};

const HEADER_FIELD = 100;
const LENGTH_DELIMITED = 2;
// Tags inside RequestHeader.
const TAG_ID = 0x08;
const TAG_USERNAME = 0x12;
const TAG_AUTH_REVISION = 0x18;

/** The encoded request of an op: as it came, or encoded now. */
export function requestBytes(op: LogOp): Uint8Array {
  if (op.raw !== undefined) return op.raw;
  // Codec and request come from the same kind, which the compiler cannot see.
  return (codecs[op.kind] as MessageType<unknown>).encode(op.request);
}

/** Builds the payload of a request; the id is the one that `ids` made last. */
export function encodeEntry(op: LogOp, ids: RequestIds): Uint8Array {
  const request = requestBytes(op);
  const field = logOpFields[op.kind];
  const { high, low } = ids;
  const username = op.requester === undefined ? undefined : utf8Bytes(op.requester.username);
  const authRevision = op.requester?.authRevision ?? 0;

  let headerSize = 1 + idVarintSize(high, low);
  if (username !== undefined && username.length > 0) {
    headerSize += 1 + varintSize(username.length) + username.length;
  }
  if (authRevision !== 0) headerSize += 1 + varintSize(authRevision);
  const tag = field * 8 + LENGTH_DELIMITED;
  const size =
    varintSize(tag) + varintSize(request.length) + request.length + 2 + varintSize(headerSize) + headerSize;
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  if (field < HEADER_FIELD) at = writeRequest(bytes, at, tag, request);
  at = writeVarint(bytes, at, HEADER_FIELD * 8 + LENGTH_DELIMITED);
  at = writeVarint(bytes, at, headerSize);
  bytes[at++] = TAG_ID;
  at = writeIdVarint(bytes, at, high, low);
  if (username !== undefined && username.length > 0) {
    bytes[at++] = TAG_USERNAME;
    at = writeVarint(bytes, at, username.length);
    bytes.set(username, at);
    at += username.length;
  }
  if (authRevision !== 0) {
    bytes[at++] = TAG_AUTH_REVISION;
    at = writeVarint(bytes, at, authRevision);
  }
  if (field > HEADER_FIELD) writeRequest(bytes, at, tag, request);
  return bytes;
}

function writeRequest(bytes: Buffer, start: number, tag: number, request: Uint8Array): number {
  let at = writeVarint(bytes, start, tag);
  at = writeVarint(bytes, at, request.length);
  bytes.set(request, at);
  return at + request.length;
}

/** A positive 63-bit lease id. */
export function randomLeaseId(random: Random): bigint {
  for (;;) {
    const id = (BigInt(random.nextUint32() & 0x7fff_ffff) << 32n) | BigInt(random.nextUint32());
    if (id !== 0n) return id;
  }
}
