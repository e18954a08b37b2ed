// Generated from proto/etcdserverpb/raft_internal.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { cursor, misplacedEnd, readLength, readString, readTag, readUint64BigInt, readUint64Number, skipField, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, lengths, reserveLength, stringSize, varintSize, writeBigint, writeString, writeVarint } from '../runtime/writer.ts';
import { AuthDisableRequest, AuthEnableRequest, AuthRoleAddRequest, AuthRoleDeleteRequest, AuthRoleGetRequest, AuthRoleGrantPermissionRequest, AuthRoleListRequest, AuthRoleRevokePermissionRequest, AuthStatusRequest, AuthUserAddRequest, AuthUserChangePasswordRequest, AuthUserDeleteRequest, AuthUserGetRequest, AuthUserGrantRoleRequest, AuthUserListRequest, AuthUserRevokeRoleRequest, emptyAuthDisableRequest, emptyAuthEnableRequest, emptyAuthRoleAddRequest, emptyAuthRoleDeleteRequest, emptyAuthRoleGetRequest, emptyAuthRoleGrantPermissionRequest, emptyAuthRoleListRequest, emptyAuthRoleRevokePermissionRequest, emptyAuthStatusRequest, emptyAuthUserAddRequest, emptyAuthUserChangePasswordRequest, emptyAuthUserDeleteRequest, emptyAuthUserGetRequest, emptyAuthUserGrantRoleRequest, emptyAuthUserListRequest, emptyAuthUserRevokeRoleRequest, readAuthDisableRequest, readAuthEnableRequest, readAuthRoleAddRequest, readAuthRoleDeleteRequest, readAuthRoleGetRequest, readAuthRoleGrantPermissionRequest, readAuthRoleListRequest, readAuthRoleRevokePermissionRequest, readAuthStatusRequest, readAuthUserAddRequest, readAuthUserChangePasswordRequest, readAuthUserDeleteRequest, readAuthUserGetRequest, readAuthUserGrantRoleRequest, readAuthUserListRequest, readAuthUserRevokeRoleRequest, sizeAuthDisableRequest, sizeAuthEnableRequest, sizeAuthRoleAddRequest, sizeAuthRoleDeleteRequest, sizeAuthRoleGetRequest, sizeAuthRoleGrantPermissionRequest, sizeAuthRoleListRequest, sizeAuthRoleRevokePermissionRequest, sizeAuthStatusRequest, sizeAuthUserAddRequest, sizeAuthUserChangePasswordRequest, sizeAuthUserDeleteRequest, sizeAuthUserGetRequest, sizeAuthUserGrantRoleRequest, sizeAuthUserListRequest, sizeAuthUserRevokeRoleRequest, writeAuthDisableRequest, writeAuthEnableRequest, writeAuthRoleAddRequest, writeAuthRoleDeleteRequest, writeAuthRoleGetRequest, writeAuthRoleGrantPermissionRequest, writeAuthRoleListRequest, writeAuthRoleRevokePermissionRequest, writeAuthStatusRequest, writeAuthUserAddRequest, writeAuthUserChangePasswordRequest, writeAuthUserDeleteRequest, writeAuthUserGetRequest, writeAuthUserGrantRoleRequest, writeAuthUserListRequest, writeAuthUserRevokeRoleRequest } from './etcdserverpb-auth.ts';
import { V2Request, emptyV2Request, readV2Request, sizeV2Request, writeV2Request } from './etcdserverpb-etcdserver.ts';
import { CompactionRequest, DeleteRangeRequest, PutRequest, RangeRequest, TxnRequest, emptyCompactionRequest, emptyDeleteRangeRequest, emptyPutRequest, emptyRangeRequest, emptyTxnRequest, readCompactionRequest, readDeleteRangeRequest, readPutRequest, readRangeRequest, readTxnRequest, sizeCompactionRequest, sizeDeleteRangeRequest, sizePutRequest, sizeRangeRequest, sizeTxnRequest, writeCompactionRequest, writeDeleteRangeRequest, writePutRequest, writeRangeRequest, writeTxnRequest } from './etcdserverpb-kv.ts';
import { LeaseCheckpointRequest, LeaseGrantRequest, LeaseRevokeRequest, emptyLeaseCheckpointRequest, emptyLeaseGrantRequest, emptyLeaseRevokeRequest, readLeaseCheckpointRequest, readLeaseGrantRequest, readLeaseRevokeRequest, sizeLeaseCheckpointRequest, sizeLeaseGrantRequest, sizeLeaseRevokeRequest, writeLeaseCheckpointRequest, writeLeaseGrantRequest, writeLeaseRevokeRequest } from './etcdserverpb-lease.ts';
import { AlarmRequest, DowngradeVersionTestRequest, emptyAlarmRequest, emptyDowngradeVersionTestRequest, readAlarmRequest, readDowngradeVersionTestRequest, sizeAlarmRequest, sizeDowngradeVersionTestRequest, writeAlarmRequest, writeDowngradeVersionTestRequest } from './etcdserverpb-maintenance.ts';
import { ClusterMemberAttrSetRequest, ClusterVersionSetRequest, DowngradeInfoSetRequest, emptyClusterMemberAttrSetRequest, emptyClusterVersionSetRequest, emptyDowngradeInfoSetRequest, readClusterMemberAttrSetRequest, readClusterVersionSetRequest, readDowngradeInfoSetRequest, sizeClusterMemberAttrSetRequest, sizeClusterVersionSetRequest, sizeDowngradeInfoSetRequest, writeClusterMemberAttrSetRequest, writeClusterVersionSetRequest, writeDowngradeInfoSetRequest } from './membershippb-membership.ts';

