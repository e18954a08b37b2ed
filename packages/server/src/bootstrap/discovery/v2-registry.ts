// The registry behind `--discovery URL`: keys below the URL's path, spoken to in etcd's v2 API. The service is a
// public discovery service, or the v2 API of any etcd.
import type { Clock } from '@quorate/base';
import { DiscoveryFailure, RegistryUnavailable, reasons } from './failures.ts';
import { ExchangeTimeout, HttpExchange, type HttpTold, parseProxyUrl } from './http-exchange.ts';
import type { Registration, Registrations, Registry } from './join-registry.ts';
import { V2_REQUEST_TIMEOUT_MS, V2_WATCH_TIMEOUT_MS } from './limits.ts';

const KEY_NOT_FOUND = 100;
const NODE_EXISTS = 105;

/** A node of a v2 answer, as far as it is of use here. */
interface Node {
  readonly key: string;
  readonly value: string;
  readonly createdIndex: number;
  readonly nodes: readonly Omit<Node, 'nodes'>[];
}

export interface V2RegistryOptions {
  /** `--discovery`: the URL of the service, with the token as its path. */
  readonly url: string;
  /** `--discovery-proxy`. */
  readonly proxy: string;
  readonly clock: Clock;
}

export class V2Registry implements Registry {
  readonly address: string;
  readonly #base: URL;
  readonly #exchange: HttpExchange;

  /** @throws DiscoveryFailure: no such URL or proxy */
  constructor({ url, proxy, clock }: V2RegistryOptions) {
    this.#base = parseDiscoveryUrl(url);
    this.#exchange = new HttpExchange(parseProxyUrl(proxy), clock);
    this.address = `${this.#base.origin}${this.#base.pathname}`;
  }

  async size(): Promise<string> {
    const told = await this.#get('/_config/size', 'quorum=false&recursive=false&sorted=false');
    const error = errorOf(told);
    if (error?.code === KEY_NOT_FOUND) throw new DiscoveryFailure(reasons.sizeNotFound);
    if (error !== undefined) throw new DiscoveryFailure(error.text);
    return nodeOf(told).value;
  }

  async list(): Promise<Registrations> {
    const told = await this.#get('', 'quorum=false&recursive=false&sorted=false');
    const error = errorOf(told);
    if (error?.code === KEY_NOT_FOUND) throw new DiscoveryFailure(reasons.tokenNotFound);
    if (error !== undefined) throw new DiscoveryFailure(error.text);
    const position = Number(told.headers['x-etcd-index']);
    if (!Number.isSafeInteger(position)) throw new DiscoveryFailure(reasons.badEndpoint);
    const members = nodeOf(told)
      .nodes.map((node) => ({ ...node, id: node.key.slice(node.key.lastIndexOf('/') + 1) }))
      .filter(({ id }) => id !== '_config')
      .sort((a, b) => a.createdIndex - b.createdIndex)
      .map(({ id, value }) => ({ id, value }));
    return { members, position };
  }

  async register({ id, value }: Registration): Promise<'registered' | 'taken'> {
    const told = await this.#exchange.ask({
      method: 'PUT',
      url: this.#url(`/${id}`, 'prevExist=false'),
      form: `value=${encodeURIComponent(value)}`,
      timeoutMs: V2_REQUEST_TIMEOUT_MS,
    });
    const error = errorOf(told);
    if (error?.code === NODE_EXISTS) return 'taken';
    if (error !== undefined) throw new DiscoveryFailure(error.text);
    return 'registered';
  }

  async changed(position: number): Promise<void> {
    try {
      // The answer says what has changed; whoever waits reads the list anew, which says it of every case.
      await this.#exchange.ask({
        method: 'GET',
        url: this.#url('', `wait=true&recursive=true&waitIndex=${position + 1}`),
        timeoutMs: V2_WATCH_TIMEOUT_MS,
      });
    } catch (error) {
      if (!(error instanceof ExchangeTimeout)) throw error;
    }
  }

  close(): void {
    // Every request has a connection of its own, which ends with it.
  }

  #get(key: string, query: string): Promise<HttpTold> {
    return this.#exchange.ask({
      method: 'GET',
      url: this.#url(key, query),
      timeoutMs: V2_REQUEST_TIMEOUT_MS,
    });
  }

  #url(key: string, query: string): URL {
    const url = new URL(this.#base);
    url.pathname += key;
    url.search = query;
    return url;
  }
}

/** The URL with a clean path: no double slashes, none at the end. @throws DiscoveryFailure */
export function parseDiscoveryUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new DiscoveryFailure(reasons.invalidUrl);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new DiscoveryFailure(reasons.invalidUrl);
  const path = url.pathname.split('/').filter((part) => part !== '');
  if (path.length === 0) throw new DiscoveryFailure(`${reasons.invalidUrl}: it names no token`);
  url.pathname = `/${path.join('/')}`;
  url.search = '';
  url.hash = '';
  return url;
}

function parsed(told: HttpTold): Record<string, unknown> {
  // A key's answer has nothing but a JSON object; a web page is no discovery service's.
  if (told.body === '') throw new RegistryUnavailable('the answer is empty');
  let value: unknown;
  try {
    value = JSON.parse(told.body);
  } catch {
    throw new DiscoveryFailure(reasons.badEndpoint);
  }
  if (typeof value !== 'object' || value === null) throw new DiscoveryFailure(reasons.badEndpoint);
  return value as Record<string, unknown>;
}

/** The error that an answer carries; undefined when it is a success. @throws DiscoveryFailure, RegistryUnavailable */
export function errorOf(told: HttpTold): { readonly code: number; readonly text: string } | undefined {
  if (told.status === 200 || told.status === 201) return undefined;
  const { errorCode, message, cause, index } = parsed(told);
  if (typeof errorCode !== 'number') throw new DiscoveryFailure(reasons.badEndpoint);
  return { code: errorCode, text: `${errorCode}: ${message} (${cause}) [${index}]` };
}

/** The node that an answer is about. @throws DiscoveryFailure, RegistryUnavailable */
export function nodeOf(told: HttpTold): Node {
  const { node } = parsed(told);
  if (typeof node !== 'object' || node === null) throw new DiscoveryFailure(reasons.badEndpoint);
  const { nodes } = node as Record<string, unknown>;
  const children = Array.isArray(nodes) ? nodes : [];
  return { ...readNode(node), nodes: children.map((child: unknown) => readNode(Object(child) as object)) };
}

/** A node by itself: what may be nested deeper in an answer is of no use here. */
function readNode(node: object): Omit<Node, 'nodes'> {
  const { key, value, createdIndex } = node as Record<string, unknown>;
  return {
    key: typeof key === 'string' ? key : '',
    value: typeof value === 'string' ? value : '',
    createdIndex: typeof createdIndex === 'number' ? createdIndex : 0,
  };
}
