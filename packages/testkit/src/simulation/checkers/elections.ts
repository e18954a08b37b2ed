// At most one leader a term, judged by who sends what only leaders send; and one entry for every index and term, judged by
// what leaders send. Terms a member speaks in never go back, also over restarts.
import { crc32c } from '@quorate/base';
import { type Message, MessageType } from '@quorate/raft';
import type { Report } from '../violation.ts';

const LEADERS_MESSAGES: ReadonlySet<number> = new Set([
  MessageType.MsgApp,
  MessageType.MsgHeartbeat,
  MessageType.MsgSnap,
  MessageType.MsgTimeoutNow,
]);

export class ElectionChecker {
  readonly #report: Report;
  readonly #leaders = new Map<number, bigint>();
  /** Votes given, by term and voter. */
  readonly #votes = new Map<string, bigint>();
  /** Checksum of the entry at an index, by term. */
  readonly #entries = new Map<number, Map<number, number>>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** Terms that had a leader. */
  get terms(): number {
    return this.#leaders.size;
  }

  sending(message: Message): void {
    const { type, term, from, to } = message;
    if (LEADERS_MESSAGES.has(type)) {
      const known = this.#leaders.get(term);
      if (known === undefined) this.#leaders.set(term, from);
      else if (known !== from)
        this.#report(
          'election-safety',
          `term ${term} has leaders ${known.toString(16)} and ${from.toString(16)}`,
        );
    }
    if (type === MessageType.MsgVoteResp && !message.reject) {
      const key = `${term}/${from}`;
      const vote = this.#votes.get(key);
      if (vote === undefined) this.#votes.set(key, to);
      else if (vote !== to)
        this.#report(
          'vote-once',
          `${from.toString(16)} votes for ${vote.toString(16)} and ${to.toString(16)} in term ${term}`,
        );
    }
    if (type === MessageType.MsgApp) {
      for (const entry of message.entries) this.#entry(entry.index, entry.term, entry.data, from);
    }
  }

  #entry(index: number, term: number, data: Uint8Array, from: bigint): void {
    let terms = this.#entries.get(index);
    if (terms === undefined) {
      terms = new Map();
      this.#entries.set(index, terms);
    }
    const sum = crc32c(data);
    const known = terms.get(term);
    if (known === undefined) terms.set(term, sum);
    else if (known !== sum)
      this.#report(
        'log-matching',
        `${from.toString(16)} sends another entry ${index} of term ${term} than was sent before`,
      );
  }
}
