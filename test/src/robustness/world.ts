// What everything in a run shares: the seed, the clock, the records of what happened, and the judges.
import {
  AnswerJudge,
  History,
  LeaseChecker,
  type Operation,
  type Report,
  RevisionLog,
  type Violation,
} from '@quorate/testkit';

export class World {
  readonly seed: number;
  readonly history = new History();
  readonly log: RevisionLog;
  readonly leases: LeaseChecker;
  readonly answers: AnswerJudge;
  /** Highest revision that somebody wanted compacted. */
  readonly compaction = { asked: 0 };
  readonly counts = new Map<string, number>();
  readonly timeline: string[] = [];
  hasGoMembers = false;
  violation: Violation | undefined;
  /** Told of the first violation. */
  onViolation: () => void = () => {};
  /** What can be judged only when the log of revisions is whole. */
  readonly #later: (() => void)[] = [];
  readonly #startedMs = performance.now();
  readonly #onTrace: ((line: string) => void) | undefined;
  #floor = 0;
  #numbers = 0;

  constructor(seed: number, onTrace?: (line: string) => void) {
    this.seed = seed;
    this.#onTrace = onTrace;
    const nowMs = (): number => this.nowMs();
    this.log = new RevisionLog(this.report, nowMs);
    // Clocks of one machine do not drift apart; the log tells when a deletion was seen, which is never too early.
    this.leases = new LeaseChecker(
      this.log,
      (checker, message) => this.#leaseEnded(checker, message),
      'lease/',
      0,
    );
    this.answers = new AnswerJudge(this.log, this.report);
  }

  /** Time of the run. */
  nowMs(): number {
    return performance.now() - this.#startedMs;
  }

  readonly report: Report = (checker, message) => {
    if (this.violation !== undefined) return;
    this.violation = { checker, message, atMs: this.nowMs() };
    this.trace('checker', `${checker}: ${message.split('\n')[0]}`);
    this.onViolation();
  };

  /** Go etcd 3.4's leader of the past still ends leases that others have renewed (etcd-io/etcd#15247). */
  #leaseEnded(checker: string, message: string): void {
    if (this.hasGoMembers) this.count('lease ended early beside Go etcd');
    else this.report(checker, message);
  }

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  trace(who: string, text: string): void {
    const line = `${(this.nowMs() / 1000).toFixed(3).padStart(9)} ${who.padEnd(9)} ${text}`;
    this.timeline.push(line);
    this.#onTrace?.(line);
  }

  /** Newest revision that anybody knows to have been applied. */
  get floor(): number {
    return Math.max(this.#floor, this.log.last);
  }

  later(judge: () => void): void {
    this.#later.push(judge);
  }

  judgeLater(): void {
    for (const judge of this.#later) {
      if (this.violation !== undefined) return;
      judge();
    }
  }

  nextNumber(): number {
    return this.#numbers++;
  }

  begin(number: number, kind: Operation['kind'], text: string, node: string): Operation {
    const operation: Operation = {
      number,
      kind,
      text,
      node,
      invokedMs: this.nowMs(),
      invoked: this.history.nextOrder(),
      completed: Number.POSITIVE_INFINITY,
      completedMs: Number.POSITIVE_INFINITY,
      outcome: 'pending',
      answer: '',
      floor: this.floor,
      revision: 0,
      values: [],
      registers: [],
    };
    this.history.operations.push(operation);
    return operation;
  }

  settle(operation: Operation, outcome: 'ok' | 'refused' | 'unknown', answer: string): void {
    operation.outcome = outcome;
    operation.answer = answer;
    operation.completed = this.history.nextOrder();
    operation.completedMs = this.nowMs();
    if (outcome === 'ok') this.#floor = Math.max(this.#floor, operation.revision);
    this.count(`answer ${outcome}`);
    if (outcome !== 'ok') this.count(`${outcome}: ${answer.replace(/[0-9.]+:[0-9]+/g, '…').slice(0, 60)}`);
    const took = (operation.completedMs - operation.invokedMs).toFixed(0);
    const line = `#${operation.number} ${operation.text} on ${operation.node}: ${outcome} ${answer} (${took} ms)`;
    // Thousands of them: only in the timeline of a failure.
    this.timeline.push(`${(this.nowMs() / 1000).toFixed(3).padStart(9)} client    ${line}`);
  }
}
