// Reduces answers to what must be equal between Go etcd and us.
import type { RawResponse } from './raw-http.ts';

/** Status, the headers that matter, and the body. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const kept = [
  'Allow',
  'Content-Type',
  'Location',
  'X-Content-Type-Options',
  'X-Etcd-Cluster-Id',
  'X-Etcd-Index',
];
/** Present or not; their values depend on the log. */
const present = ['X-Raft-Index', 'X-Raft-Term'];

/** `names`: texts of this member (ids, URLs) and what they are replaced by. */
export function normalise(response: RawResponse, names: ReadonlyMap<string, string>): Answer {
  const replace = (text: string): string => {
    let result = text;
    for (const [from, to] of names) result = result.replaceAll(from, to);
    return result.replace(/"expiration":"[^"]*Z"/g, '"expiration":"<time>"');
  };
  const headers: Record<string, string> = {};
  for (const name of kept) {
    const value = response.headers[name];
    if (value !== undefined) headers[name] = replace(value);
  }
  for (const name of present) if (response.headers[name] !== undefined) headers[name] = '<present>';
  return { status: response.status, headers, body: replace(response.body) };
}

/** What identifies a member: asked of the member itself. */
export function namesOf(members: RawResponse): ReadonlyMap<string, string> {
  const list = JSON.parse(members.body) as {
    members: { id: string; peerURLs: string[]; clientURLs: string[] }[];
  };
  const [first] = list.members;
  if (first === undefined) throw new Error('no member');
  return new Map([
    [first.id, '<member>'],
    [members.headers['X-Etcd-Cluster-Id'] ?? '', '<cluster>'],
    [first.peerURLs[0] ?? '', '<peer-url>'],
    [first.clientURLs[0] ?? '', '<client-url>'],
  ]);
}