export interface RequestHeader {
  ID: bigint;
  username: string;
  authRevision: number;
}

export function emptyRequestHeader(): RequestHeader {
  return {
    ID: 0n,
    username: '',
    authRevision: 0,
  };
}

function assignRequestHeader(m: RequestHeader, init: Partial<RequestHeader>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.username !== undefined) m.username = init.username;
  if (init.authRevision !== undefined) m.authRevision = init.authRevision;
}

export function sizeRequestHeader(m: RequestHeader): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.username.length !== 0) {
    const length = stringSize(m.username);
    n += 1 + varintSize(length) + length;
  }
  if (m.authRevision !== 0) {
    n += 1 + varintSize(m.authRevision);
  }
  return n;
}

export function writeRequestHeader(m: RequestHeader, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  if (m.username.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.username);
  }
  if (m.authRevision !== 0) {
    b[p++] = 24;
    p = writeVarint(b, p, m.authRevision);
  }
  return p;
}

export function readRequestHeader(m: RequestHeader, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 8: {
        const v = b[p] as number;
        if (v < 128) {
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.username = readString(b, p, l);
        p += l;
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.authRevision = v;
          p++;
        } else {
          m.authRevision = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.RequestHeader');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.RequestHeader');
}

export const RequestHeader: MessageType<RequestHeader> = /*#__PURE__*/ new MessageType<RequestHeader>('etcdserverpb.RequestHeader', {
  empty: emptyRequestHeader,
  assign: assignRequestHeader,
  size: sizeRequestHeader,
  write: writeRequestHeader,
  read: readRequestHeader,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'uint64', 2),
    fieldInfo('username', 'username', 2, 'string'),
    fieldInfo('auth_revision', 'authRevision', 3, 'uint64'),
  ],
});

export interface InternalRaftRequest {
  ID: bigint;
  v2: V2Request | undefined;
  range: RangeRequest | undefined;
  put: PutRequest | undefined;
  deleteRange: DeleteRangeRequest | undefined;
  txn: TxnRequest | undefined;
  compaction: CompactionRequest | undefined;
  leaseGrant: LeaseGrantRequest | undefined;
  leaseRevoke: LeaseRevokeRequest | undefined;
  alarm: AlarmRequest | undefined;
  leaseCheckpoint: LeaseCheckpointRequest | undefined;
  header: RequestHeader | undefined;
  authEnable: AuthEnableRequest | undefined;
  authDisable: AuthDisableRequest | undefined;
  authenticate: InternalAuthenticateRequest | undefined;
  authStatus: AuthStatusRequest | undefined;
  authUserAdd: AuthUserAddRequest | undefined;
  authUserDelete: AuthUserDeleteRequest | undefined;
  authUserGet: AuthUserGetRequest | undefined;
  authUserChangePassword: AuthUserChangePasswordRequest | undefined;
  authUserGrantRole: AuthUserGrantRoleRequest | undefined;
  authUserRevokeRole: AuthUserRevokeRoleRequest | undefined;
  authUserList: AuthUserListRequest | undefined;
  authRoleList: AuthRoleListRequest | undefined;
  authRoleAdd: AuthRoleAddRequest | undefined;
  authRoleDelete: AuthRoleDeleteRequest | undefined;
  authRoleGet: AuthRoleGetRequest | undefined;
  authRoleGrantPermission: AuthRoleGrantPermissionRequest | undefined;
  authRoleRevokePermission: AuthRoleRevokePermissionRequest | undefined;
  clusterVersionSet: ClusterVersionSetRequest | undefined;
  clusterMemberAttrSet: ClusterMemberAttrSetRequest | undefined;
  downgradeInfoSet: DowngradeInfoSetRequest | undefined;
  downgradeVersionTest: DowngradeVersionTestRequest | undefined;
}

