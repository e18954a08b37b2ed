// Member URLs and `--initial-cluster` lists, with etcd's rules and texts.
import { FatalError } from '@quorate/base';

/** Peer URLs by member name, as `--initial-cluster` gives them; URLs sorted. */
export type InitialCluster = ReadonlyMap<string, readonly string[]>;

const SCHEMES = new Set(['http', 'https', 'unix', 'unixs']);

/** Whether the text ends in `host:port` as Go's net.SplitHostPort takes it. */
function hasPort(host: string): boolean {
  if (host.startsWith('[')) return /^\[[^\]]*\]:[^:[\]]*$/.test(host);
  return /^[^:[\]]*:[^:[\]]*$/.test(host);
}

/**
 * Checks URLs of a member: scheme http, https, unix or unixs, `host:port`, no path.
 * Returns them trimmed and sorted. @throws FatalError
 */
export function parseMemberUrls(urls: readonly string[]): string[] {
  if (urls.length === 0) throw new FatalError('no valid URLs given');
  const parsed = urls.map((given) => {
    const url = given.trim();
    const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/.exec(url);
    const scheme = match?.[1]?.toLowerCase() ?? '';
    if (match === null || !SCHEMES.has(scheme)) {
      throw new FatalError(`URL scheme must be http, https, unix, or unixs: ${url}`);
    }
    const host = (match[2] as string).replace(/^[^@]*@/, '');
    if (!hasPort(host)) {
      throw new FatalError(`URL address does not have the form "host:port": ${url}`);
    }
    if (match[3] !== '') throw new FatalError(`URL must not contain a path: ${url}`);
    return `${scheme}${url.slice(scheme.length)}`;
  });
  return parsed.sort();
}

/** Parses `name=url,name=url,…`; a name may come several times. @throws FatalError */
export function parseInitialCluster(text: string): InitialCluster {
  const urls = new Map<string, string[]>();
  for (const item of text.split(',')) {
    if (item === '') continue;
    const equals = item.indexOf('=');
    const name = equals < 0 ? item : item.slice(0, equals);
    const url = equals < 0 ? '' : item.slice(equals + 1);
    const list = urls.get(name);
    if (list === undefined) urls.set(name, [url]);
    else list.push(url);
  }
  return new Map([...urls].map(([name, list]) => [name, parseMemberUrls(list)]));
}

/** `name=url,name=url`, sorted: how etcd prints the list. */
export function initialClusterText(cluster: InitialCluster): string {
  const pairs: string[] = [];
  for (const [name, urls] of cluster) for (const url of urls) pairs.push(`${name}=${url}`);
  return pairs.sort().join(',');
}

/** Refuses a list without this member, with other URLs for it, or with a URL twice. @throws FatalError */
export function verifyInitialCluster(
  cluster: InitialCluster,
  name: string,
  advertisedPeerURLs: readonly string[],
): void {
  const own = cluster.get(name);
  if (own === undefined) {
    throw new FatalError(`couldn't find local name "${name}" in the initial cluster configuration`);
  }
  const advertised = parseMemberUrls(advertisedPeerURLs);
  const unadvertised = own.filter((url) => !advertised.includes(url));
  if (unadvertised.length > 0) {
    const missing = unadvertised.map((url) => `${name}=${url}`).join(',');
    throw new FatalError(
      `--initial-cluster has ${missing} but missing from --initial-advertise-peer-urls=${advertised.join(',')}`,
    );
  }
  const unlisted = advertised.filter((url) => !own.includes(url));
  if (unlisted.length > 0) {
    throw new FatalError(
      `--initial-advertise-peer-urls has ${unlisted.join(',')} but missing from --initial-cluster=${initialClusterText(cluster)}`,
    );
  }
  const all = [...cluster.values()].flat();
  if (new Set(all).size !== all.length) {
    throw new FatalError(`initial cluster ${initialClusterText(cluster)} has duplicate url`);
  }
}
