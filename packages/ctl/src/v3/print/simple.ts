/** The format for people: keys and values on lines of their own, short sentences. */
import { prefixEnd } from '@quorate/client';
import {
  type AlarmResponse,
  AlarmTypeNames,
  type AuthRoleGetResponse,
  type AuthRoleListResponse,
  type AuthStatusResponse,
  type AuthUserGetResponse,
  type AuthUserListResponse,
  type DeleteRangeResponse,
  type DowngradeResponse,
  EventTypeNames,
  type KeyValue,
  type LeaseGrantResponse,
  type LeaseKeepAliveResponse,
  type LeaseLeasesResponse,
  type LeaseRevokeResponse,
  type LeaseTimeToLiveResponse,
  type MemberAddResponse,
  type MemberListResponse,
  type MemberPromoteResponse,
  type MemberRemoveResponse,
  type MemberUpdateResponse,
  type Permission,
  PermissionType,
  type PutResponse,
  type RangeResponse,
  type ResponseHeader,
  type TxnResponse,
  type WatchResponse,
} from '@quorate/proto';
import { stderr, stdout } from '../../cli/output.ts';
import { hexId } from '../../go/numbers.ts';
import { hexEscaped } from '../../go/quote.ts';
import type { EndpointHash, EndpointHealth, EndpointStatus, Printer } from './printer.ts';
import { hashRows, memberRows, statusRows } from './rows.ts';

const NEWLINE = Buffer.from('\n');

/** Width of ids in sentences, filled with blanks as etcdctl does. */
const ID_WIDTH = 16;

function line(text: string): void {
  stdout.write(`${text}\n`);
}

/** A line of pieces of text and raw bytes. */
function rawLine(...pieces: readonly (string | Uint8Array)[]): void {
  stdout.write(Buffer.concat([...pieces.map((piece) => Buffer.from(piece as Uint8Array)), NEWLINE]));
}

function isOpenEnded(rangeEnd: Uint8Array): boolean {
  return rangeEnd.length === 1 && rangeEnd[0] === 0;
}

export class SimplePrinter implements Printer {
  readonly simple = true;
  valueOnly = false;
  readonly #hex: boolean;

  constructor(hex: boolean) {
    this.#hex = hex;
  }

  #keyValue(kv: KeyValue): void {
    const parts: Uint8Array[] = [];
    if (!this.valueOnly) parts.push(this.#shown(kv.key), NEWLINE);
    parts.push(this.#shown(kv.value), NEWLINE);
    stdout.write(Buffer.concat(parts));
  }

  #shown(bytes: Uint8Array): Uint8Array {
    return this.#hex ? Buffer.from(hexEscaped(bytes)) : bytes;
  }

  get(response: RangeResponse): void {
    for (const kv of response.kvs) this.#keyValue(kv);
  }

  put(response: PutResponse): void {
    line('OK');
    if (response.prevKv !== undefined) this.#keyValue(response.prevKv);
  }

  del(response: DeleteRangeResponse): void {
    line(String(response.deleted));
    for (const kv of response.prevKvs) this.#keyValue(kv);
  }

  txn(response: TxnResponse): void {
    line(response.succeeded ? 'SUCCESS' : 'FAILURE');
    for (const op of response.responses) {
      line('');
      if (op.responseDeleteRange !== undefined) this.del(op.responseDeleteRange);
      else if (op.responsePut !== undefined) this.put(op.responsePut);
      else if (op.responseRange !== undefined) this.get(op.responseRange);
      else if (op.responseTxn !== undefined) this.txn(op.responseTxn);
    }
  }

  watch(response: WatchResponse): void {
    for (const event of response.events) {
      line(EventTypeNames[event.type] ?? String(event.type));
      if (event.prevKv !== undefined) this.#keyValue(event.prevKv);
      if (event.kv !== undefined) this.#keyValue(event.kv);
    }
  }

  grant(response: LeaseGrantResponse): void {
    line(`lease ${hexId(response.ID, ID_WIDTH)} granted with TTL(${response.TTL}s)`);
  }

  revoke(id: bigint, _response: LeaseRevokeResponse): void {
    line(`lease ${hexId(id, ID_WIDTH)} revoked`);
  }

  keepAlive(response: LeaseKeepAliveResponse): void {
    line(`lease ${hexId(response.ID, ID_WIDTH)} keepalived with TTL(${response.TTL})`);
  }

  timeToLive(response: LeaseTimeToLiveResponse, keys: boolean): void {
    const id = hexId(response.ID, ID_WIDTH);
    if (response.grantedTTL === 0 && response.TTL === -1) {
      line(`lease ${id} already expired`);
      return;
    }
    const text = `lease ${id} granted with TTL(${response.grantedTTL}s), remaining(${response.TTL}s)`;
    if (!keys) {
      line(text);
      return;
    }
    const pieces: (string | Uint8Array)[] = response.keys.flatMap((key, i) => (i === 0 ? [key] : [' ', key]));
    rawLine(text, ', attached keys([', ...pieces, '])');
  }