export function emptyInternalRaftRequest(): InternalRaftRequest {
  return {
    ID: 0n,
    v2: undefined,
    range: undefined,
    put: undefined,
    deleteRange: undefined,
    txn: undefined,
    compaction: undefined,
    leaseGrant: undefined,
    leaseRevoke: undefined,
    alarm: undefined,
    leaseCheckpoint: undefined,
    header: undefined,
    authEnable: undefined,
    authDisable: undefined,
    authenticate: undefined,
    authStatus: undefined,
    authUserAdd: undefined,
    authUserDelete: undefined,
    authUserGet: undefined,
    authUserChangePassword: undefined,
    authUserGrantRole: undefined,
    authUserRevokeRole: undefined,
    authUserList: undefined,
    authRoleList: undefined,
    authRoleAdd: undefined,
    authRoleDelete: undefined,
    authRoleGet: undefined,
    authRoleGrantPermission: undefined,
    authRoleRevokePermission: undefined,
    clusterVersionSet: undefined,
    clusterMemberAttrSet: undefined,
    downgradeInfoSet: undefined,
    downgradeVersionTest: undefined,
  };
}

function assignInternalRaftRequest(m: InternalRaftRequest, init: Partial<InternalRaftRequest>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.v2 !== undefined) m.v2 = init.v2;
  if (init.range !== undefined) m.range = init.range;
  if (init.put !== undefined) m.put = init.put;
  if (init.deleteRange !== undefined) m.deleteRange = init.deleteRange;
  if (init.txn !== undefined) m.txn = init.txn;
  if (init.compaction !== undefined) m.compaction = init.compaction;
  if (init.leaseGrant !== undefined) m.leaseGrant = init.leaseGrant;
  if (init.leaseRevoke !== undefined) m.leaseRevoke = init.leaseRevoke;
  if (init.alarm !== undefined) m.alarm = init.alarm;
  if (init.leaseCheckpoint !== undefined) m.leaseCheckpoint = init.leaseCheckpoint;
  if (init.header !== undefined) m.header = init.header;
  if (init.authEnable !== undefined) m.authEnable = init.authEnable;
  if (init.authDisable !== undefined) m.authDisable = init.authDisable;
  if (init.authenticate !== undefined) m.authenticate = init.authenticate;
  if (init.authStatus !== undefined) m.authStatus = init.authStatus;
  if (init.authUserAdd !== undefined) m.authUserAdd = init.authUserAdd;
  if (init.authUserDelete !== undefined) m.authUserDelete = init.authUserDelete;
  if (init.authUserGet !== undefined) m.authUserGet = init.authUserGet;
  if (init.authUserChangePassword !== undefined) m.authUserChangePassword = init.authUserChangePassword;
  if (init.authUserGrantRole !== undefined) m.authUserGrantRole = init.authUserGrantRole;
  if (init.authUserRevokeRole !== undefined) m.authUserRevokeRole = init.authUserRevokeRole;
  if (init.authUserList !== undefined) m.authUserList = init.authUserList;
  if (init.authRoleList !== undefined) m.authRoleList = init.authRoleList;
  if (init.authRoleAdd !== undefined) m.authRoleAdd = init.authRoleAdd;
  if (init.authRoleDelete !== undefined) m.authRoleDelete = init.authRoleDelete;
  if (init.authRoleGet !== undefined) m.authRoleGet = init.authRoleGet;
  if (init.authRoleGrantPermission !== undefined) m.authRoleGrantPermission = init.authRoleGrantPermission;
  if (init.authRoleRevokePermission !== undefined) m.authRoleRevokePermission = init.authRoleRevokePermission;
  if (init.clusterVersionSet !== undefined) m.clusterVersionSet = init.clusterVersionSet;
  if (init.clusterMemberAttrSet !== undefined) m.clusterMemberAttrSet = init.clusterMemberAttrSet;
  if (init.downgradeInfoSet !== undefined) m.downgradeInfoSet = init.downgradeInfoSet;
  if (init.downgradeVersionTest !== undefined) m.downgradeVersionTest = init.downgradeVersionTest;
}

