/** What every output format can print. Formats that lack a form end the command with code 4. */
import type {
  AlarmResponse,
  AuthRoleAddResponse,
  AuthRoleDeleteResponse,
  AuthRoleGetResponse,
  AuthRoleGrantPermissionResponse,
  AuthRoleListResponse,
  AuthRoleRevokePermissionResponse,
  AuthStatusResponse,
  AuthUserAddResponse,
  AuthUserChangePasswordResponse,
  AuthUserDeleteResponse,
  AuthUserGetResponse,
  AuthUserGrantRoleResponse,
  AuthUserListResponse,
  AuthUserRevokeRoleResponse,
  DeleteRangeResponse,
  DowngradeResponse,
  HashKVResponse,
  LeaseGrantResponse,
  LeaseKeepAliveResponse,
  LeaseLeasesResponse,
  LeaseRevokeResponse,
  LeaseTimeToLiveResponse,
  MemberAddResponse,
  MemberListResponse,
  MemberPromoteResponse,
  MemberRemoveResponse,
  MemberUpdateResponse,
  MoveLeaderResponse,
  PutResponse,
  RangeResponse,
  StatusResponse,
  TxnResponse,
  WatchResponse,
} from '@quorate/proto';

export interface EndpointHealth {
  readonly endpoint: string;
  readonly health: boolean;
  /** As Go prints durations; empty if no connection could be made. */
  readonly took: string;
  /** Empty if healthy. */
  readonly error: string;
}

export interface EndpointStatus {
  readonly endpoint: string;
  readonly response: StatusResponse;
}

export interface EndpointHash {
  readonly endpoint: string;
  readonly response: HashKVResponse;
}

export interface Printer {
  /** True for the format meant for people, in which commands add sentences of their own. */
  readonly simple: boolean;
  /** With the simple format: print values without their keys. */
  valueOnly: boolean;

  get(response: RangeResponse): void;
  put(response: PutResponse): void;
  del(response: DeleteRangeResponse): void;
  txn(response: TxnResponse): void;
  watch(response: WatchResponse): void;

  grant(response: LeaseGrantResponse): void;
  revoke(id: bigint, response: LeaseRevokeResponse): void;
  keepAlive(response: LeaseKeepAliveResponse): void;
  timeToLive(response: LeaseTimeToLiveResponse, keys: boolean): void;
  leases(response: LeaseLeasesResponse): void;

  memberAdd(response: MemberAddResponse): void;
  memberRemove(id: bigint, response: MemberRemoveResponse): void;
  memberUpdate(id: bigint, response: MemberUpdateResponse): void;
  memberPromote(id: bigint, response: MemberPromoteResponse): void;
  memberList(response: MemberListResponse): void;

  endpointHealth(list: readonly EndpointHealth[]): void;
  endpointStatus(list: readonly EndpointStatus[]): void;
  endpointHash(list: readonly EndpointHash[]): void;
  moveLeader(leader: bigint, target: bigint, response: MoveLeaderResponse): void;
  alarm(response: AlarmResponse): void;
  downgrade(action: string, response: DowngradeResponse): void;

  authStatus(response: AuthStatusResponse): void;
  roleAdd(role: string, response: AuthRoleAddResponse): void;
  roleGet(role: string, response: AuthRoleGetResponse): void;
  roleDelete(role: string, response: AuthRoleDeleteResponse): void;
  roleList(response: AuthRoleListResponse): void;
  roleGrantPermission(role: string, response: AuthRoleGrantPermissionResponse): void;
  roleRevokePermission(
    role: string,
    key: Uint8Array,
    rangeEnd: Uint8Array,
    response: AuthRoleRevokePermissionResponse,
  ): void;
  userAdd(user: string, response: AuthUserAddResponse): void;
  userGet(user: string, response: AuthUserGetResponse): void;
  userList(response: AuthUserListResponse): void;
  userChangePassword(response: AuthUserChangePasswordResponse): void;
  userGrantRole(user: string, role: string, response: AuthUserGrantRoleResponse): void;
  userRevokeRole(user: string, role: string, response: AuthUserRevokeRoleResponse): void;
  userDelete(user: string, response: AuthUserDeleteResponse): void;
}
