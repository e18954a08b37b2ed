/** The v2 members API. */
import { V2ServiceError } from './errors.ts';
import type { V2Http, V2Response } from './http.ts';
import type { V2CallSettings } from './keys.ts';

export interface V2Member {
  /** Hexadecimal. */
  readonly id: string;
  readonly name: string;
  readonly peerURLs: readonly string[];
  readonly clientURLs: readonly string[];
}

export class V2Members {
  readonly #http: V2Http;

  constructor(http: V2Http) {
    this.#http = http;
  }

  async list(settings: V2CallSettings = {}): Promise<V2Member[]> {
    const response = await this.#http.send({ ...settings, method: 'GET', path: '/v2/members' });
    expectStatus(response, [200]);
    const { members } = JSON.parse(response.body) as { members?: V2Member[] };
    return (members ?? []).map(complete);
  }

  async leader(settings: V2CallSettings = {}): Promise<V2Member> {
    const response = await this.#http.send({ ...settings, method: 'GET', path: '/v2/members/leader' });
    expectStatus(response, [200]);
    return complete(JSON.parse(response.body) as V2Member);
  }

  async add(peerUrl: string, settings: V2CallSettings = {}): Promise<V2Member> {
    const response = await this.#http.send({
      ...settings,
      method: 'POST',
      path: '/v2/members',
      body: JSON.stringify({ peerURLs: [peerUrl] }),
      contentType: 'application/json',
    });
    expectStatus(response, [201], [409]);
    return complete(JSON.parse(response.body) as V2Member);
  }

  async update(id: string, peerURLs: readonly string[], settings: V2CallSettings = {}): Promise<void> {
    const response = await this.#http.send({
      ...settings,
      method: 'PUT',
      path: `/v2/members/${encodeURIComponent(id)}`,
      body: JSON.stringify({ peerURLs }),
      contentType: 'application/json',
    });
    expectStatus(response, [204], [404, 409]);
  }

  /** Removes a member; one that is gone already is no error. */
  async remove(id: string, settings: V2CallSettings = {}): Promise<void> {
    const path = `/v2/members/${encodeURIComponent(id)}`;
    expectStatus(await this.#http.send({ ...settings, method: 'DELETE', path }), [204, 410]);
  }
}

function complete(member: Partial<V2Member>): V2Member {
  return {
    id: member.id ?? '',
    name: member.name ?? '',
    peerURLs: member.peerURLs ?? [],
    clientURLs: member.clientURLs ?? [],
  };
}

/** Throws the server's message for statuses that carry one, else names the status. */
function expectStatus(
  response: V2Response,
  good: readonly number[],
  explained: readonly number[] = [],
): void {
  if (good.includes(response.status)) return;
  if (explained.includes(response.status)) {
    const { message } = JSON.parse(response.body) as { message?: string };
    throw new V2ServiceError(response.status, message ?? '');
  }
  throw new V2ServiceError(response.status, `unexpected status code ${response.status}`);
}
