/**
 * The base of the formats that print every response by one rule of their own: a subclass says what to do with a
 * message, and overrides the cases that differ.
 */
import {
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
  type MessageType,
  MoveLeaderResponse,
  PutResponse,
  RangeResponse,
  TxnResponse,
  WatchResponse,
} from '@quorate/proto';
import { ExitCode, ExitError } from '../../cli/exit.ts';
import type { EndpointHash, EndpointHealth, EndpointStatus, Printer } from './printer.ts';

/** The error of a format that has no form for something. */
export function unsupported(format: string): ExitError {
  return new ExitError(ExitCode.BadFeature, `${format} not supported as output format`);
}

/** How a format prints any message. */
export type PrintMessage = <T>(type: MessageType<T>, message: T) => void;

export class GenericPrinter implements Printer {
  readonly simple = false;
  valueOnly = false;
  readonly #format: string;
  readonly #print: PrintMessage;

  constructor(format: string, print: PrintMessage) {
    this.#format = format;
    this.#print = print;
  }

  get(response: RangeResponse): void {
    this.#print(RangeResponse, response);
  }
  put(response: PutResponse): void {
    this.#print(PutResponse, response);
  }
  del(response: DeleteRangeResponse): void {
    this.#print(DeleteRangeResponse, response);
  }
  txn(response: TxnResponse): void {
    this.#print(TxnResponse, response);
  }
  watch(response: WatchResponse): void {
    this.#print(WatchResponse, response);
  }
  grant(response: LeaseGrantResponse): void {
    this.#print(LeaseGrantResponse, response);
  }
  revoke(_id: bigint, response: LeaseRevokeResponse): void {
    this.#print(LeaseRevokeResponse, response);
  }
  keepAlive(response: LeaseKeepAliveResponse): void {
    this.#print(LeaseKeepAliveResponse, response);
  }
  timeToLive(response: LeaseTimeToLiveResponse, _keys: boolean): void {
    this.#print(LeaseTimeToLiveResponse, response);
  }
  leases(response: LeaseLeasesResponse): void {
    this.#print(LeaseLeasesResponse, response);
  }
  memberAdd(response: MemberAddResponse): void {
    this.#print(MemberAddResponse, response);
  }
  memberRemove(_id: bigint, response: MemberRemoveResponse): void {
    this.#print(MemberRemoveResponse, response);
  }
  memberUpdate(_id: bigint, response: MemberUpdateResponse): void {
    this.#print(MemberUpdateResponse, response);
  }
  memberPromote(_id: bigint, response: MemberPromoteResponse): void {
    this.#print(MemberPromoteResponse, response);
  }
  memberList(response: MemberListResponse): void {
    this.#print(MemberListResponse, response);
  }
  endpointHealth(_list: readonly EndpointHealth[]): void {
    throw unsupported(this.#format);
  }
  endpointStatus(_list: readonly EndpointStatus[]): void {
    throw unsupported(this.#format);
  }
  endpointHash(_list: readonly EndpointHash[]): void {
    throw unsupported(this.#format);
  }
  moveLeader(_leader: bigint, _target: bigint, response: MoveLeaderResponse): void {
    this.#print(MoveLeaderResponse, response);
  }
  alarm(response: AlarmResponse): void {
    this.#print(AlarmResponse, response);
  }
  downgrade(_action: string, response: DowngradeResponse): void {
    this.#print(DowngradeResponse, response);
  }
  authStatus(response: AuthStatusResponse): void {
    this.#print(AuthStatusResponse, response);
  }
  roleAdd(_role: string, response: AuthRoleAddResponse): void {
    this.#print(AuthRoleAddResponse, response);
  }
  roleGet(_role: string, response: AuthRoleGetResponse): void {
    this.#print(AuthRoleGetResponse, response);
  }
  roleDelete(_role: string, response: AuthRoleDeleteResponse): void {
    this.#print(AuthRoleDeleteResponse, response);
  }
  roleList(response: AuthRoleListResponse): void {
    this.#print(AuthRoleListResponse, response);
  }
  roleGrantPermission(_role: string, response: AuthRoleGrantPermissionResponse): void {
    this.#print(AuthRoleGrantPermissionResponse, response);
  }
  roleRevokePermission(
    _role: string,
    _key: Uint8Array,
    _rangeEnd: Uint8Array,
    response: AuthRoleRevokePermissionResponse,
  ): void {
    this.#print(AuthRoleRevokePermissionResponse, response);
  }
  userAdd(_user: string, response: AuthUserAddResponse): void {
    this.#print(AuthUserAddResponse, response);
  }
  userGet(_user: string, response: AuthUserGetResponse): void {
    this.#print(AuthUserGetResponse, response);
  }
  userList(response: AuthUserListResponse): void {
    this.#print(AuthUserListResponse, response);
  }
  userChangePassword(response: AuthUserChangePasswordResponse): void {
    this.#print(AuthUserChangePasswordResponse, response);
  }
  userGrantRole(_user: string, _role: string, response: AuthUserGrantRoleResponse): void {
    this.#print(AuthUserGrantRoleResponse, response);
  }
  userRevokeRole(_user: string, _role: string, response: AuthUserRevokeRoleResponse): void {
    this.#print(AuthUserRevokeRoleResponse, response);
  }
  userDelete(_user: string, response: AuthUserDeleteResponse): void {
    this.#print(AuthUserDeleteResponse, response);
  }
}