export function sizeInternalRaftRequest(m: InternalRaftRequest): number {
  let n = 0;
  if (m.ID !== 0n) {
    n += 1 + bigintSize(m.ID);
  }
  if (m.v2 !== undefined) {
    const slot = reserveLength();
    const length = sizeV2Request(m.v2);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.range !== undefined) {
    const slot = reserveLength();
    const length = sizeRangeRequest(m.range);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.put !== undefined) {
    const slot = reserveLength();
    const length = sizePutRequest(m.put);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.deleteRange !== undefined) {
    const slot = reserveLength();
    const length = sizeDeleteRangeRequest(m.deleteRange);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.txn !== undefined) {
    const slot = reserveLength();
    const length = sizeTxnRequest(m.txn);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.compaction !== undefined) {
    const slot = reserveLength();
    const length = sizeCompactionRequest(m.compaction);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.leaseGrant !== undefined) {
    const slot = reserveLength();
    const length = sizeLeaseGrantRequest(m.leaseGrant);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.leaseRevoke !== undefined) {
    const slot = reserveLength();
    const length = sizeLeaseRevokeRequest(m.leaseRevoke);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.alarm !== undefined) {
    const slot = reserveLength();
    const length = sizeAlarmRequest(m.alarm);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.leaseCheckpoint !== undefined) {
    const slot = reserveLength();
    const length = sizeLeaseCheckpointRequest(m.leaseCheckpoint);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeRequestHeader(m.header);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authEnable !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthEnableRequest(m.authEnable);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authDisable !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthDisableRequest(m.authDisable);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authenticate !== undefined) {
    const slot = reserveLength();
    const length = sizeInternalAuthenticateRequest(m.authenticate);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authStatus !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthStatusRequest(m.authStatus);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authUserAdd !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthUserAddRequest(m.authUserAdd);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authUserDelete !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthUserDeleteRequest(m.authUserDelete);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authUserGet !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthUserGetRequest(m.authUserGet);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authUserChangePassword !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthUserChangePasswordRequest(m.authUserChangePassword);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authUserGrantRole !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthUserGrantRoleRequest(m.authUserGrantRole);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authUserRevokeRole !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthUserRevokeRoleRequest(m.authUserRevokeRole);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authUserList !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthUserListRequest(m.authUserList);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authRoleList !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthRoleListRequest(m.authRoleList);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authRoleAdd !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthRoleAddRequest(m.authRoleAdd);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authRoleDelete !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthRoleDeleteRequest(m.authRoleDelete);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authRoleGet !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthRoleGetRequest(m.authRoleGet);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authRoleGrantPermission !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthRoleGrantPermissionRequest(m.authRoleGrantPermission);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.authRoleRevokePermission !== undefined) {
    const slot = reserveLength();
    const length = sizeAuthRoleRevokePermissionRequest(m.authRoleRevokePermission);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.clusterVersionSet !== undefined) {
    const slot = reserveLength();
    const length = sizeClusterVersionSetRequest(m.clusterVersionSet);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.clusterMemberAttrSet !== undefined) {
    const slot = reserveLength();
    const length = sizeClusterMemberAttrSetRequest(m.clusterMemberAttrSet);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.downgradeInfoSet !== undefined) {
    const slot = reserveLength();
    const length = sizeDowngradeInfoSetRequest(m.downgradeInfoSet);
    lengths.slots[slot] = length;
    n += 2 + varintSize(length) + length;
  }
  if (m.downgradeVersionTest !== undefined) {
    const slot = reserveLength();
    const length = sizeDowngradeVersionTestRequest(m.downgradeVersionTest);
    lengths.slots[slot] = length;
    n += 3 + varintSize(length) + length;
  }
  return n;
}

