/** Peer URLs as the user typed them. */

/** What is wrong with the URLs, in the words of etcdctl; undefined if nothing is. The server would only say that. */
export function mistakeInUrls(urls: readonly string[]): string | undefined {
  for (const url of urls) {
    const match = /^(\w[\w+.-]*):\/\/([^/?#]*)(.*)$/.exec(url.trim());
    const scheme = match?.[1]?.toLowerCase() ?? '';
    if (!['http', 'https', 'unix', 'unixs'].includes(scheme)) {
      return `URL scheme must be http, https, unix, or unixs: ${url}`;
    }
    if (scheme.startsWith('unix')) continue;
    if (!/^(?:\[[^\]]*\]|[^:]*):[^:]+$/.test(match?.[2] ?? '')) {
      return `URL address does not have the form "host:port": ${url}`;
    }
    if (!/^\/?$/.test(match?.[3] ?? '')) return `URL must not contain a path: ${url}`;
  }
  return undefined;
}
