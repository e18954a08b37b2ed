/** The v2 keys API: directories, time-to-live, conditions, long-polling watches. */
import { V2Error } from './errors.ts';
import type { V2Http, V2Response } from './http.ts';

/** A key or directory. Property order is that of etcd's JSON. */
export interface V2Node {
  readonly key: string;
  readonly dir?: boolean;
  readonly value?: string;
  readonly nodes?: readonly V2Node[];
  readonly createdIndex: number;
  readonly modifiedIndex: number;
  /** RFC 3339. */
  readonly expiration?: string;
  /** Seconds. */
  readonly ttl?: number;
}

export interface V2Event {
  readonly action: string;
  readonly node: V2Node;
  readonly prevNode?: V2Node;
  /** X-Etcd-Index of the response: the newest index when it was made. */
  readonly index: number;
}

export interface V2CallSettings {
  /** performance.now milliseconds. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface V2SetOptions {
  /** Seconds; 0: forever. */
  readonly ttl?: number;
  readonly dir?: boolean;
  readonly prevExist?: boolean;
  readonly prevValue?: string;
  readonly prevIndex?: number;
  /** Renew the time-to-live without touching the value. */
  readonly refresh?: boolean;
}

export class V2Keys {
  readonly #http: V2Http;

  constructor(http: V2Http) {
    this.#http = http;
  }

  async get(
    key: string,
    options: { recursive?: boolean; sorted?: boolean; quorum?: boolean } = {},
    settings: V2CallSettings = {},
  ): Promise<V2Event> {
    const query = new URLSearchParams({
      quorum: String(options.quorum ?? false),
      recursive: String(options.recursive ?? false),
      sorted: String(options.sorted ?? false),
    });
    return readEvent(await this.#http.send({ ...settings, method: 'GET', path: keyPath(key, query) }));
  }

  async set(
    key: string,
    value: string,
    options: V2SetOptions = {},
    settings: V2CallSettings = {},
  ): Promise<V2Event> {
    const query = new URLSearchParams();
    const form = new URLSearchParams();
    if (options.dir === true) query.set('dir', 'true');
    else if (options.refresh !== true) form.set('value', value);
    if (options.prevExist !== undefined) query.set('prevExist', String(options.prevExist));
    if ((options.prevIndex ?? 0) !== 0) query.set('prevIndex', String(options.prevIndex));
    if ((options.prevValue ?? '') !== '' && options.dir !== true)
      query.set('prevValue', options.prevValue as string);
    if ((options.ttl ?? 0) > 0) form.set('ttl', String(options.ttl));
    if (options.refresh === true) form.set('refresh', 'true');
    const body = form.toString();
    return readEvent(await this.#http.send({ ...settings, method: 'PUT', path: keyPath(key, query), body }));
  }

  /** Creates a key below a directory whose name follows all earlier ones. */
  async createInOrder(
    directory: string,
    value: string,
    options: { ttl?: number } = {},
    settings: V2CallSettings = {},
  ): Promise<V2Event> {
    const form = new URLSearchParams({ value });
    if ((options.ttl ?? 0) > 0) form.set('ttl', String(options.ttl));
    const body = form.toString();
    return readEvent(await this.#http.send({ ...settings, method: 'POST', path: keyPath(directory), body }));
  }

  async delete(
    key: string,
    options: { recursive?: boolean; dir?: boolean; prevValue?: string; prevIndex?: number } = {},
    settings: V2CallSettings = {},
  ): Promise<V2Event> {
    const query = new URLSearchParams();
    if (options.dir === true) query.set('dir', 'true');
    if ((options.prevIndex ?? 0) !== 0) query.set('prevIndex', String(options.prevIndex));
    if ((options.prevValue ?? '') !== '') query.set('prevValue', options.prevValue as string);
    if (options.recursive === true) query.set('recursive', 'true');
    return readEvent(await this.#http.send({ ...settings, method: 'DELETE', path: keyPath(key, query) }));
  }

  /** Changes of a key (or of everything below it) one after the other, from `afterIndex` on; 0: from now on. */
  async *watch(
    key: string,
    options: { recursive?: boolean; afterIndex?: number } = {},
    signal?: AbortSignal,
  ): AsyncGenerator<V2Event> {
    let waitIndex = (options.afterIndex ?? 0) > 0 ? (options.afterIndex as number) + 1 : 0;
    for (;;) {
      const query = new URLSearchParams({
        recursive: String(options.recursive ?? false),
        wait: 'true',
        waitIndex: String(waitIndex),
      });
      const response = await this.#http.send({ method: 'GET', path: keyPath(key, query), signal });
      // A server that gives up waiting answers with nothing.
      if (response.body === '') continue;
      const event = readEvent(response);
      waitIndex = event.node.modifiedIndex + 1;
      yield event;
    }
  }
}

/** The path of a key; each segment is escaped, a trailing slash kept. */
function keyPath(key: string, query?: URLSearchParams): string {
  const segments = key.split('/').filter((segment) => segment !== '');
  const path = ['/v2/keys', ...segments.map(encodeURIComponent)].join('/');
  const slash = key.endsWith('/') && segments.length > 0 ? '/' : '';
  const text = query?.toString() ?? '';
  return text === '' ? path + slash : `${path}${slash}?${text}`;
}

function readEvent(response: V2Response): V2Event {
  if (response.body === '') throw new Error('client: response body is empty');
  let parsed: unknown;
  try {
    parsed = JSON.parse(response.body);
  } catch {
    throw new Error(
      'client: response is invalid json. The endpoint is probably not valid etcd cluster endpoint',
    );
  }
  if (response.status !== 200 && response.status !== 201) {
    const { errorCode, message, cause, index } = parsed as Record<string, unknown>;
    throw new V2Error(Number(errorCode ?? 0), String(message ?? ''), String(cause ?? ''), Number(index ?? 0));
  }
  const index = Number(response.headers['x-etcd-index'] ?? 0);
  return { ...(parsed as Omit<V2Event, 'index'>), index };
}
