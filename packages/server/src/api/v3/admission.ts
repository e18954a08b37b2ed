// The door of every call: is this member able to serve it, and does the caller insist on a leader?
import { type EtcdError, errors, type Timer } from '@quorate/base';
import type { CallContext } from '@quorate/wire';
import type { MemberApi } from '../../member/seam.ts';
import { leaderlessElectionTimeouts } from './limits.ts';
import type { ResolvedOptions } from './options.ts';
import { RequestCounter } from './request-counter.ts';

/** A stream that asked for a leader and is ended when there has been none for long. */
export interface LeaderBound {
  /** Ends the stream with this error. */
  abort(error: EtcdError): void;
}

const versionHeader = 'client-api-version';
const leaderHeader = 'hasleader';

export class Admission {
  readonly #member: MemberApi;
  readonly #counter: RequestCounter | undefined;
  readonly #options: ResolvedOptions;
  readonly #leaderBound = new Set<LeaderBound>();
  #monitor: Timer | undefined;
  #leaderlessChecks = 0;

  constructor(member: MemberApi, options: ResolvedOptions) {
    this.#member = member;
    const { observer, clock } = options;
    if (observer !== undefined) this.#counter = new RequestCounter(observer, clock);
    this.#options = options;
  }

  /** Why this unary call may not be served now, if so. A learner serves only what is marked as fit for it. */
  refuseUnary(call: CallContext, fitForLearner: boolean): EtcdError | undefined {
    const member = this.#member;
    if (!fitForLearner && member.isLearner()) return errors.notSupportedForLearner;
    if (this.#counter !== undefined) this.#counter.unary(call.header(versionHeader) ?? 'unknown');
    // The header is looked up only without a leader: with one, the answer is the same.
    if (member.leaderId() === 0n && call.header(leaderHeader) === 'true') return errors.noLeader;
    return undefined;
  }

  /** Why this stream may not be served now, if so. */
  refuseStream(call: CallContext, fitForLearner: boolean): EtcdError | undefined {
    if (!fitForLearner && this.#member.isLearner()) return errors.notSupportedForLearner;
    this.#counter?.stream(call.header(versionHeader) ?? 'unknown');
    if (this.#member.leaderId() === 0n && call.header(leaderHeader) === 'true') return errors.noLeader;
    return undefined;
  }

  /** Why the keys and values of this member may not be given out now, if so. */
  refuseData(): EtcdError | undefined {
    return this.#member.isQuarantined() ? errors.corrupt : undefined;
  }

  /** Watches over an admitted stream if it asked for a leader. Returns the function that ends the watching. */
  bindToLeader(call: CallContext, stream: LeaderBound): (() => void) | undefined {
    if (call.header(leaderHeader) !== 'true') return undefined;
    this.#leaderBound.add(stream);
    if (this.#monitor === undefined) this.#scheduleMonitor();
    return () => {
      this.#leaderBound.delete(stream);
    };
  }

  /** Stops the monitor; for the end of the process and of tests. */
  close(): void {
    this.#counter?.close();
    this.#monitor?.cancel();
    this.#monitor = undefined;
    this.#leaderBound.clear();
  }

  #scheduleMonitor(): void {
    this.#monitor = this.#options.clock.setTimer(this.#options.electionTimeoutMs, () => {
      this.#monitor = undefined;
      this.#leaderlessChecks = this.#member.leaderId() === 0n ? this.#leaderlessChecks + 1 : 0;
      if (this.#leaderlessChecks >= leaderlessElectionTimeouts) {
        const bound = [...this.#leaderBound];
        this.#leaderBound.clear();
        for (const stream of bound) stream.abort(errors.noLeader);
      }
      if (this.#leaderBound.size > 0) this.#scheduleMonitor();
      else this.#leaderlessChecks = 0;
    });
  }
}
