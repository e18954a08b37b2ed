// `--corrupt-check-time`: the leader compares the members' data from time to time, and stops the cluster's writes with
// the alarm CORRUPT when it differs.
import { errors, hex64 } from '@quorate/base';
import { raiseCorruptAlarm } from './alarm.ts';
import { type Asking, askAll, readPoint } from './ask-all.ts';
import { type Difference, differences } from './compare.ts';
import type { PeerHash } from './peer-hash.ts';

/** Compares once, and raises the alarm for what differs. Rejects when the comparison was not possible. */
export async function compareData(asking: Asking): Promise<readonly Difference[]> {
  const { member, logger } = asking;
  const { memberId, kv } = member;
  const { hash, compactRevision, hashRevision, currentRevision } = await kv.hashByRevision(0);
  const own: PeerHash = { hash, compactRevision, revision: currentRevision };
  const answers = await askAll(asking, hashRevision);
  // Whatever the others had applied when they answered is committed: now it is applied here, too.
  await readPoint(member);
  if (member.isStopping() || !member.isLeader()) throw errors.leaderChanged;
  const found = differences({
    localId: memberId,
    own,
    revision: member.revision(),
    compactRevision: kv.compactRevision,
    answers,
    members: member.membership.members().length,
  });
  for (const difference of found) report(asking, difference, own, answers.get(difference.id));
  logger.info('finished peer corruption check', { 'number-of-peers-checked': answers.size });
  return found;
}

function report(
  { member, logger }: Asking,
  { id, reason }: Difference,
  own: PeerHash,
  peer: PeerHash | undefined,
): void {
  logger.error('found data inconsistency between members', {
    'member-id': hex64(id),
    reason,
    'leader-revision': own.revision,
    'leader-compact-revision': own.compactRevision,
    'leader-hash': own.hash,
    ...(peer === undefined
      ? {}
      : {
          'member-revision': peer.revision,
          'member-compact-revision': peer.compactRevision,
          'member-hash': peer.hash,
        }),
  });
  raiseCorruptAlarm(member, id, logger);
}
