// Generated from the services of proto/** by scripts/generate.mjs. Do not edit.
import type { MethodInfo } from '../runtime/message-type.ts';
import { AuthDisableRequest, AuthDisableResponse, AuthEnableRequest, AuthEnableResponse, AuthRoleAddRequest, AuthRoleAddResponse, AuthRoleDeleteRequest, AuthRoleDeleteResponse, AuthRoleGetRequest, AuthRoleGetResponse, AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse, AuthRoleListRequest, AuthRoleListResponse, AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse, AuthStatusRequest, AuthStatusResponse, AuthUserAddRequest, AuthUserAddResponse, AuthUserChangePasswordRequest, AuthUserChangePasswordResponse, AuthUserDeleteRequest, AuthUserDeleteResponse, AuthUserGetRequest, AuthUserGetResponse, AuthUserGrantRoleRequest, AuthUserGrantRoleResponse, AuthUserListRequest, AuthUserListResponse, AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse, AuthenticateRequest, AuthenticateResponse } from './etcdserverpb-auth.ts';
import { MemberAddRequest, MemberAddResponse, MemberListRequest, MemberListResponse, MemberPromoteRequest, MemberPromoteResponse, MemberRemoveRequest, MemberRemoveResponse, MemberUpdateRequest, MemberUpdateResponse } from './etcdserverpb-cluster.ts';
import { CompactionRequest, CompactionResponse, DeleteRangeRequest, DeleteRangeResponse, PutRequest, PutResponse, RangeRequest, RangeResponse, RangeStreamResponse, TxnRequest, TxnResponse } from './etcdserverpb-kv.ts';
import { LeaseGrantRequest, LeaseGrantResponse, LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseLeasesRequest, LeaseLeasesResponse, LeaseRevokeRequest, LeaseRevokeResponse, LeaseTimeToLiveRequest, LeaseTimeToLiveResponse } from './etcdserverpb-lease.ts';
import { AlarmRequest, AlarmResponse, DefragmentRequest, DefragmentResponse, DowngradeRequest, DowngradeResponse, HashKVRequest, HashKVResponse, HashRequest, HashResponse, MoveLeaderRequest, MoveLeaderResponse, SnapshotRequest, SnapshotResponse, StatusRequest, StatusResponse } from './etcdserverpb-maintenance.ts';
import { WatchRequest, WatchResponse } from './etcdserverpb-watch.ts';
import { HealthCheckRequest, HealthCheckResponse } from './grpc-health-v1-health.ts';
import { CampaignRequest, CampaignResponse, LeaderRequest, LeaderResponse, ProclaimRequest, ProclaimResponse, ResignRequest, ResignResponse } from './v3electionpb-v3election.ts';
import { LockRequest, LockResponse, UnlockRequest, UnlockResponse } from './v3lockpb-v3lock.ts';

function method<Request, Response>(
  path: string,
  request: MethodInfo<Request, Response>['request'],
  response: MethodInfo<Request, Response>['response'],
  streaming: '' | 'client' | 'server' | 'both',
  http: readonly string[],
): MethodInfo<Request, Response> {
  const clientStreaming = streaming === 'client' || streaming === 'both';
  const serverStreaming = streaming === 'server' || streaming === 'both';
  return { path, request, response, clientStreaming, serverStreaming, http };
}

