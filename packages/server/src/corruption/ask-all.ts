// One question to all other members.
import { hex64 } from '@quorate/base';
import type { Logger } from '../member/logger.ts';
import type { CheckedMember } from './checked-member.ts';
import type { AskHash, PeerHash } from './peer-hash.ts';

export interface Asking {
  readonly member: CheckedMember;
  readonly ask: AskHash;
  /** For one member's answer. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/** The other members' hashes at a revision (0: what each has now). Those without an answer are logged and left out. */
export async function askAll(asking: Asking, revision: number): Promise<Map<bigint, PeerHash>> {
  const { member, ask, timeoutMs, logger } = asking;
  const { memberId, clusterId } = member;
  const answers = new Map<bigint, PeerHash>();
  const questions = member.membership.members().map(async ({ id, peerURLs }) => {
    if (id === memberId) return;
    const answer = await ask({ urls: peerURLs, clusterId, revision, timeoutMs, probe: false });
    if (answer.kind === 'hash') {
      answers.set(id, answer.found);
      return;
    }
    logger.warn('failed hash kv request', {
      'remote-peer-id': hex64(id),
      'requested-revision': revision,
      error: answer.kind === 'failed' ? answer.error : `the revision is ${answer.kind}`,
    });
  });
  await Promise.all(questions);
  return answers;
}

/** Resolves once everything that is committed now has been applied here. */
export function readPoint(member: CheckedMember): Promise<void> {
  return new Promise((resolve, reject) => {
    member.readBarrier({ cancelled: false, ready: resolve, failed: reject });
  });
}
