// A member of the cluster as the state machine knows it, and its JSON forms in entries, backend and v2 store.
import { createHash } from 'node:crypto';
import { assert } from '@quorate/base';
import { goString, goStrings } from './go-json.ts';

/** One member. Immutable: a change makes a new object. */
export interface ClusterMember {
  readonly id: bigint;
  /** '' until the member has started and published itself. */
  readonly name: string;
  /** Sorted when the member was created from a URL list; as given after an update. */
  readonly peerURLs: readonly string[];
  readonly clientURLs: readonly string[];
  readonly isLearner: boolean;
}

/** The part of a member that consensus decides: `/0/members/<id>/raftAttributes`. */
export interface RaftAttributes {
  readonly peerURLs: readonly string[];
  readonly isLearner: boolean;
}

/** The part that the member publishes of itself: `/0/members/<id>/attributes`. */
export interface MemberAttributes {
  readonly name: string;
  readonly clientURLs: readonly string[];
}

function firstUint64OfSha1(bytes: Uint8Array): bigint {
  return createHash('sha1').update(bytes).digest().readBigUInt64BE(0);
}

/**
 * A member's id: the first 8 bytes of SHA-1 over its sorted peer URLs, the cluster token and, for members added to a
 * running cluster, the decimal Unix time in seconds.
 */
export function computeMemberId(
  peerURLs: readonly string[],
  token: string,
  addedAtSeconds: number | undefined,
): bigint {
  const sorted = [...peerURLs].sort();
  const time = addedAtSeconds === undefined ? '' : String(Math.floor(addedAtSeconds));
  return firstUint64OfSha1(Buffer.from(sorted.join('') + token + time, 'utf8'));
}

/** A cluster's id: the first 8 bytes of SHA-1 over its first members' ids in ascending order. */
export function computeClusterId(memberIds: readonly bigint[]): bigint {
  const sorted = sortedIds(memberIds);
  const bytes = Buffer.allocUnsafe(8 * sorted.length);
  sorted.forEach((id, at) => {
    bytes.writeBigUInt64BE(id, 8 * at);
  });
  return firstUint64OfSha1(bytes);
}

/** Ids in ascending order. */
export function sortedIds(ids: Iterable<bigint>): bigint[] {
  return [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Makes a member with its computed id. Peer URLs are sorted, as etcd stores them. */
export function newMember(
  name: string,
  peerURLs: readonly string[],
  token: string,
  options: { readonly addedAtSeconds?: number; readonly isLearner?: boolean } = {},
): ClusterMember {
  return {
    id: computeMemberId(peerURLs, token, options.addedAtSeconds),
    name,
    peerURLs: [...peerURLs].sort(),
    clientURLs: [],
    isLearner: options.isLearner ?? false,
  };
}

function raftAttributesFields(attributes: RaftAttributes): string {
  return `"peerURLs":${goStrings(attributes.peerURLs)}${attributes.isLearner ? ',"isLearner":true' : ''}`;
}

function attributesFields(attributes: MemberAttributes): string {
  const fields: string[] = [];
  if (attributes.name !== '') fields.push(`"name":${goString(attributes.name)}`);
  if (attributes.clientURLs.length > 0) fields.push(`"clientURLs":${goStrings(attributes.clientURLs)}`);
  return fields.join(',');
}

export function encodeRaftAttributes(attributes: RaftAttributes): string {
  return `{${raftAttributesFields(attributes)}}`;
}

export function encodeAttributes(attributes: MemberAttributes): string {
  return `{${attributesFields(attributes)}}`;
}

/** The whole member, as in conf change contexts and in the backend; the id is a bare 64-bit number. */
export function encodeMember(member: ClusterMember): string {
  const published = attributesFields(member);
  return `{"id":${member.id},${raftAttributesFields(member)}${published === '' ? '' : `,${published}`}}`;
}

/** The context of a promotion: only the id counts. */
export function encodePromotion(id: bigint): string {
  return `{"id":${id},"peerURLs":null,"isPromote":true}`;
}

/** A conf change's context. */
export interface MemberContext {
  readonly member: ClusterMember;
  readonly isPromote: boolean;
}

const LARGEST_ID = 2n ** 64n - 1n;

/** Parses a member or a conf change context. @throws SyntaxError when it is not one */
export function parseMemberContext(text: string): MemberContext {
  // JSON.parse would round the id, so it is quoted first. A `"id":` inside a string has its quotes escaped.
  const value = parseObject(text.replace(/("id"\s*:\s*)(\d+)/, '$1"$2"'));
  const id = value['id'];
  if (typeof id !== 'string') throw new SyntaxError(`member without id: ${text}`);
  if (!/^\d{1,20}$/.test(id) || BigInt(id) > LARGEST_ID)
    throw new SyntaxError(`member with a bad id: ${text}`);
  return {
    member: {
      id: BigInt(id),
      name: stringField(value, 'name'),
      peerURLs: stringsField(value, 'peerURLs'),
      clientURLs: stringsField(value, 'clientURLs'),
      isLearner: value['isLearner'] === true,
    },
    isPromote: value['isPromote'] === true,
  };
}

/** Parses `raftAttributes`. @throws SyntaxError */
export function parseRaftAttributes(text: string): RaftAttributes {
  const value = parseObject(text);
  return { peerURLs: stringsField(value, 'peerURLs'), isLearner: value['isLearner'] === true };
}

/** Parses `attributes`. @throws SyntaxError */
export function parseAttributes(text: string): MemberAttributes {
  const value = parseObject(text);
  return { name: stringField(value, 'name'), clientURLs: stringsField(value, 'clientURLs') };
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError(`not a JSON object: ${text}`);
  }
  return value as Record<string, unknown>;
}

function stringField(value: Record<string, unknown>, name: string): string {
  const field = value[name] ?? '';
  if (typeof field !== 'string') throw new SyntaxError(`${name} is not a string`);
  return field;
}

function stringsField(value: Record<string, unknown>, name: string): readonly string[] {
  const field = value[name] ?? [];
  if (!Array.isArray(field) || !field.every((item) => typeof item === 'string')) {
    throw new SyntaxError(`${name} is not a list of strings`);
  }
  return field as string[];
}

/** Parses an id as Go prints ids: hexadecimal without prefix. */
export function parseHexId(text: string): bigint {
  assert(/^[0-9a-f]{1,16}$/i.test(text), `not a member id: ${text}`);
  return BigInt(`0x${text}`);
}