export function writeInternalRaftRequest(m: InternalRaftRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.ID !== 0n) {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  if (m.v2 !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeV2Request(m.v2, b, p);
  }
  if (m.range !== undefined) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRangeRequest(m.range, b, p);
  }
  if (m.put !== undefined) {
    b[p++] = 34;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writePutRequest(m.put, b, p);
  }
  if (m.deleteRange !== undefined) {
    b[p++] = 42;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeDeleteRangeRequest(m.deleteRange, b, p);
  }
  if (m.txn !== undefined) {
    b[p++] = 50;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeTxnRequest(m.txn, b, p);
  }
  if (m.compaction !== undefined) {
    b[p++] = 58;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeCompactionRequest(m.compaction, b, p);
  }
  if (m.leaseGrant !== undefined) {
    b[p++] = 66;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaseGrantRequest(m.leaseGrant, b, p);
  }
  if (m.leaseRevoke !== undefined) {
    b[p++] = 74;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaseRevokeRequest(m.leaseRevoke, b, p);
  }
  if (m.alarm !== undefined) {
    b[p++] = 82;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAlarmRequest(m.alarm, b, p);
  }
  if (m.leaseCheckpoint !== undefined) {
    b[p++] = 90;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeLeaseCheckpointRequest(m.leaseCheckpoint, b, p);
  }
  if (m.header !== undefined) {
    b[p++] = 162;
    b[p++] = 6;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRequestHeader(m.header, b, p);
  }
  if (m.authEnable !== undefined) {
    b[p++] = 194;
    b[p++] = 62;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthEnableRequest(m.authEnable, b, p);
  }
  if (m.authDisable !== undefined) {
    b[p++] = 154;
    b[p++] = 63;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthDisableRequest(m.authDisable, b, p);
  }
  if (m.authenticate !== undefined) {
    b[p++] = 162;
    b[p++] = 63;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeInternalAuthenticateRequest(m.authenticate, b, p);
  }
  if (m.authStatus !== undefined) {
    b[p++] = 170;
    b[p++] = 63;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthStatusRequest(m.authStatus, b, p);
  }
  if (m.authUserAdd !== undefined) {
    b[p++] = 226;
    b[p++] = 68;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthUserAddRequest(m.authUserAdd, b, p);
  }
  if (m.authUserDelete !== undefined) {
    b[p++] = 234;
    b[p++] = 68;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthUserDeleteRequest(m.authUserDelete, b, p);
  }
  if (m.authUserGet !== undefined) {
    b[p++] = 242;
    b[p++] = 68;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthUserGetRequest(m.authUserGet, b, p);
  }
  if (m.authUserChangePassword !== undefined) {
    b[p++] = 250;
    b[p++] = 68;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthUserChangePasswordRequest(m.authUserChangePassword, b, p);
  }
  if (m.authUserGrantRole !== undefined) {
    b[p++] = 130;
    b[p++] = 69;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthUserGrantRoleRequest(m.authUserGrantRole, b, p);
  }
  if (m.authUserRevokeRole !== undefined) {
    b[p++] = 138;
    b[p++] = 69;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthUserRevokeRoleRequest(m.authUserRevokeRole, b, p);
  }
  if (m.authUserList !== undefined) {
    b[p++] = 146;
    b[p++] = 69;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthUserListRequest(m.authUserList, b, p);
  }
  if (m.authRoleList !== undefined) {
    b[p++] = 154;
    b[p++] = 69;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthRoleListRequest(m.authRoleList, b, p);
  }
  if (m.authRoleAdd !== undefined) {
    b[p++] = 130;
    b[p++] = 75;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthRoleAddRequest(m.authRoleAdd, b, p);
  }
  if (m.authRoleDelete !== undefined) {
    b[p++] = 138;
    b[p++] = 75;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthRoleDeleteRequest(m.authRoleDelete, b, p);
  }
  if (m.authRoleGet !== undefined) {
    b[p++] = 146;
    b[p++] = 75;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthRoleGetRequest(m.authRoleGet, b, p);
  }
  if (m.authRoleGrantPermission !== undefined) {
    b[p++] = 154;
    b[p++] = 75;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthRoleGrantPermissionRequest(m.authRoleGrantPermission, b, p);
  }
  if (m.authRoleRevokePermission !== undefined) {
    b[p++] = 162;
    b[p++] = 75;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeAuthRoleRevokePermissionRequest(m.authRoleRevokePermission, b, p);
  }
  if (m.clusterVersionSet !== undefined) {
    b[p++] = 162;
    b[p++] = 81;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeClusterVersionSetRequest(m.clusterVersionSet, b, p);
  }
  if (m.clusterMemberAttrSet !== undefined) {
    b[p++] = 170;
    b[p++] = 81;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeClusterMemberAttrSetRequest(m.clusterMemberAttrSet, b, p);
  }
  if (m.downgradeInfoSet !== undefined) {
    b[p++] = 178;
    b[p++] = 81;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeDowngradeInfoSetRequest(m.downgradeInfoSet, b, p);
  }
  if (m.downgradeVersionTest !== undefined) {
    b[p++] = 226;
    b[p++] = 234;
    b[p++] = 4;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeDowngradeVersionTestRequest(m.downgradeVersionTest, b, p);
  }
  return p;
}

