// The URLs a member may be given: scheme, host and port, nothing else (etcd's pkg/types URLs).

const schemes: ReadonlySet<string> = new Set(['http:', 'https:', 'unix:', 'unixs:']);

/** The URLs in sorted order, or undefined when the list is empty or one of them is no address of a peer. */
export function parsePeerUrls(texts: readonly string[]): readonly string[] | undefined {
  if (texts.length === 0) return undefined;
  const urls: string[] = [];
  for (const text of texts) {
    const trimmed = text.trim();
    if (!isPeerUrl(trimmed)) return undefined;
    urls.push(trimmed);
  }
  return urls.sort();
}

function isPeerUrl(text: string): boolean {
  const match = /^([a-z]+:)\/\/([^/?#]*)(.*)$/.exec(text);
  if (match === null) return false;
  const [, scheme, host, rest] = match as unknown as [string, string, string, string];
  if (!schemes.has(scheme)) return false;
  if (scheme.startsWith('unix')) return host.length + rest.length > 0;
  // Host and port must both be there; a path, even a lone slash, must not.
  return rest === '' && /^(\[[0-9a-fA-F:.%]+\]|[^:[\]\s@]*):\d{1,5}$/.test(host) && portOf(host) <= 65_535;
}

function portOf(host: string): number {
  return Number(host.slice(host.lastIndexOf(':') + 1));
}
