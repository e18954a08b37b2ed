// `--corrupt-check-time`: the leader compares the members' data from time to time, and stops the cluster's writes with
// the alarm CORRUPT when it differs.
import { type Clock, type EtcdError, errors, hex64, type Timer } from '@quorate/base';
import { AlarmAction, AlarmRequest, AlarmType } from '@quorate/proto';
import type { Logger } from '../member/logger.ts';
import type { MemberApi } from '../member/seam.ts';
import { type Difference, differences } from './compare.ts';
import type { AskHash, PeerHash } from './peer-hash.ts';

export interface MonitorOptions {
  readonly member: MemberApi;
  readonly ask: AskHash;
  readonly intervalMs: number;
  /** For one member's answer. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class CorruptionMonitor {
  readonly #options: MonitorOptions;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  start(): void {
    const { member, intervalMs, logger } = this.#options;
    logger.info('enabled corruption checking', {
      'local-member-id': hex64(member.memberId),
      interval: `${intervalMs}ms`,
    });
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #schedule(): void {
    const { clock, intervalMs, logger, member } = this.#options;
    if (this.#stopped) return;
    this.#timer = clock.setTimer(intervalMs, () => {
      if (!member.isLeader()) {
        this.#schedule();
        return;
      }
      this.check().then(
        () => this.#schedule(),
        (error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          if (!this.#stopped) logger.warn('failed to check hash KV', { error: reason });
          this.#schedule();
        },
      );
    });
  }

  /** Compares once, and raises the alarm for what differs. Rejects when the comparison was not possible. */
  async check(): Promise<readonly Difference[]> {
    const { member, ask, timeoutMs, logger } = this.#options;
    const { memberId, clusterId, kv } = member;
    const { hash, compactRevision, hashRevision, currentRevision } = await kv.hashByRevision(0);
    const own: PeerHash = { hash, compactRevision, revision: currentRevision };
    const members = member.membership.members();
    const answers = new Map<bigint, PeerHash>();
    const questions = members.map(async ({ id, peerURLs }) => {
      if (id === memberId) return;
      const answer = await ask({
        urls: peerURLs,
        clusterId,
        revision: hashRevision,
        timeoutMs,
        probe: false,
      });
      if (answer.kind === 'hash') answers.set(id, answer.found);
      else {
        logger.warn('failed hash kv request', {
          'remote-peer-id': hex64(id),
          'requested-revision': hashRevision,
          error: answer.kind === 'failed' ? answer.error : `the revision is ${answer.kind}`,
        });
      }
    });
    await Promise.all(questions);
    // Whatever the others had applied when they answered is committed: now it is applied here, too.
    await readPoint(member);
    if (this.#stopped || !member.isLeader()) throw errors.leaderChanged;
    const found = differences({
      localId: memberId,
      own,
      revision: member.revision(),
      compactRevision: kv.compactRevision,
      answers,
      members: members.length,
    });
    for (const difference of found) this.#raise(difference, own, answers.get(difference.id));
    logger.info('finished peer corruption check', { 'number-of-peers-checked': answers.size });
    return found;
  }

  #raise({ id, reason }: Difference, own: PeerHash, peer: PeerHash | undefined): void {
    const { member, logger } = this.#options;
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
    const isRaised = member
      .alarms()
      .some(({ memberID, alarm }) => memberID === id && alarm === AlarmType.CORRUPT);
    if (isRaised) return;
    const request = AlarmRequest.create({
      action: AlarmAction.ACTIVATE,
      memberID: id,
      alarm: AlarmType.CORRUPT,
    });
    member.propose(
      { kind: 'alarm', request, raw: undefined, requester: undefined },
      {
        cancelled: false,
        done: () => {},
        // It is found again at the next comparison.
        failed: (error: EtcdError) =>
          logger.warn('failed to raise the alarm', { 'member-id': hex64(id), error: error.message }),
      },
    );
  }
}

function readPoint(member: MemberApi): Promise<void> {
  return new Promise((resolve, reject) => {
    member.readBarrier({ cancelled: false, ready: resolve, failed: reject });
  });
}
