// Which way of discovery the settings ask for, and what it finds, for a member that has no log yet.
import { readFileSync } from 'node:fs';
import { type Clock, FatalError, hex64 } from '@quorate/base';
import type { ClientTlsOptions } from '@quorate/wire';
import type { DiscoverySettings, V3DiscoverySettings } from '../../config/discovery-settings.ts';
import type { Logger } from '../../member/logger.ts';
import { newMember } from '../../membership/cluster-member.ts';
import { initialClusterText, parseMemberUrls } from '../urls.ts';
import { type DnsResolver, dnsResolver, srvCluster } from './dns-srv.ts';
import { DiscoveryFailure, reasons } from './failures.ts';
import { joinRegistry, type Registry } from './join-registry.ts';
import { systemRoots } from './system-roots.ts';
import { V2Registry } from './v2-registry.ts';
import { V3Registry } from './v3-registry.ts';

/** What takes the place of `--initial-cluster` and `--initial-cluster-token`. */
export interface DiscoveredCluster {
  readonly initialCluster: string;
  readonly initialClusterToken: string;
}

/**
 * Finds the initial cluster; may wait for the other members as long as it takes.
 * @param resuming the member has an empty log, made in an earlier run after it had registered
 * @throws FatalError (rejects) with etcd's reasons
 */
export type Discover = (resuming: boolean) => Promise<DiscoveredCluster>;

/** What discovery has to know of a member. */
export interface DiscoveringMember {
  readonly name: string;
  /** `--initial-advertise-peer-urls`. */
  readonly initialAdvertisePeerUrls: readonly string[];
  readonly initialClusterToken: string;
  readonly initialClusterState: 'new' | 'existing';
  readonly discovery: DiscoverySettings;
}

export interface DiscoveryParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: the system's. */
  readonly resolver?: DnsResolver;
}

/** @returns undefined when the settings ask for no discovery */
export function createDiscovery(member: DiscoveringMember, parts: DiscoveryParts): Discover | undefined {
  switch (member.discovery.kind) {
    case 'none':
      return undefined;
    case 'srv':
      return () => discoverBySrv(member, parts);
    default:
      return (resuming) => discoverByRegistry(member, parts, resuming);
  }
}

async function discoverBySrv(member: DiscoveringMember, parts: DiscoveryParts): Promise<DiscoveredCluster> {
  const { discovery, name, initialAdvertisePeerUrls: peerURLs, initialClusterToken } = member;
  if (discovery.kind !== 'srv') throw new TypeError('not discovery by SRV records');
  const { domain, serviceName } = discovery;
  const { logger, resolver = dnsResolver() } = parts;
  try {
    const initialCluster = await srvCluster({ domain, serviceName, name, peerURLs, resolver, logger });
    logger.info('got bootstrap from DNS for etcd-server', { 'initial-cluster': initialCluster });
    return { initialCluster, initialClusterToken };
  } catch (error) {
    if (!(error instanceof DiscoveryFailure)) throw error;
    throw new FatalError(`error setting up initial cluster: ${error.message}`, { cause: error });
  }
}

async function discoverByRegistry(
  member: DiscoveringMember,
  parts: DiscoveryParts,
  resuming: boolean,
): Promise<DiscoveredCluster> {
  const { discovery, name } = member;
  if (discovery.kind !== 'v2' && discovery.kind !== 'v3') throw new TypeError('not discovery by a registry');
  if (member.initialClusterState === 'existing') {
    throw new FatalError('discovery URL should not be set when joining existing initial cluster');
  }
  const initialClusterToken = discovery.kind === 'v2' ? discovery.url : discovery.token;
  const peerURLs = parseMemberUrls(member.initialAdvertisePeerUrls);
  const id = hex64(newMember(name, peerURLs, initialClusterToken).id);
  const value = initialClusterText(new Map([[name, peerURLs]]));
  let registry: Registry | undefined;
  try {
    registry =
      discovery.kind === 'v2'
        ? new V2Registry({ ...discovery, clock: parts.clock })
        : new V3Registry({
            ...discovery,
            tls: v3Tls(discovery),
            secure: isSecure(discovery),
            clock: parts.clock,
          });
    const initialCluster = await joinRegistry(registry, { id, value }, { ...parts, resuming });
    return { initialCluster, initialClusterToken };
  } catch (error) {
    if (!(error instanceof DiscoveryFailure)) throw error;
    advise(error, member, parts.logger);
    throw new FatalError(`failed to join discovery cluster (${reasonFor(error, discovery)})`, {
      cause: error,
    });
  } finally {
    registry?.close();
  }
}

function reasonFor(error: DiscoveryFailure, discovery: DiscoverySettings): string {
  if (error.message !== reasons.fullCluster || discovery.kind !== 'v2' || discovery.fallback !== 'proxy') {
    return error.message;
  }
  return `${error.message}, and --discovery-fallback=proxy is not supported by this release`;
}

/** What an operator should look at, as etcd says it. */
function advise(error: DiscoveryFailure, member: DiscoveringMember, logger: Logger): void {
  const token = member.discovery.kind === 'v3' ? member.discovery.token : 'of --discovery';
  const fields = { name: member.name, 'discovery-token': token, error: error.message };
  if (error.message === reasons.duplicateId) {
    logger.warn('member has been registered with discovery service', fields);
    logger.warn('check data dir if previous bootstrap succeeded');
    logger.warn('or use a new discovery token if previous bootstrap failed');
  } else if (error.message === reasons.duplicateName) {
    logger.warn('member with duplicated name has already been registered', fields);
    logger.warn('do not reuse discovery token; generate a new one to bootstrap a cluster');
  } else {
    logger.warn('failed to bootstrap by discovery', fields);
  }
}

// ----------------------------------------------------------------------------------------------------------- v3 TLS

function isSecure({ certFile, keyFile, caFile, insecureTransport }: V3DiscoverySettings): boolean {
  return !insecureTransport || certFile !== '' || keyFile !== '' || caFile !== '';
}

function v3Tls({ certFile, keyFile, caFile, insecureSkipVerify }: V3DiscoverySettings): ClientTlsOptions {
  const read = (what: string, path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (cause) {
      throw new FatalError(`cannot read the ${what} of v3 discovery: ${(cause as Error).message}`, { cause });
    }
  };
  return {
    ca: caFile === '' ? systemRoots() : read('CA bundle', caFile),
    ...(certFile === '' ? {} : { cert: read('certificate', certFile), key: read('key', keyFile) }),
    ...(insecureSkipVerify ? { rejectUnauthorized: false } : {}),
  };
}
