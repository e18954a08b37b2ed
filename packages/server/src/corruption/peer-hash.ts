// The question for a member's hash between members: `GET /members/hashkv` with a JSON body, as etcd has it.
import { errors, hex64 } from '@quorate/base';
import { MvccError, MvccErrorKind, type MvccStore, type RevisionHash } from '@quorate/storage';
import { CLUSTER_ID_MISMATCH, HASH_PATH, headerText, VERSION_PATH } from '../peer/headers.ts';
import type { PeerAnswer, PeerHttpClient } from '../peer/http-client.ts';
import { PROBE_TIMEOUT_MS } from './limits.ts';

/** etcd's words for what a store cannot answer; members tell the two apart by them. */
const COMPACTED = errors.compacted.message.replace('etcdserver: ', '');
const FUTURE_REVISION = errors.futureRevision.message.replace('etcdserver: ', '');

/** What a member says about its data at a revision. */
export interface PeerHash {
  readonly hash: number;
  readonly compactRevision: number;
  /** Its newest revision. */
  readonly revision: number;
}

/** A member's answer, or why there is none. */
export type HashAnswer =
  | { readonly kind: 'hash'; readonly url: string; readonly found: PeerHash }
  /** It has compacted beyond our revision. */
  | { readonly kind: 'compacted' }
  /** It has not come to our revision yet. */
  | { readonly kind: 'future' }
  | { readonly kind: 'failed'; readonly error: string };

export interface HashQuestion {
  readonly urls: readonly string[];
  readonly clusterId: bigint;
  readonly revision: number;
  readonly timeoutMs: number;
  /** Ask first whether the member serves at all, so that one that is only starting costs no time. */
  readonly probe: boolean;
}

/** Asks a member for its hash, at one of its URLs after the other. Never rejects. */
export type AskHash = (question: HashQuestion) => Promise<HashAnswer>;

/** What is answered to a member that asks. */
export interface HashReply {
  readonly status: number;
  /** JSON with status 200, else a line of text. */
  readonly body: string;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An integer of a JSON object, 0 when absent. @throws Error when it is something else */
function integer(object: Readonly<Record<string, unknown>>, name: string): number {
  const value = object[name] ?? 0;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new Error(`${name} is not an integer`);
  return value;
}

/** The revision asked for; undefined when the body is not a question. */
function revisionOf(body: Uint8Array): number | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    if (value === null) return 0;
    return isObject(value) ? integer(value, 'revision') : undefined;
  } catch {
    return undefined;
  }
}

/** In the form of Go's encoding/json: what is zero is left out. */
function hashBody(found: RevisionHash): string {
  const { hash, compactRevision, hashRevision, currentRevision } = found;
  return JSON.stringify({
    header: currentRevision === 0 ? {} : { revision: currentRevision },
    ...(hash === 0 ? {} : { hash }),
    ...(compactRevision === 0 ? {} : { compact_revision: compactRevision }),
    ...(hashRevision === 0 ? {} : { hash_revision: hashRevision }),
  });
}

/** Answers a member that asks for our hash. */
export async function answerHash(
  kv: MvccStore,
  clusterId: bigint,
  askedCluster: string,
  body: Uint8Array,
): Promise<HashReply> {
  if (askedCluster !== '' && askedCluster !== hex64(clusterId)) {
    return { status: 412, body: CLUSTER_ID_MISMATCH };
  }
  const revision = revisionOf(body);
  if (revision === undefined) return { status: 400, body: 'error unmarshalling request' };
  try {
    return { status: 200, body: hashBody(await kv.hashByRevision(revision)) };
  } catch (error) {
    if (error instanceof MvccError && error.kind === MvccErrorKind.compacted) {
      return { status: 400, body: COMPACTED };
    }
    if (error instanceof MvccError && error.kind === MvccErrorKind.futureRevision) {
      return { status: 400, body: FUTURE_REVISION };
    }
    return { status: 500, body: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws Error when it is none */
function parseHash(answer: PeerAnswer): PeerHash {
  const value: unknown = JSON.parse(answer.body.toString('utf8'));
  if (!isObject(value)) throw new Error('the answer is no hash');
  const header = value['header'] ?? {};
  if (!isObject(header)) throw new Error('the answer has no header');
  return {
    hash: integer(value, 'hash'),
    compactRevision: integer(value, 'compact_revision'),
    revision: integer(header, 'revision'),
  };
}

async function askAt(client: PeerHttpClient, url: string, question: HashQuestion): Promise<HashAnswer> {
  if (question.probe) {
    const version = await client.fetch({
      method: 'GET',
      url,
      path: VERSION_PATH,
      timeoutMs: PROBE_TIMEOUT_MS,
    });
    if (version.status !== 200) throw new Error(version.body.toString('utf8').trim());
  }
  const clusterId = hex64(question.clusterId);
  const answer = await client.fetch({
    method: 'GET',
    url,
    path: HASH_PATH,
    headers: { 'Content-Type': 'application/json', 'X-Etcd-Cluster-ID': clusterId },
    // As Go writes it: zero is left out.
    body: Buffer.from(JSON.stringify(question.revision === 0 ? {} : { revision: question.revision })),
    timeoutMs: question.timeoutMs,
  });
  const text = answer.body.toString('utf8').trim();
  if (answer.status === 400 && text.includes(COMPACTED)) return { kind: 'compacted' };
  if (answer.status === 400 && text.includes(FUTURE_REVISION)) return { kind: 'future' };
  if (answer.status !== 200) throw new Error(`unknown error: ${text}`);
  const answering = headerText(answer.headers, 'x-etcd-cluster-id');
  if (answering !== '' && answering !== clusterId) throw new Error(CLUSTER_ID_MISMATCH);
  return { kind: 'hash', url, found: parseHash(answer) };
}

export function createHashAsker(client: PeerHttpClient): AskHash {
  return async (question) => {
    let error = 'the member has no URL';
    for (const url of question.urls) {
      try {
        return await askAt(client, url, question);
      } catch (thrown) {
        error = thrown instanceof Error ? thrown.message : String(thrown);
      }
    }
    return { kind: 'failed', error };
  };
}
