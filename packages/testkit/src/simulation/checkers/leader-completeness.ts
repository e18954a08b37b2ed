// Leader completeness and log matching, judged by what leaders send: what was committed in a term is in the log of every
// later leader, whose own entries therefore begin above it; and an entry follows one of the same term in every log that
// has it (Raft, figure 3).
import { type Message, MessageType } from '@quorate/raft';
import type { Report } from '../violation.ts';

interface Term {
  /** Lowest index at which an entry of the term was seen. */
  firstIndex: number;
  /** Highest index that its leader called committed. */
  committed: number;
}

export class LeaderCompletenessChecker {
  readonly #report: Report;
  readonly #terms = new Map<number, Term>();
  /** Term of the entry before, by index and term. */
  readonly #before = new Map<number, Map<number, number>>();

  constructor(report: Report) {
    this.#report = report;
  }

  sending(message: Message): void {
    const { type, term } = message;
    if (type !== MessageType.MsgApp && type !== MessageType.MsgHeartbeat) return;
    if (message.commit > 0) this.#committed(term, message.commit);
    if (type !== MessageType.MsgApp) return;
    let before = message.logTerm;
    for (const entry of message.entries) {
      this.#follows(entry.index, entry.term, before, message.from);
      if (entry.term === term) this.#wrote(term, entry.index);
      before = entry.term;
    }
  }

  #termOf(term: number): Term {
    let found = this.#terms.get(term);
    if (found === undefined) {
      found = { firstIndex: Number.POSITIVE_INFINITY, committed: 0 };
      this.#terms.set(term, found);
    }
    return found;
  }

  #committed(term: number, index: number): void {
    const own = this.#termOf(term);
    if (index <= own.committed) return;
    own.committed = index;
    for (const [later, { firstIndex }] of this.#terms) {
      if (later > term && firstIndex <= index) this.#violated(index, term, later, firstIndex);
    }
  }

  #wrote(term: number, index: number): void {
    const own = this.#termOf(term);
    if (index >= own.firstIndex) return;
    own.firstIndex = index;
    for (const [earlier, { committed }] of this.#terms) {
      if (earlier < term && index <= committed) this.#violated(committed, earlier, term, index);
    }
  }

  #violated(committed: number, term: number, later: number, index: number): void {
    this.#report(
      'leader-completeness',
      `entry ${committed} was committed in term ${term}; the leader of term ${later} writes its own entry ${index}`,
    );
  }

  #follows(index: number, term: number, before: number, from: bigint): void {
    let terms = this.#before.get(index);
    if (terms === undefined) {
      terms = new Map();
      this.#before.set(index, terms);
    }
    const known = terms.get(term);
    if (known === undefined) terms.set(term, before);
    else if (known !== before) {
      this.#report(
        'log-matching',
        `${from.toString(16)} has entry ${index} of term ${term} after one of term ${before}; it was after one of term ${known}`,
      );
    }
  }
}
