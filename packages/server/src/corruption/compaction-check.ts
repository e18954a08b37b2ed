// `--compact-hash-check-enabled`: members hash what they held when a compaction came, and the leader compares those
// hashes. Each is of a place that all members pass, so that nobody has to be at the same revision as the leader now.
import { errors, hex64 } from '@quorate/base';
import type { RevisionHash } from '@quorate/storage';
import { raiseCorruptAlarm } from './alarm.ts';
import { type Asking, askAll } from './ask-all.ts';
import { outvoted } from './compare.ts';
import type { PeerHash } from './peer-hash.ts';

export class CompactionCheck {
  readonly #asking: Asking;
  /** The newest revision at which all members were found to be equal, or the alarm was raised. */
  #checkedRevision = 0;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /**
   * Compares the newest compaction that all members know; older ones only where somebody does not know a newer one.
   * Rejects when leadership was lost meanwhile.
   */
  async run(): Promise<void> {
    const { member, logger } = this.#asking;
    const unchecked = member.kv
      .compactionHashRevisions()
      .filter((revision) => revision > this.#checkedRevision);
    let compared = 0;
    for (const revision of unchecked) {
      const own = await member.kv.hashByRevision(revision);
      const answers = await askAll(this.#asking, revision);
      if (member.isStopping() || !member.isLeader()) throw errors.leaderChanged;
      compared++;
      if (!this.#isSettled(own, answers)) continue;
      this.#checkedRevision = revision;
      break;
    }
    logger.info('finished compaction hash check', {
      'number-of-hashes-checked': compared,
      'number-of-hashes': unchecked.length,
    });
  }

  /** Whether nothing is left to be found out at older compactions. */
  #isSettled(own: RevisionHash, answers: ReadonlyMap<bigint, PeerHash>): boolean {
    const { member, logger } = this.#asking;
    const members = member.membership.members().length;
    const votes = new Map([[member.memberId, own.hash]]);
    for (const [id, { hash, compactRevision }] of answers) {
      if (compactRevision === own.compactRevision) votes.set(id, hash);
      else {
        logger.warn("skipped a peer's compaction hash: it was compacted elsewhere before", {
          'remote-peer-id': hex64(id),
          'compact-revision': own.hashRevision,
        });
      }
    }
    const differing = outvoted(votes, members);
    for (const id of differing) {
      logger.error('detected compaction hash mismatch', {
        'member-id': hex64(id),
        'compact-revision': own.hashRevision,
        'leader-hash': own.hash,
        'member-hash': votes.get(id),
      });
      raiseCorruptAlarm(member, id, logger);
    }
    return differing.length > 0 || votes.size === members;
  }
}
