// `--discovery-srv`: the initial cluster out of DNS SRV records.
import { lookup, Resolver } from 'node:dns/promises';
import type { Logger } from '../../member/logger.ts';
import { DiscoveryFailure } from './failures.ts';

export interface SrvRecord {
  /** Host name, with or without the final dot. */
  readonly name: string;
  readonly port: number;
}

/** What is asked of DNS. */
export interface DnsResolver {
  /** SRV records of a full service name. */
  srv(name: string): Promise<readonly SrvRecord[]>;
  /** Address of a host, IPv4 where it has one. */
  address(host: string): Promise<string>;
}

export interface SrvOptions {
  readonly domain: string;
  /** `--discovery-srv-name`. */
  readonly serviceName: string;
  /** Name of this member. */
  readonly name: string;
  /** `--initial-advertise-peer-urls`: what this member is found by among the records. */
  readonly peerURLs: readonly string[];
  readonly resolver: DnsResolver;
  readonly logger: Logger;
}

/** The system's resolver, or one that asks the given servers (`address:port`) for SRV records. */
export function dnsResolver(servers: readonly string[] = []): DnsResolver {
  const resolver = new Resolver();
  if (servers.length > 0) resolver.setServers(servers);
  return {
    srv: (name) => resolver.resolveSrv(name),
    address: async (host) => {
      const found = await lookup(host, { all: true });
      const best = found.find(({ family }) => family === 4) ?? found[0];
      if (best === undefined) throw new Error(`lookup ${host}: no such host`);
      return best.address;
    },
  };
}

interface OwnUrl {
  readonly url: string;
  readonly scheme: string;
}

/**
 * Looks the members up. Records that resolve to one of our peer URLs are this member; the others get numbers for names,
 * which they replace when they publish themselves. @throws DiscoveryFailure (rejects)
 */
export async function srvCluster(options: SrvOptions): Promise<string> {
  const { name, domain, logger } = options;
  const suffix = options.serviceName === '' ? '' : `-${options.serviceName}`;
  const own = await ownAddresses(options);
  const found: string[] = [];
  const problems: string[] = [];
  let unnamed = 0;
  for (const [service, scheme] of [
    [`etcd-server-ssl${suffix}`, 'https'],
    [`etcd-server${suffix}`, 'http'],
  ] as const) {
    const members: string[] = [];
    const failures: string[] = [];
    for (const record of await records(options.resolver, service, domain, failures)) {
      const host = record.name.replace(/\.$/, '');
      const url = `${scheme}://${withPort(host, record.port)}`;
      const address = await options.resolver.address(host).catch((error: Error) => {
        failures.push(reasonOf(error, host));
        return undefined;
      });
      if (address === undefined) continue;
      const ours = own.get(withPort(address, record.port));
      if (ours === undefined) members.push(`${unnamed++}=${url}`);
      else if (ours.scheme === scheme) members.push(`${name}=${url}`);
      else {
        failures.push(
          `bootstrap at ${url} from DNS for ${service} has scheme mismatch with expected peer ${ours.url}`,
        );
      }
    }
    const problem = `error querying DNS SRV records for _${service} ${failures.join(', ')}`;
    if (members.length === 0) problems.push(problem);
    logger.info(`get cluster for ${service.replace(suffix, '')} SRV`, {
      'service-scheme': scheme,
      'service-name': service,
      'server-name': name,
      'discovery-srv': domain,
      'advertise-peer-urls': options.peerURLs,
      'found-cluster': members,
      ...(failures.length === 0 ? {} : { error: problem }),
    });
    found.push(...members);
  }
  if (found.length === 0) throw new DiscoveryFailure(problems.join('; '));
  if (!found.some((pair) => pair.startsWith(`${name}=`))) {
    throw new DiscoveryFailure(`cannot find local etcd member "${name}" in SRV records`);
  }
  return found.join(',');
}

async function records(
  resolver: DnsResolver,
  service: string,
  domain: string,
  failures: string[],
): Promise<readonly SrvRecord[]> {
  const name = `_${service}._tcp.${domain}`;
  try {
    const found = await resolver.srv(name);
    if (found.length === 0) failures.push(`lookup ${name}: no such host`);
    return found;
  } catch (error) {
    failures.push(reasonOf(error as Error, name));
    return [];
  }
}

/** In Go's words, where it has its own for the case. */
function reasonOf(error: NodeJS.ErrnoException, name: string): string {
  const isMissing = error.code === 'ENOTFOUND' || error.code === 'ENODATA';
  return `lookup ${name}: ${isMissing ? 'no such host' : error.message}`;
}

async function ownAddresses({ peerURLs, resolver }: SrvOptions): Promise<ReadonlyMap<string, OwnUrl>> {
  const own = new Map<string, OwnUrl>();
  for (const url of peerURLs) {
    const match = /^(https?):\/\/(\[[^\]]*\]|[^:/]*):(\d+)\/?$/.exec(url);
    if (match === null) continue; // a unix socket is in no DNS
    const [, scheme, host, port] = match as unknown as [string, string, string, string];
    const bare = host.replace(/^\[|\]$/g, '');
    let address: string;
    try {
      address = await resolver.address(bare);
    } catch (error) {
      throw new DiscoveryFailure(reasonOf(error as Error, bare));
    }
    own.set(withPort(address, Number(port)), { url, scheme });
  }
  return own;
}

function withPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
