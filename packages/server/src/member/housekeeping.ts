// What a member proposes by itself: its own attributes, expiry of v2 keys and of leases, lease checkpoints, and, through
// the version monitor, the cluster version.
import { type Clock, type EtcdError, hex64 } from '@quorate/base';
import {
  Attributes,
  ClusterMemberAttrSetRequest,
  LeaseCheckpoint,
  LeaseCheckpointRequest,
  LeaseRevokeRequest,
  V2Request,
} from '@quorate/proto';
import type { V2Store } from '@quorate/v2store';
import type { LeaseCheckpointRecord } from '../lease/lessor.ts';
import { attributesPath } from '../membership/cluster.ts';
import { encodeAttributes } from '../membership/cluster-member.ts';
import { V2_SYNC_MS } from './limits.ts';
import type { MemberApi } from './seam.ts';
import { VersionMonitor, type VersionMonitorOptions } from './version-monitor.ts';

export interface HousekeepingOptions extends VersionMonitorOptions {
  readonly member: MemberApi & { leasesExpired(count: number): void };
  readonly clock: Clock;
  readonly v2: V2Store;
  readonly clientURLs: readonly string[];
  readonly checkpointEnded: (records: readonly LeaseCheckpointRecord[], isApplied: boolean) => void;
  readonly onPublished: () => void;
}

const ignore = (): void => {};

export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #versions: VersionMonitor;
  #stopped = false;
  #published = false;
  #publishing = false;
  #syncInFlight = false;
  #nextSyncMs = 0;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    this.#versions = new VersionMonitor(options);
  }

  start(): void {
    this.#publish();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** There is a leader that can be proposed to. */
  leaderKnown(): void {
    if (!this.#stopped) this.#publish();
  }

  /** This member has become the leader and has applied everything before. */
  leads(): void {
    if (!this.#stopped) this.#versions.look();
  }

  tick(nowMs: number): void {
    if (this.#stopped) return;
    if (!this.#published) this.#publish();
    if (!this.#options.member.isLeader()) return;
    if (nowMs >= this.#nextSyncMs) {
      this.#nextSyncMs = nowMs + V2_SYNC_MS;
      this.#expireV2Keys();
    }
    this.#versions.tick(nowMs);
  }

  /** Revokes expired leases through the log, once it is certain that this member still leads. */
  revokeExpired(ids: readonly bigint[]): void {
    const { member, submit, logger } = this.#options;
    member.readBarrier({
      cancelled: false,
      ready: () => {
        if (!member.isLeader()) return;
        for (const id of ids) {
          const request = LeaseRevokeRequest.create({ ID: id });
          submit(
            { kind: 'leaseRevoke', request, raw: undefined, requester: undefined },
            () => member.leasesExpired(1),
            (error) => {
              logger.warn('failed to revoke lease', { 'lease-id': hex64(id), error: error.message });
            },
          );
        }
      },
      // They are named again after a while if they are still there.
      failed: ignore,
    });
  }

  checkpointLeases(records: readonly LeaseCheckpointRecord[]): void {
    const checkpoints = records.map(({ id, remainingTtlSeconds }) =>
      LeaseCheckpoint.create({ ID: id, remainingTTL: remainingTtlSeconds }),
    );
    const request = LeaseCheckpointRequest.create({ checkpoints });
    this.#options.submit(
      { kind: 'leaseCheckpoint', request, raw: undefined, requester: undefined },
      () => this.#options.checkpointEnded(records, true),
      () => this.#options.checkpointEnded(records, false),
    );
  }

  /** Tells the cluster this member's name and client URLs; repeated until it has worked. */
  #publish(): void {
    const { member, cluster, clientURLs, submit, logger, onPublished } = this.#options;
    if (this.#publishing || this.#published || member.leaderId() === 0n) return;
    this.#publishing = true;
    const attributes = { name: member.name, clientURLs };
    const path = attributesPath(member.memberId);
    const done = (): void => {
      this.#publishing = false;
      this.#published = true;
      logger.info('published local member to cluster through raft', {
        'local-member-id': hex64(member.memberId),
        'local-member-attributes': `{Name:${member.name} ClientURLs:[${clientURLs.join(' ')}]}`,
        'request-path': path,
        'cluster-id': hex64(member.clusterId),
      });
      onPublished();
    };
    const failed = (error: EtcdError): void => {
      this.#publishing = false;
      if (this.#stopped) return;
      logger.warn('failed to publish local member to cluster through raft', {
        'local-member-id': hex64(member.memberId),
        'request-path': path,
        error: error.message,
      });
    };
    if (cluster.usesV3Entries()) {
      const request = ClusterMemberAttrSetRequest.create({
        memberID: member.memberId,
        memberAttributes: Attributes.create({ name: member.name, clientUrls: [...clientURLs] }),
      });
      submit({ kind: 'clusterMemberAttrSet', request, raw: undefined, requester: undefined }, done, failed);
      return;
    }
    const request = V2Request.create({ method: 'PUT', path, val: encodeAttributes(attributes) });
    submit({ kind: 'v2', request, raw: undefined, requester: undefined }, done, failed);
  }

  /** v2 keys expire by the time in a SYNC entry, on all members alike; one is written only when a key is due. */
  #expireV2Keys(): void {
    const { v2, clock, submit } = this.#options;
    const next = v2.nextExpiration;
    const nowMs = clock.wallMs();
    if (this.#syncInFlight || next === undefined || next.seconds * 1000 > nowMs) return;
    this.#syncInFlight = true;
    const settled = (): void => {
      this.#syncInFlight = false;
    };
    const time = BigInt(Math.floor(nowMs)) * 1_000_000n;
    const request = V2Request.create({ method: 'SYNC', time });
    submit({ kind: 'v2', request, raw: undefined, requester: undefined }, settled, settled);
  }
}
