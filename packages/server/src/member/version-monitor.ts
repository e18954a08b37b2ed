// What the leader does about the cluster version: raises it to the lowest of the members' versions, lowers it for a
// downgrade, and ends a downgrade that has come to its end.
import { ClusterVersionSetRequest, V2Request } from '@quorate/proto';
import { CLUSTER_VERSION_PATH, type Cluster } from '../membership/cluster.ts';
import {
  clusterVersionText,
  compareVersions,
  parseVersion,
  SERVER_VERSION,
  V3_MEMBERSHIP_VERSION,
  type Version,
} from '../membership/version.ts';
import { decideVersion, isDowngraded } from '../membership/version-decision.ts';
import { VERSION_MONITOR_MS } from './limits.ts';
import type { Logger } from './logger.ts';
import type { Submit } from './quota-alarm.ts';
import type { PeerTransport } from './transport.ts';

export interface VersionMonitorOptions {
  readonly logger: Logger;
  readonly cluster: Cluster;
  readonly transport: PeerTransport | undefined;
  /** `--cluster-version-limit`. */
  readonly versionLimit: string | undefined;
  /** `--downgrade-check-time`. */
  readonly downgradeCheckMs: number;
  readonly submit: Submit;
}

export class VersionMonitor {
  readonly #options: VersionMonitorOptions;
  readonly #ownVersion: Version;
  #inFlight = false;
  #nextMs = 0;
  #nextDowngradeMs = 0;

  constructor(options: VersionMonitorOptions) {
    this.#options = options;
    const limit = options.versionLimit === undefined ? undefined : parseVersion(options.versionLimit);
    this.#ownVersion =
      limit !== undefined && compareVersions(limit, SERVER_VERSION) < 0 ? limit : SERVER_VERSION;
  }

  /** To be called while this member leads. */
  tick(nowMs: number): void {
    if (nowMs >= this.#nextMs) {
      this.#nextMs = nowMs + VERSION_MONITOR_MS;
      this.look();
    }
    if (nowMs >= this.#nextDowngradeMs) {
      this.#nextDowngradeMs = nowMs + this.#options.downgradeCheckMs;
      this.#endDowngrade();
    }
  }

  /** Changes the cluster version if it should be another one. */
  look(): void {
    const { cluster, submit, logger } = this.#options;
    if (this.#inFlight) return;
    const { enabled, targetVersion } = cluster.downgradeInfo();
    const next = decideVersion({
      current: cluster.version,
      lowest: this.#lowestVersion(),
      target: enabled ? parseVersion(targetVersion) : undefined,
    });
    if (next === undefined) return;
    const ver = clusterVersionText(next);
    logger.info(
      cluster.version === undefined ? 'setting up initial cluster version' : 'updating cluster version',
      { 'cluster-version': ver },
    );
    this.#inFlight = true;
    const settled = (): void => {
      this.#inFlight = false;
    };
    // Both before and after it the entry must be one that the members know.
    if (cluster.usesV3Entries() && compareVersions(next, V3_MEMBERSHIP_VERSION) >= 0) {
      const request = ClusterVersionSetRequest.create({ ver });
      submit({ kind: 'clusterVersionSet', request, raw: undefined, requester: undefined }, settled, settled);
      return;
    }
    const request = V2Request.create({ method: 'PUT', path: CLUSTER_VERSION_PATH, val: ver });
    submit({ kind: 'v2', request, raw: undefined, requester: undefined }, settled, settled);
  }

  #endDowngrade(): void {
    const { cluster, submit, logger } = this.#options;
    const { enabled, targetVersion } = cluster.downgradeInfo();
    if (!enabled || this.#inFlight) return;
    if (!isDowngraded(targetVersion, [...this.#versions()])) return;
    logger.info('the cluster has been downgraded', { 'cluster-version': targetVersion });
    this.#inFlight = true;
    const settled = (): void => {
      this.#inFlight = false;
    };
    const request = { enabled: false, targetVersion: '' };
    submit({ kind: 'downgradeInfoSet', request, raw: undefined, requester: undefined }, settled, settled);
  }

  /** Of all members, ours first; undefined for those whose version is not known. */
  *#versions(): Iterable<string | undefined> {
    const { cluster, transport } = this.#options;
    yield clusterVersionText(this.#ownVersion);
    for (const { id } of cluster.members()) if (id !== cluster.localId) yield transport?.versionOf(id);
  }

  /** Undefined while some member's version is unknown. */
  #lowestVersion(): Version | undefined {
    let lowest = this.#ownVersion;
    for (const text of this.#versions()) {
      const version = text === undefined ? undefined : parseVersion(text);
      if (version === undefined) return undefined;
      if (compareVersions(version, lowest) < 0) lowest = version;
    }
    return lowest;
  }
}
