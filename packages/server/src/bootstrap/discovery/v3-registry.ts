// The registry behind `--discovery-token` and `--discovery-endpoints`: keys of any etcd, in its v3 API.
import { posix } from 'node:path';
import { prefixRangeEnd, utf8Bytes, utf8Text } from '@quorate/base';
import {
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  services,
  WatchCreateRequest,
  WatchRequest,
  WatchResponse,
} from '@quorate/proto';
import { DiscoveryFailure, RegistryUnavailable, reasons } from './failures.ts';
import type { Registration, Registrations, Registry } from './join-registry.ts';
import { MAX_CLUSTER_SIZE } from './limits.ts';
import { V3Client, type V3ClientOptions } from './v3-client.ts';

const REGISTRY = '/_etcd/registry';

export interface V3RegistryOptions extends V3ClientOptions {
  /** `--discovery-token`. */
  readonly token: string;
}

export class V3Registry implements Registry {
  readonly address: string;
  readonly #client: V3Client;
  readonly #sizeKey: Uint8Array;
  readonly #members: string;

  /** @throws DiscoveryFailure: an endpoint that is none */
  constructor(options: V3RegistryOptions) {
    this.#client = new V3Client(options);
    const base = posix.join(REGISTRY, options.token);
    this.address = `${options.endpoints.join(',')}${base}`;
    this.#sizeKey = utf8Bytes(posix.join(base, '_config/size'));
    this.#members = `${posix.join(base, 'members')}/`;
  }

  async size(): Promise<string> {
    const { path } = services.KV.Range;
    const { kvs } = await this.#client.unary(path, RangeRequest, RangeResponse, { key: this.#sizeKey });
    const [found] = kvs;
    if (found === undefined) throw new DiscoveryFailure(reasons.sizeNotFound);
    return utf8Text(found.value);
  }

  async list(): Promise<Registrations> {
    const { path } = services.KV.Range;
    const range = { ...this.#range(), limit: MAX_CLUSTER_SIZE };
    const { kvs, header } = await this.#client.unary(path, RangeRequest, RangeResponse, range);
    if (header === undefined) throw new DiscoveryFailure(reasons.badEndpoint);
    const members = kvs
      .sort((a, b) => a.createRevision - b.createRevision)
      .map(({ key, value }) => ({ id: utf8Text(key).slice(this.#members.length), value: utf8Text(value) }));
    return { members, position: header.revision };
  }

  /** As etcd does: whoever registers again, after a failed start, takes its place anew. */
  async register({ id, value }: Registration): Promise<'registered'> {
    await this.#client.unary(services.KV.Put.path, PutRequest, PutResponse, {
      key: utf8Bytes(this.#members + id),
      value: utf8Bytes(value),
    });
    return 'registered';
  }

  async changed(position: number): Promise<void> {
    const stream = await this.#client.stream(services.Watch.Watch.path);
    try {
      await new Promise<void>((resolve, reject) => {
        stream.onMessage = (bytes) => {
          let response: WatchResponse;
          try {
            response = WatchResponse.decode(bytes);
          } catch (error) {
            reject(new DiscoveryFailure(`discovery: ${(error as Error).message}`));
            return;
          }
          const { events, canceled, compactRevision, cancelReason } = response;
          // Compacted away: the list, read anew, says what has happened.
          if (events.length > 0 || (canceled && compactRevision > 0)) resolve();
          else if (canceled) reject(new RegistryUnavailable(cancelReason));
        };
        stream.onEnd = ({ message }) => reject(new RegistryUnavailable(message || 'the watch has ended'));
        const create = WatchCreateRequest.create({ ...this.#range(), startRevision: position + 1 });
        stream.send(WatchRequest.encode(WatchRequest.create({ createRequest: create })));
      });
    } finally {
      stream.cancel();
    }
  }

  close(): void {
    this.#client.close();
  }

  #range(): { readonly key: Uint8Array; readonly rangeEnd: Uint8Array } {
    const key = utf8Bytes(this.#members);
    return { key, rangeEnd: prefixRangeEnd(key) };
  }
}
