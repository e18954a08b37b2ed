// From URLs of the settings to listening sockets.
import { FatalError } from '@quorate/base';
import type { ListenAddress, Listener, ServerTlsOptions, WireServer } from '@quorate/wire';
import type { ListenUrl } from '../config/index.ts';

function isTlsUrl(url: ListenUrl): boolean {
  return url.scheme === 'https' || url.scheme === 'unixs';
}

/** The address to bind for a URL. `localhost` is 127.0.0.1, as Go chooses it. */
function bindAddress(url: ListenUrl): ListenAddress {
  if (url.path !== '') return { path: url.path };
  const host = url.host === 'localhost' ? '127.0.0.1' : url.host === '' ? '::' : url.host;
  return { host, port: url.port };
}

/**
 * Opens the listeners of some URLs. @throws FatalError saying which URL cannot be had
 */
export async function listenAll(
  server: WireServer,
  urls: readonly ListenUrl[],
  tls: ServerTlsOptions | undefined,
  serve: NonNullable<ListenAddress['serve']> = 'all',
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const url of urls) {
    const twin = urls.find(
      (other) =>
        other !== url && other.host === url.host && other.port === url.port && other.path === url.path,
    );
    // http and https on one port share a listener, which the https URL opens.
    if (twin !== undefined && isTlsUrl(twin) && !isTlsUrl(url)) continue;
    if (isTlsUrl(url) && tls === undefined) {
      throw new FatalError(`cannot listen on TLS for ${url.url}: KeyFile and CertFile are not presented`);
    }
    try {
      listeners.push(
        await server.listen({
          ...bindAddress(url),
          tls: isTlsUrl(url) ? (tls ?? false) : false,
          plainToo: twin !== undefined && !isTlsUrl(twin),
          serve,
        }),
      );
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const where = url.path === '' ? `${url.host}:${url.port}` : url.path;
      const reason = code === 'EADDRINUSE' ? 'bind: address already in use' : message;
      throw new FatalError(`listen ${url.path === '' ? 'tcp' : 'unix'} ${where}: ${reason}`, {
        cause: error,
      });
    }
  }
  return listeners;
}