export function readInternalRaftRequest(m: InternalRaftRequest, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 8: {
        const v = b[p] as number;
        if (v < 128) {
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.v2 ?? emptyV2Request();
        readV2Request(item, b, p, p + l, depth + 1);
        m.v2 = item;
        p += l;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.range ?? emptyRangeRequest();
        readRangeRequest(item, b, p, p + l, depth + 1);
        m.range = item;
        p += l;
        break;
      }
      case 34: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.put ?? emptyPutRequest();
        readPutRequest(item, b, p, p + l, depth + 1);
        m.put = item;
        p += l;
        break;
      }
      case 42: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.deleteRange ?? emptyDeleteRangeRequest();
        readDeleteRangeRequest(item, b, p, p + l, depth + 1);
        m.deleteRange = item;
        p += l;
        break;
      }
      case 50: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.txn ?? emptyTxnRequest();
        readTxnRequest(item, b, p, p + l, depth + 1);
        m.txn = item;
        p += l;
        break;
      }
      case 58: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.compaction ?? emptyCompactionRequest();
        readCompactionRequest(item, b, p, p + l, depth + 1);
        m.compaction = item;
        p += l;
        break;
      }
      case 66: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.leaseGrant ?? emptyLeaseGrantRequest();
        readLeaseGrantRequest(item, b, p, p + l, depth + 1);
        m.leaseGrant = item;
        p += l;
        break;
      }
      case 74: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.leaseRevoke ?? emptyLeaseRevokeRequest();
        readLeaseRevokeRequest(item, b, p, p + l, depth + 1);
        m.leaseRevoke = item;
        p += l;
        break;
      }
      case 82: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.alarm ?? emptyAlarmRequest();
        readAlarmRequest(item, b, p, p + l, depth + 1);
        m.alarm = item;
        p += l;
        break;
      }
      case 90: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.leaseCheckpoint ?? emptyLeaseCheckpointRequest();
        readLeaseCheckpointRequest(item, b, p, p + l, depth + 1);
        m.leaseCheckpoint = item;
        p += l;
        break;
      }
      case 802: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyRequestHeader();
        readRequestHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 8002: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authEnable ?? emptyAuthEnableRequest();
        readAuthEnableRequest(item, b, p, p + l, depth + 1);
        m.authEnable = item;
        p += l;
        break;
      }
      case 8090: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authDisable ?? emptyAuthDisableRequest();
        readAuthDisableRequest(item, b, p, p + l, depth + 1);
        m.authDisable = item;
        p += l;
        break;
      }
      case 8098: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authenticate ?? emptyInternalAuthenticateRequest();
        readInternalAuthenticateRequest(item, b, p, p + l, depth + 1);
        m.authenticate = item;
        p += l;
        break;
      }
      case 8106: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authStatus ?? emptyAuthStatusRequest();
        readAuthStatusRequest(item, b, p, p + l, depth + 1);
        m.authStatus = item;
        p += l;
        break;
      }
      case 8802: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authUserAdd ?? emptyAuthUserAddRequest();
        readAuthUserAddRequest(item, b, p, p + l, depth + 1);
        m.authUserAdd = item;
        p += l;
        break;
      }
      case 8810: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authUserDelete ?? emptyAuthUserDeleteRequest();
        readAuthUserDeleteRequest(item, b, p, p + l, depth + 1);
        m.authUserDelete = item;
        p += l;
        break;
      }
      case 8818: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authUserGet ?? emptyAuthUserGetRequest();
        readAuthUserGetRequest(item, b, p, p + l, depth + 1);
        m.authUserGet = item;
        p += l;
        break;
      }
      case 8826: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authUserChangePassword ?? emptyAuthUserChangePasswordRequest();
        readAuthUserChangePasswordRequest(item, b, p, p + l, depth + 1);
        m.authUserChangePassword = item;
        p += l;
        break;
      }
      case 8834: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authUserGrantRole ?? emptyAuthUserGrantRoleRequest();
        readAuthUserGrantRoleRequest(item, b, p, p + l, depth + 1);
        m.authUserGrantRole = item;
        p += l;
        break;
      }
      case 8842: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authUserRevokeRole ?? emptyAuthUserRevokeRoleRequest();
        readAuthUserRevokeRoleRequest(item, b, p, p + l, depth + 1);
        m.authUserRevokeRole = item;
        p += l;
        break;
      }
      case 8850: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authUserList ?? emptyAuthUserListRequest();
        readAuthUserListRequest(item, b, p, p + l, depth + 1);
        m.authUserList = item;
        p += l;
        break;
      }
      case 8858: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authRoleList ?? emptyAuthRoleListRequest();
        readAuthRoleListRequest(item, b, p, p + l, depth + 1);
        m.authRoleList = item;
        p += l;
        break;
      }
      case 9602: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authRoleAdd ?? emptyAuthRoleAddRequest();
        readAuthRoleAddRequest(item, b, p, p + l, depth + 1);
        m.authRoleAdd = item;
        p += l;
        break;
      }
      case 9610: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authRoleDelete ?? emptyAuthRoleDeleteRequest();
        readAuthRoleDeleteRequest(item, b, p, p + l, depth + 1);
        m.authRoleDelete = item;
        p += l;
        break;
      }
      case 9618: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authRoleGet ?? emptyAuthRoleGetRequest();
        readAuthRoleGetRequest(item, b, p, p + l, depth + 1);
        m.authRoleGet = item;
        p += l;
        break;
      }
      case 9626: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authRoleGrantPermission ?? emptyAuthRoleGrantPermissionRequest();
        readAuthRoleGrantPermissionRequest(item, b, p, p + l, depth + 1);
        m.authRoleGrantPermission = item;
        p += l;
        break;
      }
      case 9634: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.authRoleRevokePermission ?? emptyAuthRoleRevokePermissionRequest();
        readAuthRoleRevokePermissionRequest(item, b, p, p + l, depth + 1);
        m.authRoleRevokePermission = item;
        p += l;
        break;
      }
      case 10402: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.clusterVersionSet ?? emptyClusterVersionSetRequest();
        readClusterVersionSetRequest(item, b, p, p + l, depth + 1);
        m.clusterVersionSet = item;
        p += l;
        break;
      }
      case 10410: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.clusterMemberAttrSet ?? emptyClusterMemberAttrSetRequest();
        readClusterMemberAttrSetRequest(item, b, p, p + l, depth + 1);
        m.clusterMemberAttrSet = item;
        p += l;
        break;
      }
      case 10418: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.downgradeInfoSet ?? emptyDowngradeInfoSetRequest();
        readDowngradeInfoSetRequest(item, b, p, p + l, depth + 1);
        m.downgradeInfoSet = item;
        p += l;
        break;
      }
      case 79202: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.downgradeVersionTest ?? emptyDowngradeVersionTestRequest();
        readDowngradeVersionTestRequest(item, b, p, p + l, depth + 1);
        m.downgradeVersionTest = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 === 1 || tag >>> 3 === 2 || tag >>> 3 === 3 || tag >>> 3 === 4 || tag >>> 3 === 5 || tag >>> 3 === 6 || tag >>> 3 === 7 || tag >>> 3 === 8 || tag >>> 3 === 9 || tag >>> 3 === 10 || tag >>> 3 === 11 || tag >>> 3 === 100 || tag >>> 3 === 1000 || tag >>> 3 === 1011 || tag >>> 3 === 1012 || tag >>> 3 === 1013 || tag >>> 3 === 1100 || tag >>> 3 === 1101 || tag >>> 3 === 1102 || tag >>> 3 === 1103 || tag >>> 3 === 1104 || tag >>> 3 === 1105 || tag >>> 3 === 1106 || tag >>> 3 === 1107 || tag >>> 3 === 1200 || tag >>> 3 === 1201 || tag >>> 3 === 1202 || tag >>> 3 === 1203 || tag >>> 3 === 1204 || tag >>> 3 === 1300 || tag >>> 3 === 1301 || tag >>> 3 === 1302 || tag >>> 3 === 9900) throw wrongWireType(tag, 'etcdserverpb.InternalRaftRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.InternalRaftRequest');
}

