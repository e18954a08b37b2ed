// What a member proposes by itself: its own attributes, the cluster version, expiry of v2 keys and of leases, lease
// checkpoints.
import { type Clock, type EtcdError, hex64 } from '@quorate/base';
import {
  Attributes,
  ClusterMemberAttrSetRequest,
  ClusterVersionSetRequest,
  LeaseCheckpoint,
  LeaseCheckpointRequest,
  LeaseRevokeRequest,
  V2Request,
} from '@quorate/proto';
import type { V2Store } from '@quorate/v2store';
import { attributesPath, CLUSTER_VERSION_PATH, type Cluster } from '../membership/cluster.ts';
import { encodeAttributes } from '../membership/cluster-member.ts';
import {
  clusterVersionText,
  compareVersions,
  parseVersion,
  SERVER_VERSION,
  V3_MEMBERSHIP_VERSION,
  type Version,
} from '../membership/version.ts';
import { V2_SYNC_MS, VERSION_MONITOR_MS } from './limits.ts';
import type { Logger } from './logger.ts';
import type { Submit } from './quota-alarm.ts';
import type { MemberApi } from './seam.ts';
import type { PeerTransport } from './transport.ts';

/** The version of a cluster some of whose members cannot be asked, as long as it has none. */
const MIN_VERSION: Version = { major: 3, minor: 0 };

export interface HousekeepingOptions {
  readonly member: MemberApi & { leasesExpired(count: number): void };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly v2: V2Store;
  readonly cluster: Cluster;
  readonly transport: PeerTransport | undefined;
  readonly clientURLs: readonly string[];
  /** `--cluster-version-limit`. */
  readonly versionLimit: string | undefined;
  readonly abandonRenewals: (ids: readonly bigint[]) => void;
  readonly submit: Submit;
  readonly onPublished: () => void;
}

const ignore = (): void => {};

export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #versionCeiling: Version;
  #stopped = false;
  #published = false;
  #publishing = false;
  #versionInFlight = false;
  #syncInFlight = false;
  #nextSyncMs = 0;
  #nextVersionMs = 0;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    const limit = options.versionLimit === undefined ? undefined : parseVersion(options.versionLimit);
    this.#versionCeiling =
      limit !== undefined && compareVersions(limit, SERVER_VERSION) < 0 ? limit : SERVER_VERSION;
  }

  start(): void {
    this.#publish();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** This member has become the leader and has applied everything before. */
  leads(): void {
    this.#monitorVersion();
  }

  tick(nowMs: number): void {
    if (this.#stopped) return;
    if (!this.#published) this.#publish();
    if (!this.#options.member.isLeader()) return;
    if (nowMs >= this.#nextSyncMs) {
      this.#nextSyncMs = nowMs + V2_SYNC_MS;
      this.#expireV2Keys();
    }
    if (nowMs >= this.#nextVersionMs) {
      this.#nextVersionMs = nowMs + VERSION_MONITOR_MS;
      this.#monitorVersion();
    }
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

  checkpointLeases(records: readonly { readonly id: bigint; readonly remainingTtlSeconds: number }[]): void {
    const checkpoints = records.map(({ id, remainingTtlSeconds }) =>
      LeaseCheckpoint.create({ ID: id, remainingTTL: remainingTtlSeconds }),
    );
    const request = LeaseCheckpointRequest.create({ checkpoints });
    this.#options.submit(
      { kind: 'leaseCheckpoint', request, raw: undefined, requester: undefined },
      ignore,
      () => this.#options.abandonRenewals(records.map((record) => record.id)),
    );
  }

  /** Tells the cluster this member's name and client URLs; repeated until it has worked. */
  #publish(): void {
    const { member, clientURLs, submit, logger, onPublished } = this.#options;
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
    if (this.#usesV3Entries()) {
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

  #usesV3Entries(): boolean {
    const { version } = this.#options.cluster;
    return version !== undefined && compareVersions(version, V3_MEMBERSHIP_VERSION) >= 0;
  }

  /** The leader raises the cluster version to the lowest one among the members. */
  #monitorVersion(): void {
    const { cluster, submit, logger } = this.#options;
    if (this.#versionInFlight || this.#stopped || cluster.downgradeInfo().enabled) return;
    const lowest = this.#lowestVersion();
    const current = cluster.version;
    if (current !== undefined && (lowest === undefined || compareVersions(lowest, current) <= 0)) return;
    const target = clusterVersionText(lowest ?? MIN_VERSION);
    logger.info(current === undefined ? 'setting up initial cluster version' : 'updating cluster version', {
      'cluster-version': target,
    });
    this.#versionInFlight = true;
    const settled = (): void => {
      this.#versionInFlight = false;
    };
    if (this.#usesV3Entries()) {
      const request = ClusterVersionSetRequest.create({ ver: target });
      submit({ kind: 'clusterVersionSet', request, raw: undefined, requester: undefined }, settled, settled);
      return;
    }
    const request = V2Request.create({ method: 'PUT', path: CLUSTER_VERSION_PATH, val: target });
    submit({ kind: 'v2', request, raw: undefined, requester: undefined }, settled, settled);
  }

  /** Undefined while some member's version is unknown. */
  #lowestVersion(): Version | undefined {
    const { cluster, transport } = this.#options;
    let lowest = this.#versionCeiling;
    for (const { id } of cluster.members()) {
      if (id === cluster.localId) continue;
      const text = transport?.versionOf(id);
      const version = text === undefined ? undefined : parseVersion(text);
      if (version === undefined) return undefined;
      if (compareVersions(version, lowest) < 0) lowest = version;
    }
    return lowest;
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