/** Every gRPC service, by short name. */
export const services = {
  Auth: {
    AuthEnable: method('/etcdserverpb.Auth/AuthEnable', AuthEnableRequest, AuthEnableResponse, '', ['/v3/auth/enable']),
    AuthDisable: method('/etcdserverpb.Auth/AuthDisable', AuthDisableRequest, AuthDisableResponse, '', ['/v3/auth/disable']),
    AuthStatus: method('/etcdserverpb.Auth/AuthStatus', AuthStatusRequest, AuthStatusResponse, '', ['/v3/auth/status']),
    Authenticate: method('/etcdserverpb.Auth/Authenticate', AuthenticateRequest, AuthenticateResponse, '', ['/v3/auth/authenticate']),
    UserAdd: method('/etcdserverpb.Auth/UserAdd', AuthUserAddRequest, AuthUserAddResponse, '', ['/v3/auth/user/add']),
    UserGet: method('/etcdserverpb.Auth/UserGet', AuthUserGetRequest, AuthUserGetResponse, '', ['/v3/auth/user/get']),
    UserList: method('/etcdserverpb.Auth/UserList', AuthUserListRequest, AuthUserListResponse, '', ['/v3/auth/user/list']),
    UserDelete: method('/etcdserverpb.Auth/UserDelete', AuthUserDeleteRequest, AuthUserDeleteResponse, '', ['/v3/auth/user/delete']),
    UserChangePassword: method('/etcdserverpb.Auth/UserChangePassword', AuthUserChangePasswordRequest, AuthUserChangePasswordResponse, '', ['/v3/auth/user/changepw']),
    UserGrantRole: method('/etcdserverpb.Auth/UserGrantRole', AuthUserGrantRoleRequest, AuthUserGrantRoleResponse, '', ['/v3/auth/user/grant']),
    UserRevokeRole: method('/etcdserverpb.Auth/UserRevokeRole', AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse, '', ['/v3/auth/user/revoke']),
    RoleAdd: method('/etcdserverpb.Auth/RoleAdd', AuthRoleAddRequest, AuthRoleAddResponse, '', ['/v3/auth/role/add']),
    RoleGet: method('/etcdserverpb.Auth/RoleGet', AuthRoleGetRequest, AuthRoleGetResponse, '', ['/v3/auth/role/get']),
    RoleList: method('/etcdserverpb.Auth/RoleList', AuthRoleListRequest, AuthRoleListResponse, '', ['/v3/auth/role/list']),
    RoleDelete: method('/etcdserverpb.Auth/RoleDelete', AuthRoleDeleteRequest, AuthRoleDeleteResponse, '', ['/v3/auth/role/delete']),
    RoleGrantPermission: method('/etcdserverpb.Auth/RoleGrantPermission', AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse, '', ['/v3/auth/role/grant']),
    RoleRevokePermission: method('/etcdserverpb.Auth/RoleRevokePermission', AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse, '', ['/v3/auth/role/revoke']),
  },
  Cluster: {
    MemberAdd: method('/etcdserverpb.Cluster/MemberAdd', MemberAddRequest, MemberAddResponse, '', ['/v3/cluster/member/add']),
    MemberRemove: method('/etcdserverpb.Cluster/MemberRemove', MemberRemoveRequest, MemberRemoveResponse, '', ['/v3/cluster/member/remove']),
    MemberUpdate: method('/etcdserverpb.Cluster/MemberUpdate', MemberUpdateRequest, MemberUpdateResponse, '', ['/v3/cluster/member/update']),
    MemberList: method('/etcdserverpb.Cluster/MemberList', MemberListRequest, MemberListResponse, '', ['/v3/cluster/member/list']),
    MemberPromote: method('/etcdserverpb.Cluster/MemberPromote', MemberPromoteRequest, MemberPromoteResponse, '', ['/v3/cluster/member/promote']),
  },
  KV: {
    Range: method('/etcdserverpb.KV/Range', RangeRequest, RangeResponse, '', ['/v3/kv/range']),
    RangeStream: method('/etcdserverpb.KV/RangeStream', RangeRequest, RangeStreamResponse, 'server', []),
    Put: method('/etcdserverpb.KV/Put', PutRequest, PutResponse, '', ['/v3/kv/put']),
    DeleteRange: method('/etcdserverpb.KV/DeleteRange', DeleteRangeRequest, DeleteRangeResponse, '', ['/v3/kv/deleterange']),
    Txn: method('/etcdserverpb.KV/Txn', TxnRequest, TxnResponse, '', ['/v3/kv/txn']),
    Compact: method('/etcdserverpb.KV/Compact', CompactionRequest, CompactionResponse, '', ['/v3/kv/compaction']),
  },
  Lease: {
    LeaseGrant: method('/etcdserverpb.Lease/LeaseGrant', LeaseGrantRequest, LeaseGrantResponse, '', ['/v3/lease/grant']),
    LeaseRevoke: method('/etcdserverpb.Lease/LeaseRevoke', LeaseRevokeRequest, LeaseRevokeResponse, '', ['/v3/lease/revoke', '/v3/kv/lease/revoke']),
    LeaseKeepAlive: method('/etcdserverpb.Lease/LeaseKeepAlive', LeaseKeepAliveRequest, LeaseKeepAliveResponse, 'both', ['/v3/lease/keepalive']),
    LeaseTimeToLive: method('/etcdserverpb.Lease/LeaseTimeToLive', LeaseTimeToLiveRequest, LeaseTimeToLiveResponse, '', ['/v3/lease/timetolive', '/v3/kv/lease/timetolive']),
    LeaseLeases: method('/etcdserverpb.Lease/LeaseLeases', LeaseLeasesRequest, LeaseLeasesResponse, '', ['/v3/lease/leases', '/v3/kv/lease/leases']),
  },
  Maintenance: {
    Alarm: method('/etcdserverpb.Maintenance/Alarm', AlarmRequest, AlarmResponse, '', ['/v3/maintenance/alarm']),
    Status: method('/etcdserverpb.Maintenance/Status', StatusRequest, StatusResponse, '', ['/v3/maintenance/status']),
    Defragment: method('/etcdserverpb.Maintenance/Defragment', DefragmentRequest, DefragmentResponse, '', ['/v3/maintenance/defragment']),
    Hash: method('/etcdserverpb.Maintenance/Hash', HashRequest, HashResponse, '', ['/v3/maintenance/hash']),
    HashKV: method('/etcdserverpb.Maintenance/HashKV', HashKVRequest, HashKVResponse, '', ['/v3/maintenance/hashkv']),
    Snapshot: method('/etcdserverpb.Maintenance/Snapshot', SnapshotRequest, SnapshotResponse, 'server', ['/v3/maintenance/snapshot']),
    MoveLeader: method('/etcdserverpb.Maintenance/MoveLeader', MoveLeaderRequest, MoveLeaderResponse, '', ['/v3/maintenance/transfer-leadership']),
    Downgrade: method('/etcdserverpb.Maintenance/Downgrade', DowngradeRequest, DowngradeResponse, '', ['/v3/maintenance/downgrade']),
  },
  Watch: {
    Watch: method('/etcdserverpb.Watch/Watch', WatchRequest, WatchResponse, 'both', ['/v3/watch']),
  },
  Health: {
    Check: method('/grpc.health.v1.Health/Check', HealthCheckRequest, HealthCheckResponse, '', []),
    Watch: method('/grpc.health.v1.Health/Watch', HealthCheckRequest, HealthCheckResponse, 'server', []),
  },
  Election: {
    Campaign: method('/v3electionpb.Election/Campaign', CampaignRequest, CampaignResponse, '', ['/v3/election/campaign']),
    Proclaim: method('/v3electionpb.Election/Proclaim', ProclaimRequest, ProclaimResponse, '', ['/v3/election/proclaim']),
    Leader: method('/v3electionpb.Election/Leader', LeaderRequest, LeaderResponse, '', ['/v3/election/leader']),
    Observe: method('/v3electionpb.Election/Observe', LeaderRequest, LeaderResponse, 'server', ['/v3/election/observe']),
    Resign: method('/v3electionpb.Election/Resign', ResignRequest, ResignResponse, '', ['/v3/election/resign']),
  },
  Lock: {
    Lock: method('/v3lockpb.Lock/Lock', LockRequest, LockResponse, '', ['/v3/lock/lock']),
    Unlock: method('/v3lockpb.Lock/Unlock', UnlockRequest, UnlockResponse, '', ['/v3/lock/unlock']),
  },
} as const;
