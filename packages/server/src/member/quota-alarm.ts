// The NOSPACE alarm of this member: raised through the log by a write that does not fit, and, beyond etcd, lowered by
// itself when there is space again.
import { type Clock, type EtcdError, errors } from '@quorate/base';
import { AlarmAction, AlarmRequest, AlarmType } from '@quorate/proto';
import type { Alarms } from '../apply/alarms.ts';
import type { InternalOp } from '../apply/internal-op.ts';
import type { Quota } from '../apply/quota.ts';
import { ALARM_CLEAR_MS } from './limits.ts';
import type { Logger } from './logger.ts';
import type { ApplyResult, RaftOp, ResultSink } from './seam.ts';

/** Proposes something of the member's own. */
export type Submit = (
  op: RaftOp | InternalOp,
  done: (result: ApplyResult) => void,
  failed: (error: EtcdError) => void,
) => void;

export interface QuotaAlarmOptions {
  readonly memberId: bigint;
  readonly alarms: Alarms;
  readonly quota: Quota;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly submit: Submit;
  readonly cluster: { isRemoved(id: bigint): boolean };
  readonly isLeader: () => boolean;
}

export class QuotaAlarm {
  readonly #options: QuotaAlarmOptions;
  /** Writes that went over the quota; told once the alarm is raised. */
  #waiting: ResultSink[] = [];
  #raising = false;
  #clearing = false;
  /** Whether the alarm is this member's own doing (raised by it, now or before the start) and not an operator's. */
  #isOwn = false;
  #nextClearMs: number;

  constructor(options: QuotaAlarmOptions) {
    this.#options = options;
    this.#nextClearMs = options.clock.nowMs() + ALARM_CLEAR_MS;
  }

  /** Tells `sink` noSpace once every member knows of the alarm. */
  raise(sink: ResultSink | undefined): void {
    const { alarms, quota, logger } = this.#options;
    if (alarms.noSpace) {
      if (sink !== undefined && !sink.cancelled) sink.failed(errors.noSpace);
      return;
    }
    if (sink !== undefined) this.#waiting.push(sink);
    if (this.#raising) return;
    this.#raising = true;
    this.#isOwn = true;
    logger.warn('message exceeded backend quota; raising alarm', { 'quota-size-bytes': quota.limitBytes });
    const settled = (): void => {
      this.#raising = false;
      this.abandon();
    };
    this.#submit(AlarmAction.ACTIVATE, settled);
  }

  /** Everything of the time before the start has been applied. */
  caughtUp(): void {
    const { alarms, memberId } = this.#options;
    this.#isOwn ||= alarms.find(memberId, AlarmType.NOSPACE) !== undefined;
  }

  /** Lowers the alarm when usage has come down; to be called now and then. */
  tick(nowMs: number): void {
    if (nowMs < this.#nextClearMs) return;
    this.#nextClearMs = nowMs + ALARM_CLEAR_MS;
    const { alarms, memberId, quota, logger } = this.#options;
    this.#clearOrphans();
    if (this.#clearing || !this.#isOwn || alarms.find(memberId, AlarmType.NOSPACE) === undefined) return;
    if (!quota.hasRecovered()) return;
    this.#clearing = true;
    logger.info('usage is below the quota again; disarming alarm', { alarm: 'NOSPACE' });
    this.#submit(AlarmAction.DEACTIVATE, () => {
      this.#clearing = false;
    });
  }

  /** The leader lowers the alarms of removed members: they have nothing any more that could be full. */
  #clearOrphans(): void {
    const { alarms, cluster, isLeader } = this.#options;
    if (!isLeader()) return;
    for (const { memberID } of alarms.list(AlarmType.NOSPACE)) {
      if (cluster.isRemoved(memberID)) this.#submit(AlarmAction.DEACTIVATE, () => {}, memberID);
    }
  }

  /** Tells everybody who waits for the alarm. */
  abandon(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const sink of waiting) if (!sink.cancelled) sink.failed(errors.noSpace);
  }

  #submit(action: number, settled: () => void, memberID = this.#options.memberId): void {
    const request = AlarmRequest.create({ action, memberID, alarm: AlarmType.NOSPACE });
    this.#options.submit({ kind: 'alarm', request, raw: undefined, requester: undefined }, settled, settled);
  }
}
