/** The fields format: `"Name" : value`, a line each. */
import {
  type AlarmResponse,
  AlarmTypeNames,
  type AuthRoleAddResponse,
  type AuthRoleDeleteResponse,
  type AuthRoleGetResponse,
  type AuthRoleGrantPermissionResponse,
  type AuthRoleListResponse,
  type AuthRoleRevokePermissionResponse,
  type AuthUserAddResponse,
  type AuthUserChangePasswordResponse,
  type AuthUserDeleteResponse,
  type AuthUserGrantRoleResponse,
  type AuthUserRevokeRoleResponse,
  type DeleteRangeResponse,
  EventTypeNames,
  type KeyValue,
  type LeaseGrantResponse,
  type LeaseKeepAliveResponse,
  type LeaseLeasesResponse,
  type LeaseRevokeResponse,
  type LeaseTimeToLiveResponse,
  type MemberListResponse,
  PermissionTypeNames,
  type PutResponse,
  type RangeResponse,
  ResponseHeader,
  type TxnResponse,
  type WatchResponse,
} from '@quorate/proto';
import { stdout } from '../../cli/output.ts';
import { quote } from '../../go/quote.ts';
import { GenericPrinter, unsupported } from './generic.ts';
import type { EndpointHash, EndpointHealth, EndpointStatus } from './printer.ts';

type Scalar = string | number | bigint | boolean;

function field(name: string, value: Scalar): void {
  stdout.write(`"${name}" : ${value}\n`);
}

function blankLine(): void {
  stdout.write('\n');
}

function headerFields(header: ResponseHeader | undefined): void {
  const { clusterId, memberId, revision, raftTerm } = header ?? ResponseHeader.create();
  field('ClusterID', clusterId);
  field('MemberID', memberId);
  field('Revision', revision);
  field('RaftTerm', raftTerm);
}

function keyValueFields(prefix: string, kv: KeyValue): void {
  field(`${prefix}Key`, quote(kv.key));
  field(`${prefix}CreateRevision`, kv.createRevision);
  field(`${prefix}ModRevision`, kv.modRevision);
  field(`${prefix}Version`, kv.version);
  field(`${prefix}Value`, quote(kv.value));
  field(`${prefix}Lease`, kv.lease);
}

interface HasHeader {
  readonly header: ResponseHeader | undefined;
}

export class FieldsPrinter extends GenericPrinter {
  constructor() {
    super('fields', () => {
      throw unsupported('fields');
    });
  }

  override get(response: RangeResponse): void {
    headerFields(response.header);
    for (const kv of response.kvs) keyValueFields('', kv);
    field('More', response.more);
    field('Count', response.count);
  }

  override put(response: PutResponse): void {
    headerFields(response.header);
    if (response.prevKv !== undefined) keyValueFields('Prev', response.prevKv);
  }

  override del(response: DeleteRangeResponse): void {
    headerFields(response.header);
    field('Deleted', response.deleted);
    for (const kv of response.prevKvs) keyValueFields('Prev', kv);
  }

  override txn(response: TxnResponse): void {
    headerFields(response.header);
    field('Succeeded', response.succeeded);
    for (const op of response.responses) {
      if (op.responseDeleteRange !== undefined) this.del(op.responseDeleteRange);
      else if (op.responsePut !== undefined) this.put(op.responsePut);
      else if (op.responseRange !== undefined) this.get(op.responseRange);
      else if (op.responseTxn !== undefined) this.txn(op.responseTxn);
    }
  }

  override watch(response: WatchResponse): void {
    headerFields(response.header);
    for (const event of response.events) {
      field('Type', EventTypeNames[event.type] ?? event.type);
      if (event.prevKv !== undefined) keyValueFields('Prev', event.prevKv);
      if (event.kv !== undefined) keyValueFields('', event.kv);
    }
  }

  override grant(response: LeaseGrantResponse): void {
    headerFields(response.header);
    field('ID', response.ID);
    field('TTL', response.TTL);
  }

  override revoke(_id: bigint, response: LeaseRevokeResponse): void {
    headerFields(response.header);
  }

  override keepAlive(response: LeaseKeepAliveResponse): void {
    headerFields(response.header);
    field('ID', response.ID);
    field('TTL', response.TTL);
  }

