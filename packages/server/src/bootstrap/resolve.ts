// Whether two lists of member URLs mean the same addresses, host names resolved.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** A URL with its host as an address; as it is when the name cannot be resolved. */
async function resolved(url: string): Promise<string> {
  const match = /^(https?:\/\/)(\[[^\]]*\]|[^:]*)(:.*)$/.exec(url);
  if (match === null) return url;
  const [, scheme, host, rest] = match as unknown as [string, string, string, string];
  const name = host.replace(/^\[|\]$/g, '');
  if (isIP(name) !== 0) return url;
  try {
    const { address, family } = await lookup(name);
    return `${scheme}${family === 6 ? `[${address}]` : address}${rest}`;
  } catch {
    return url;
  }
}

/** Compares as etcd does: literally, then by resolved addresses, in any order. */
export async function sameAddresses(a: readonly string[], b: readonly string[]): Promise<boolean> {
  if (a.length !== b.length) return false;
  if ([...a].sort().join() === [...b].sort().join()) return true;
  const [left, right] = await Promise.all([Promise.all(a.map(resolved)), Promise.all(b.map(resolved))]);
  return left.sort().join() === right.sort().join();
}
