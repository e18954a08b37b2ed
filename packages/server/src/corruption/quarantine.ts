// What a member does that is named by the alarm CORRUPT: it finds out for itself how it stands. If a majority of all members
// holds the same as each other and not what we hold, our store is thrown away and fetched anew; if we hold what the majority
// holds, the alarm is lowered; else it stays, for a person to look at.
import { type Clock, hex64, type Timer } from '@quorate/base';
import { hasCorruptAlarm, lowerCorruptAlarm } from './alarm.ts';
import { type Asking, askAll, readPoint } from './ask-all.ts';
import { MAX_REFILLS, QUARANTINE_INTERVAL_MS } from './limits.ts';
import type { PeerHash } from './peer-hash.ts';
import type { RefillOrder } from './refill-order.ts';
import { judge } from './verdict.ts';

export interface QuarantineOptions extends Asking {
  readonly clock: Clock;
  /** How often the store of this process's member has been refilled. */
  readonly refills: number;
  /** Writes the order down and starts the member anew. */
  readonly refill: (order: RefillOrder) => void;
}

export class Quarantine {
  readonly #options: QuarantineOptions;
  readonly #unsubscribe: () => void;
  #timer: Timer | undefined;
  #looking = false;
  #ended = false;

  constructor(options: QuarantineOptions) {
    this.#options = options;
    this.#unsubscribe = options.member.onAlarm(() => this.#begin());
    this.#begin();
  }

  stop(): void {
    this.#ended = true;
    this.#unsubscribe();
    this.#timer?.cancel();
  }

  #begin(): void {
    const { member, logger } = this.#options;
    if (this.#looking || this.#ended || !hasCorruptAlarm(member, member.memberId)) return;
    logger.warn('quarantined: the data of this member is in doubt, and reads of it are refused', {
      'local-member-id': hex64(member.memberId),
    });
    this.#looking = true;
    this.#look();
  }

  #look(): void {
    this.look()
      .catch((error: Error) => {
        if (!this.#ended) {
          this.#options.logger.warn('failed to compare the data of this member', { error: error.message });
        }
      })
      .finally(() => this.#again());
  }

  #again(): void {
    const { member, clock, logger } = this.#options;
    if (this.#ended) return;
    if (!hasCorruptAlarm(member, member.memberId)) {
      this.#looking = false;
      logger.info('quarantine lifted', { 'local-member-id': hex64(member.memberId) });
      return;
    }
    this.#timer = clock.setTimer(QUARANTINE_INTERVAL_MS, () => this.#look());
  }

  /** Compares once and acts on it. Rejects when that was not possible. */
  async look(): Promise<void> {
    const { member, logger } = this.#options;
    const { memberId, kv } = member;
    // The alarm stops writes: once it has been applied everywhere, everybody stands at the same revision.
    await readPoint(member);
    const { hash, compactRevision, currentRevision } = await kv.hashByRevision(0);
    const own: PeerHash = { hash, compactRevision, revision: currentRevision };
    const answers = await askAll(this.#options, 0);
    if (this.#ended || !hasCorruptAlarm(member, memberId)) return;
    const verdict = judge(own, answers, member.membership.members().length);
    const fields = {
      'local-member-id': hex64(memberId),
      'local-member-revision': own.revision,
      'local-member-compact-revision': own.compactRevision,
      'local-member-hash': own.hash,
    };
    switch (verdict.kind) {
      case 'sound':
        logger.info('this member holds the same as the majority: lowering its alarm', fields);
        lowerCorruptAlarm(member, memberId, logger);
        return;
      case 'unclear':
        logger.warn('no majority of the other members agrees: the alarm stays', fields);
        return;
      case 'corrupt':
        await this.#throwAway(verdict.agreeing, fields);
    }
  }

  async #throwAway(agreeing: readonly bigint[], fields: Readonly<Record<string, unknown>>): Promise<void> {
    const { member, logger, refills, refill } = this.#options;
    const { memberId, clusterId, membership } = member;
    if (refills >= MAX_REFILLS) {
      logger.error('the data differs again after it was fetched anew; replace this member', fields);
      return;
    }
    // A leader is replaced by one whose data is known to be good.
    if (member.isLeader()) await member.moveLeader(agreeing[0] as bigint);
    const others = membership
      .members()
      .filter(({ id }) => id !== memberId)
      .map(({ id, peerURLs }) => ({ id, urls: peerURLs, isSource: agreeing.includes(id) }));
    logger.error('this member holds other data than the majority: fetching it anew', fields);
    this.stop();
    refill({ memberId, clusterId, others });
  }
}