export const InternalRaftRequest: MessageType<InternalRaftRequest> = /*#__PURE__*/ new MessageType<InternalRaftRequest>('etcdserverpb.InternalRaftRequest', {
  empty: emptyInternalRaftRequest,
  assign: assignInternalRaftRequest,
  size: sizeInternalRaftRequest,
  write: writeInternalRaftRequest,
  read: readInternalRaftRequest,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'uint64', 2),
    fieldInfo('v2', 'v2', 2, 'message', 0, () => V2Request),
    fieldInfo('range', 'range', 3, 'message', 0, () => RangeRequest),
    fieldInfo('put', 'put', 4, 'message', 0, () => PutRequest),
    fieldInfo('delete_range', 'deleteRange', 5, 'message', 0, () => DeleteRangeRequest),
    fieldInfo('txn', 'txn', 6, 'message', 0, () => TxnRequest),
    fieldInfo('compaction', 'compaction', 7, 'message', 0, () => CompactionRequest),
    fieldInfo('lease_grant', 'leaseGrant', 8, 'message', 0, () => LeaseGrantRequest),
    fieldInfo('lease_revoke', 'leaseRevoke', 9, 'message', 0, () => LeaseRevokeRequest),
    fieldInfo('alarm', 'alarm', 10, 'message', 0, () => AlarmRequest),
    fieldInfo('lease_checkpoint', 'leaseCheckpoint', 11, 'message', 0, () => LeaseCheckpointRequest),
    fieldInfo('header', 'header', 100, 'message', 0, () => RequestHeader),
    fieldInfo('auth_enable', 'authEnable', 1000, 'message', 0, () => AuthEnableRequest),
    fieldInfo('auth_disable', 'authDisable', 1011, 'message', 0, () => AuthDisableRequest),
    fieldInfo('authenticate', 'authenticate', 1012, 'message', 0, () => InternalAuthenticateRequest),
    fieldInfo('auth_status', 'authStatus', 1013, 'message', 0, () => AuthStatusRequest),
    fieldInfo('auth_user_add', 'authUserAdd', 1100, 'message', 0, () => AuthUserAddRequest),
    fieldInfo('auth_user_delete', 'authUserDelete', 1101, 'message', 0, () => AuthUserDeleteRequest),
    fieldInfo('auth_user_get', 'authUserGet', 1102, 'message', 0, () => AuthUserGetRequest),
    fieldInfo('auth_user_change_password', 'authUserChangePassword', 1103, 'message', 0, () => AuthUserChangePasswordRequest),
    fieldInfo('auth_user_grant_role', 'authUserGrantRole', 1104, 'message', 0, () => AuthUserGrantRoleRequest),
    fieldInfo('auth_user_revoke_role', 'authUserRevokeRole', 1105, 'message', 0, () => AuthUserRevokeRoleRequest),
    fieldInfo('auth_user_list', 'authUserList', 1106, 'message', 0, () => AuthUserListRequest),
    fieldInfo('auth_role_list', 'authRoleList', 1107, 'message', 0, () => AuthRoleListRequest),
    fieldInfo('auth_role_add', 'authRoleAdd', 1200, 'message', 0, () => AuthRoleAddRequest),
    fieldInfo('auth_role_delete', 'authRoleDelete', 1201, 'message', 0, () => AuthRoleDeleteRequest),
    fieldInfo('auth_role_get', 'authRoleGet', 1202, 'message', 0, () => AuthRoleGetRequest),
    fieldInfo('auth_role_grant_permission', 'authRoleGrantPermission', 1203, 'message', 0, () => AuthRoleGrantPermissionRequest),
    fieldInfo('auth_role_revoke_permission', 'authRoleRevokePermission', 1204, 'message', 0, () => AuthRoleRevokePermissionRequest),
    fieldInfo('cluster_version_set', 'clusterVersionSet', 1300, 'message', 0, () => ClusterVersionSetRequest),
    fieldInfo('cluster_member_attr_set', 'clusterMemberAttrSet', 1301, 'message', 0, () => ClusterMemberAttrSetRequest),
    fieldInfo('downgrade_info_set', 'downgradeInfoSet', 1302, 'message', 0, () => DowngradeInfoSetRequest),
    fieldInfo('downgrade_version_test', 'downgradeVersionTest', 9900, 'message', 0, () => DowngradeVersionTestRequest),
  ],
});

