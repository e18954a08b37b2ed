/** Rows that the simple and the table format share. */
import type { MemberListResponse } from '@quorate/proto';
import { humanBytes } from '../../go/bytes-size.ts';
import { hexId } from '../../go/numbers.ts';
import type { EndpointHash, EndpointHealth, EndpointStatus } from './printer.ts';

export const MEMBER_HEADER = ['ID', 'Status', 'Name', 'Peer Addrs', 'Client Addrs', 'Is Learner'] as const;

export function memberRows(response: MemberListResponse): string[][] {
  return response.members.map((member) => [
    hexId(member.ID),
    member.name === '' ? 'unstarted' : 'started',
    member.name,
    member.peerURLs.join(','),
    member.clientURLs.join(','),
    String(member.isLearner),
  ]);
}

export const HEALTH_HEADER = ['endpoint', 'health', 'took', 'error'] as const;

export function healthRows(list: readonly EndpointHealth[]): string[][] {
  return list.map(({ endpoint, health, took, error }) => [endpoint, String(health), took, error]);
}

export const STATUS_HEADER = [
  'endpoint',
  'ID',
  'version',
  'db size',
  'is leader',
  'is learner',
  'raft term',
  'raft index',
  'raft applied index',
  'errors',
] as const;

export function statusRows(list: readonly EndpointStatus[]): string[][] {
  return list.map(({ endpoint, response }) => {
    const memberId = response.header?.memberId ?? 0n;
    return [
      endpoint,
      hexId(memberId),
      response.version,
      humanBytes(response.dbSize),
      String(response.leader === memberId),
      String(response.isLearner),
      String(response.raftTerm),
      String(response.raftIndex),
      String(response.raftAppliedIndex),
      response.errors.join(', '),
    ];
  });
}

export const HASH_HEADER = ['endpoint', 'hash'] as const;

export function hashRows(list: readonly EndpointHash[]): string[][] {
  return list.map(({ endpoint, response }) => [endpoint, String(response.hash)]);
}
