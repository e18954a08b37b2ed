/** Members of a cluster that is being founded, with the ids and the JSON that every member works out in the same way. */
import { createHash } from 'node:crypto';
import { hex64 } from '@quorate/base';
import { jsonString } from '@quorate/proto';
import { ExitCode, ExitError } from '../cli/exit.ts';

export interface FoundingMember {
  readonly id: bigint;
  readonly name: string;
  /** Sorted. */
  readonly peerURLs: readonly string[];
}

export interface FoundingCluster {
  readonly id: bigint;
  /** By id. */
  readonly members: readonly FoundingMember[];
  readonly local: FoundingMember;
}

function fail(message: string): never {
  throw new ExitError(ExitCode.Error, message);
}

/** Sorted; http, https, unix or unixs with `host:port` and nothing behind. */
export function parsePeerUrls(given: readonly string[]): string[] {
  const urls = given.map((text) => text.trim());
  if (urls.length === 0 || urls.every((url) => url === '')) fail('no valid URLs given');
  for (const url of urls) {
    const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/.exec(url);
    if (match === null || !['http', 'https', 'unix', 'unixs'].includes(match[1] as string)) {
      fail(`URL scheme must be http, https, unix, or unixs: ${url}`);
    }
    if (!/^(\[[^\]]*\]|[^:[\]]*):[^:[\]]*$/.test(match[2] as string)) {
      fail(`URL address does not have the form "host:port": ${url}`);
    }
    if (match[3] !== '') fail(`URL must not contain a path: ${url}`);
  }
  return urls.sort();
}

function firstUint64(text: string | Uint8Array): bigint {
  return createHash('sha1').update(text).digest().readBigUInt64BE(0);
}

/**
 * The cluster of an --initial-cluster list, seen by the member `name`.
 * @throws ExitError for a list that does not fit the member
 */
export function foundCluster(
  list: string,
  token: string,
  name: string,
  advertised: readonly string[],
): FoundingCluster {
  const urlsByName = new Map<string, string[]>();
  for (const item of list.split(',')) {
    if (item === '') continue;
    const equals = item.indexOf('=');
    if (equals < 1) fail(`invalid member in the initial cluster: ${JSON.stringify(item)}`);
    const owner = item.slice(0, equals);
    urlsByName.set(owner, [...(urlsByName.get(owner) ?? []), item.slice(equals + 1)]);
  }
  const members = [...urlsByName].map(([owner, urls]): FoundingMember => {
    const peerURLs = parsePeerUrls(urls);
    return { id: firstUint64(peerURLs.join('') + token), name: owner, peerURLs };
  });
  members.sort((a, b) => (a.id < b.id ? -1 : 1));
  const local = members.find((member) => member.name === name);
  if (local === undefined) {
    return fail(`couldn't find local name "${name}" in the initial cluster configuration`);
  }
  const own = parsePeerUrls(advertised);
  if (own.join() !== local.peerURLs.join()) {
    fail(
      `--initial-cluster has ${local.peerURLs.map((url) => `${name}=${url}`).join(',')} but ` +
        `--initial-advertise-peer-urls is ${own.join(',')}`,
    );
  }
  const all = members.flatMap(({ peerURLs }) => peerURLs);
  if (new Set(all).size !== all.length) fail(`initial cluster ${list} has duplicate url`);
  const ids = Buffer.alloc(8 * members.length);
  members.forEach((member, at) => {
    ids.writeBigUInt64BE(member.id, 8 * at);
  });
  return { id: firstUint64(ids), members, local };
}

function goStrings(texts: readonly string[]): string {
  return `[${texts.map(jsonString).join(',')}]`;
}

export function encodeRaftAttributes({ peerURLs }: FoundingMember): string {
  return `{"peerURLs":${goStrings(peerURLs)}}`;
}

/** A member as it stands in the log and in the store; its id is a bare 64-bit number. */
export function encodeMember({ id, name, peerURLs }: FoundingMember): string {
  return `{"id":${id},"peerURLs":${goStrings(peerURLs)},"name":${jsonString(name)}}`;
}

/** The configuration that stored members make, in Go's JSON. */
export function encodeVoters(stored: readonly Uint8Array[]): string {
  const voters: bigint[] = [];
  const learners: bigint[] = [];
  for (const bytes of stored) {
    const text = Buffer.from(bytes).toString();
    const id = /"id"\s*:\s*(\d+)/.exec(text)?.[1];
    if (id === undefined) fail(`the store holds a member without id: ${text}`);
    const isLearner = (JSON.parse(text) as { isLearner?: unknown }).isLearner === true;
    (isLearner ? learners : voters).push(BigInt(id as string));
  }
  const fields: string[] = [];
  if (voters.length > 0) fields.push(`"voters":[${voters.join(',')}]`);
  if (learners.length > 0) fields.push(`"learners":[${learners.join(',')}]`);
  return `{${[...fields, '"auto_leave":false'].join(',')}}`;
}

/** The bucket key of a member. */
export function memberKey(member: FoundingMember): Uint8Array {
  return Buffer.from(hex64(member.id));
}