export interface EmptyResponse {
}

export function emptyEmptyResponse(): EmptyResponse {
  return {};
}

function assignEmptyResponse(_m: EmptyResponse, _init: Partial<EmptyResponse>): void {
}

export function sizeEmptyResponse(_m: EmptyResponse): number {
  return 0;
}

export function writeEmptyResponse(_m: EmptyResponse, _b: Buffer, start: number): number {
  return start;
}

export function readEmptyResponse(_m: EmptyResponse, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    p = skipField(b, p, end, tag);
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.EmptyResponse');
}

export const EmptyResponse: MessageType<EmptyResponse> = /*#__PURE__*/ new MessageType<EmptyResponse>('etcdserverpb.EmptyResponse', {
  empty: emptyEmptyResponse,
  assign: assignEmptyResponse,
  size: sizeEmptyResponse,
  write: writeEmptyResponse,
  read: readEmptyResponse,
  fields: () => [],
});

export interface InternalAuthenticateRequest {
  name: string;
  password: string;
  simpleToken: string;
}

export function emptyInternalAuthenticateRequest(): InternalAuthenticateRequest {
  return {
    name: '',
    password: '',
    simpleToken: '',
  };
}

function assignInternalAuthenticateRequest(m: InternalAuthenticateRequest, init: Partial<InternalAuthenticateRequest>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.password !== undefined) m.password = init.password;
  if (init.simpleToken !== undefined) m.simpleToken = init.simpleToken;
}

export function sizeInternalAuthenticateRequest(m: InternalAuthenticateRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  if (m.password.length !== 0) {
    const length = stringSize(m.password);
    n += 1 + varintSize(length) + length;
  }
  if (m.simpleToken.length !== 0) {
    const length = stringSize(m.simpleToken);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeInternalAuthenticateRequest(m: InternalAuthenticateRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  if (m.password.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.password);
  }
  if (m.simpleToken.length !== 0) {
    b[p++] = 26;
    p = writeString(b, p, m.simpleToken);
  }
  return p;
}

export function readInternalAuthenticateRequest(m: InternalAuthenticateRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.name = readString(b, p, l);
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.password = readString(b, p, l);
        p += l;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.simpleToken = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.InternalAuthenticateRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.InternalAuthenticateRequest');
}

export const InternalAuthenticateRequest: MessageType<InternalAuthenticateRequest> = /*#__PURE__*/ new MessageType<InternalAuthenticateRequest>('etcdserverpb.InternalAuthenticateRequest', {
  empty: emptyInternalAuthenticateRequest,
  assign: assignInternalAuthenticateRequest,
  size: sizeInternalAuthenticateRequest,
  write: writeInternalAuthenticateRequest,
  read: readInternalAuthenticateRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
    fieldInfo('password', 'password', 2, 'string'),
    fieldInfo('simple_token', 'simpleToken', 3, 'string'),
  ],
});

