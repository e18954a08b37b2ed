// `--experimental-initial-corrupt-check`: a member whose data is not that of the others does not start.
import { FatalError, hex64 } from '@quorate/base';
import type { MvccStore } from '@quorate/storage';
import type { Logger } from '../member/logger.ts';
import type { ClusterMember } from '../membership/cluster-member.ts';
import type { AskHash, HashAnswer } from './peer-hash.ts';

/** A member that is about to start. */
export interface StartingMember {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  readonly kv: MvccStore;
  readonly members: readonly ClusterMember[];
}

export interface InitialCheckOptions {
  readonly ask: AskHash;
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/**
 * Compares our data at our newest revision with every other member that serves. Those that cannot be reached, are behind
 * or have compacted further say nothing about it. @throws FatalError (rejects) when data differs
 */
export async function checkInitially(member: StartingMember, options: InitialCheckOptions): Promise<void> {
  const { memberId, clusterId, kv } = member;
  const { ask, timeoutMs, logger } = options;
  const local = { 'local-member-id': hex64(memberId) };
  logger.info('starting initial corruption check', { ...local, timeout: `${timeoutMs}ms` });
  const own = await kv.hashByRevision(0);
  const ownFields = {
    ...local,
    'local-member-revision': own.currentRevision,
    'local-member-compact-revision': own.compactRevision,
    'local-member-hash': own.hash,
  };
  const others = member.members.filter(({ id }) => id !== memberId);
  const answers = await Promise.all(
    others.map(({ peerURLs }) =>
      ask({ urls: peerURLs, clusterId, revision: own.hashRevision, timeoutMs, probe: true }),
    ),
  );
  let differing = 0;
  const report = (id: bigint, urls: readonly string[], answer: HashAnswer): void => {
    const fields = { ...ownFields, 'remote-peer-id': hex64(id), 'remote-peer-endpoints': urls };
    if (answer.kind === 'future') logger.warn('cannot fetch hash from slow remote peer', fields);
    else if (answer.kind === 'compacted') {
      logger.warn('cannot fetch hash from remote peer; local member is behind', fields);
    } else if (answer.kind === 'failed') {
      logger.warn('failed hash kv request', { ...fields, error: answer.error });
    } else if (answer.found.hash !== own.hash) {
      const both = {
        ...fields,
        'remote-peer-revision': answer.found.revision,
        'remote-peer-compact-revision': answer.found.compactRevision,
        'remote-peer-hash': answer.found.hash,
      };
      if (answer.found.compactRevision === own.compactRevision) {
        logger.warn('found different hash values from remote peer', both);
        differing++;
      } else logger.warn('found different compact revision values from remote peer', both);
    }
  };
  for (const [at, { id, peerURLs }] of others.entries()) report(id, peerURLs, answers[at] as HashAnswer);
  if (differing > 0) throw new FatalError(`${hex64(memberId)} found data inconsistency with peers`);
  logger.info('initial corruption checking passed; no corruption', local);
}