  leases(response: LeaseLeasesResponse): void {
    line(`found ${response.leases.length} leases`);
    for (const lease of response.leases) line(hexId(lease.ID, ID_WIDTH));
  }

  #membership(id: bigint, happened: string, header: ResponseHeader | undefined): void {
    line(
      `Member ${hexId(id).padStart(ID_WIDTH)} ${happened} cluster ${hexId(header?.clusterId ?? 0n).padStart(ID_WIDTH)}`,
    );
  }

  memberAdd(response: MemberAddResponse): void {
    this.#membership(response.member?.ID ?? 0n, 'added to', response.header);
  }

  memberRemove(id: bigint, response: MemberRemoveResponse): void {
    this.#membership(id, 'removed from', response.header);
  }

  memberUpdate(id: bigint, response: MemberUpdateResponse): void {
    this.#membership(id, 'updated in', response.header);
  }

  memberPromote(id: bigint, response: MemberPromoteResponse): void {
    this.#membership(id, 'promoted in', response.header);
  }

  memberList(response: MemberListResponse): void {
    for (const row of memberRows(response)) line(row.join(', '));
  }

  endpointHealth(list: readonly EndpointHealth[]): void {
    for (const { endpoint, took, error } of list) {
      stderr.write(
        error === ''
          ? `${endpoint} is healthy: successfully committed proposal: took = ${took}\n`
          : `${endpoint} is unhealthy: failed to commit proposal: ${error}\n`,
      );
    }
  }

  endpointStatus(list: readonly EndpointStatus[]): void {
    for (const row of statusRows(list)) line(row.join(', '));
  }

  endpointHash(list: readonly EndpointHash[]): void {
    for (const row of hashRows(list)) line(row.join(', '));
  }

  moveLeader(leader: bigint, target: bigint): void {
    line(`Leadership transferred from ${hexId(leader)} to ${hexId(target)}`);
  }

  alarm(response: AlarmResponse): void {
    for (const { memberID, alarm } of response.alarms) {
      const member = memberID === 0n ? '' : `memberID:${memberID} `;
      line(member + (alarm === 0 ? '' : `alarm:${AlarmTypeNames[alarm] ?? alarm} `));
    }
  }

  downgrade(action: string, response: DowngradeResponse): void {
    line(`Downgrade ${action} success, cluster version ${response.version}`);
  }

  authStatus(response: AuthStatusResponse): void {
    line(`Authentication Status: ${response.enabled}`);
    line(`AuthRevision: ${response.authRevision}`);
  }

  roleAdd(role: string): void {
    line(`Role ${role} created`);
  }

  roleGet(role: string, response: AuthRoleGetResponse): void {
    line(`Role ${role}`);
    line('KV Read:');
    for (const permission of response.perm) {
      if (permission.permType !== PermissionType.WRITE) printRange(permission);
    }
    line('KV Write:');
    for (const permission of response.perm) {
      if (permission.permType !== PermissionType.READ) printRange(permission);
    }
  }

  roleDelete(role: string): void {
    line(`Role ${role} deleted`);
  }

  roleList(response: AuthRoleListResponse): void {
    for (const role of response.roles) line(role);
  }

  roleGrantPermission(role: string): void {
    line(`Role ${role} updated`);
  }

  roleRevokePermission(role: string, key: Uint8Array, rangeEnd: Uint8Array): void {
    const tail = ` is revoked from role ${role}`;
    if (rangeEnd.length === 0) rawLine('Permission of key ', key, tail);
    else if (isOpenEnded(rangeEnd)) rawLine('Permission of range [', key, ', <open ended>', tail);
    else rawLine('Permission of range [', key, ', ', rangeEnd, ')', tail);
  }

  userAdd(user: string): void {
    line(`User ${user} created`);
  }

  userGet(user: string, response: AuthUserGetResponse): void {
    line(`User: ${user}`);
    line(`Roles:${response.roles.map((role) => ` ${role}`).join('')}`);
  }

  userList(response: AuthUserListResponse): void {
    for (const user of response.users) line(user);
  }

  userChangePassword(): void {
    line('Password updated');
  }

  userGrantRole(user: string, role: string): void {
    line(`Role ${role} is granted to user ${user}`);
  }

  userRevokeRole(user: string, role: string): void {
    line(`Role ${role} is revoked from user ${user}`);
  }

  userDelete(user: string): void {
    line(`User ${user} deleted`);
  }
}

function printRange({ key, rangeEnd }: Permission): void {
  if (rangeEnd.length === 0) {
    rawLine('\t', key);
    return;
  }
  const end = isOpenEnded(rangeEnd) ? ['<open ended>'] : [rangeEnd, ')'];
  const prefix = Buffer.from(prefixEnd(key)).equals(rangeEnd) ? [' (prefix ', key, ')'] : [];
  rawLine('\t[', key, ', ', ...end, ...prefix);
}
