// Hashes of the key-value history, compared between members: `/members/hashkv`, a GET with a JSON body as etcd has it.
import { FatalError, hex64 } from '@quorate/base';
import { MvccError } from '@quorate/storage';
import type { Logger } from '../member/logger.ts';
import type { MemberApi } from '../member/seam.ts';
import { HASH_PATH } from './headers.ts';
import type { PeerHttpClient } from './http-client.ts';
import { STREAM_TIMEOUT_MS } from './limits.ts';

/** An answer: status and body. */
export interface HashAnswer {
  readonly status: number;
  readonly body: string;
}

/** Answers a peer's question. Ids are bare numbers of 64 bits, as Go writes them. */
export async function answerHash(member: MemberApi, body: Buffer): Promise<HashAnswer> {
  let revision: unknown;
  try {
    revision = (JSON.parse(body.toString('utf8')) as { revision?: unknown } | null)?.revision ?? 0;
  } catch {
    return { status: 400, body: 'error unmarshalling request' };
  }
  if (typeof revision !== 'number' || !Number.isSafeInteger(revision)) {
    return { status: 400, body: 'error unmarshalling request' };
  }
  try {
    const { hash, compactRevision } = await member.kv.hashByRevision(revision);
    const header =
      `{"cluster_id":${member.clusterId},"member_id":${member.memberId},` +
      `"revision":${member.revision()},"raft_term":${member.term()}}`;
    return {
      status: 200,
      body: `{"header":${header},"hash":${hash},"compact_revision":${compactRevision}}`,
    };
  } catch (error) {
    if (!(error instanceof MvccError)) throw error;
    return { status: 400, body: error.message };
  }
}

/**
 * `--experimental-initial-corrupt-check`: before it serves anybody, a member compares its history with that of the members
 * it can reach. @throws FatalError (rejects) when one of them has another history of the same revisions
 */
export async function checkInitialHash(
  member: MemberApi,
  client: PeerHttpClient,
  logger: Logger,
): Promise<void> {
  const localId = hex64(member.memberId);
  logger.info('starting initial corruption check', { 'local-member-id': localId });
  const own = await member.kv.hashByRevision(0);
  const others = member.membership.members().filter(({ id }) => id !== member.memberId);
  let mismatch = false;
  for (const { id, peerURLs } of others) {
    const fields = {
      'local-member-id': localId,
      'local-member-revision': own.hashRevision,
      'local-member-hash': own.hash,
      'remote-peer-id': hex64(id),
      'remote-peer-endpoints': peerURLs,
    };
    const theirs = await askHash(client, peerURLs, own.hashRevision);
    if (typeof theirs === 'string') {
      logger.warn('cannot fetch hash from remote peer', { ...fields, error: theirs });
    } else if (theirs.hash !== own.hash) {
      const isComparable = theirs.compactRevision === own.compactRevision;
      mismatch ||= isComparable;
      logger.warn(
        isComparable
          ? 'found different hash values from remote peer'
          : 'found different compact revision values from remote peer',
        {
          ...fields,
          'remote-peer-hash': theirs.hash,
          'remote-peer-compact-revision': theirs.compactRevision,
        },
      );
    }
  }
  if (mismatch) throw new FatalError(`${localId} found data inconsistency with peers`);
  logger.info('initial corruption checking passed; no corruption', { 'local-member-id': localId });
}

/** The hash of the first URL that gives one, or why there is none. */
async function askHash(
  client: PeerHttpClient,
  urls: readonly string[],
  revision: number,
): Promise<{ hash: number; compactRevision: number } | string> {
  let reason = 'the member has no peer URL';
  for (const url of urls) {
    try {
      const answer = await client.fetch({
        method: 'GET',
        url,
        path: HASH_PATH,
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from(JSON.stringify({ revision })),
        timeoutMs: STREAM_TIMEOUT_MS,
      });
      const text = answer.body.toString('utf8');
      if (answer.status !== 200) {
        reason = text.trim();
        continue;
      }
      const value = JSON.parse(text) as Record<string, unknown>;
      // Go leaves zeros out.
      return { hash: Number(value['hash'] ?? 0), compactRevision: Number(value['compact_revision'] ?? 0) };
    } catch (error) {
      reason = (error as Error).message;
    }
  }
  return reason;
}