  override timeToLive(response: LeaseTimeToLiveResponse): void {
    headerFields(response.header);
    field('ID', response.ID);
    field('TTL', response.TTL);
    field('GrantedTTL', response.grantedTTL);
    for (const key of response.keys) field('Key', quote(key));
  }

  override leases(response: LeaseLeasesResponse): void {
    headerFields(response.header);
    for (const lease of response.leases) field('ID', lease.ID);
  }

  override memberList(response: MemberListResponse): void {
    headerFields(response.header);
    for (const member of response.members) {
      field('ID', member.ID);
      field('Name', quote(member.name));
      for (const url of member.peerURLs) field('PeerURL', quote(url));
      for (const url of member.clientURLs) field('ClientURL', quote(url));
      field('IsLearner', member.isLearner);
      blankLine();
    }
  }

  override endpointHealth(list: readonly EndpointHealth[]): void {
    for (const { endpoint, health, took, error } of list) {
      field('Endpoint', quote(endpoint));
      field('Health', health);
      field('Took', took);
      field('Error', error);
      blankLine();
    }
  }

  override endpointStatus(list: readonly EndpointStatus[]): void {
    for (const { endpoint, response } of list) {
      headerFields(response.header);
      field('Version', quote(response.version));
      field('DBSize', response.dbSize);
      field('Leader', response.leader);
      field('IsLearner', response.isLearner);
      field('RaftIndex', response.raftIndex);
      field('RaftTerm', response.raftTerm);
      field('RaftAppliedIndex', response.raftAppliedIndex);
      field('Errors', `[${response.errors.join(' ')}]`);
      field('Endpoint', quote(endpoint));
      blankLine();
    }
  }

  override endpointHash(list: readonly EndpointHash[]): void {
    for (const { endpoint, response } of list) {
      headerFields(response.header);
      field('Endpoint', quote(endpoint));
      field('Hash', response.hash);
      blankLine();
    }
  }

  override alarm(response: AlarmResponse): void {
    headerFields(response.header);
    for (const { memberID, alarm } of response.alarms) {
      field('MemberID', memberID);
      field('AlarmType', AlarmTypeNames[alarm] ?? alarm);
      blankLine();
    }
  }

  override roleGet(_role: string, response: AuthRoleGetResponse): void {
    headerFields(response.header);
    for (const { permType, key, rangeEnd } of response.perm) {
      // The second blank is etcdctl's.
      stdout.write(`"PermType" :  ${PermissionTypeNames[permType] ?? permType}\n`);
      field('Key', quote(key));
      field('RangeEnd', quote(rangeEnd));
    }
  }

  override roleList(response: AuthRoleListResponse): void {
    headerFields(response.header);
    stdout.write(`"Roles" :${response.roles.map((role) => ` ${quote(role)}`).join('')}\n`);
  }

  override roleAdd(_role: string, response: AuthRoleAddResponse): void {
    this.#headerOf(response);
  }
  override roleDelete(_role: string, response: AuthRoleDeleteResponse): void {
    this.#headerOf(response);
  }
  override roleGrantPermission(_role: string, response: AuthRoleGrantPermissionResponse): void {
    this.#headerOf(response);
  }
  override roleRevokePermission(
    _role: string,
    _key: Uint8Array,
    _rangeEnd: Uint8Array,
    response: AuthRoleRevokePermissionResponse,
  ): void {
    this.#headerOf(response);
  }
  override userAdd(_user: string, response: AuthUserAddResponse): void {
    this.#headerOf(response);
  }
  override userChangePassword(response: AuthUserChangePasswordResponse): void {
    this.#headerOf(response);
  }
  override userGrantRole(_user: string, _role: string, response: AuthUserGrantRoleResponse): void {
    this.#headerOf(response);
  }
  override userRevokeRole(_user: string, _role: string, response: AuthUserRevokeRoleResponse): void {
    this.#headerOf(response);
  }
  override userDelete(_user: string, response: AuthUserDeleteResponse): void {
    this.#headerOf(response);
  }

  #headerOf(response: HasHeader): void {
    headerFields(response.header);
  }
}
