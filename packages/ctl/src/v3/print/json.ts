/** The JSON format: one object a line. Leases, watches and endpoint lists have shapes of their own. */
import {
  Event,
  HashKVResponse,
  jsonString,
  type LeaseGrantResponse,
  type LeaseKeepAliveResponse,
  type LeaseLeasesResponse,
  type LeaseTimeToLiveResponse,
  ResponseHeader,
  StatusResponse,
  type WatchResponse,
} from '@quorate/proto';
import { stdout } from '../../cli/output.ts';
import { goJson, goJsonBytes, goJsonMembers } from '../../go/json.ts';
import { GenericPrinter } from './generic.ts';
import type { EndpointHash, EndpointHealth, EndpointStatus } from './printer.ts';

function line(text: string): void {
  stdout.write(`${text}\n`);
}

/** An object that begins with the members of the header. */
function withHeader(header: ResponseHeader | undefined, members: readonly string[]): void {
  const first = header === undefined ? '' : goJsonMembers(ResponseHeader, header);
  line(`{${[first, ...members].filter((text) => text !== '').join(',')}}`);
}

export class JsonPrinter extends GenericPrinter {
  constructor() {
    super('json', (type, message) => line(goJson(type, message)));
  }

  override watch(response: WatchResponse): void {
    const header = goJson(ResponseHeader, response.header ?? ResponseHeader.create());
    const events = response.events.map((event) => goJson(Event, event)).join(',');
    line(
      `{"Header":${header},"Events":[${events}],"CompactRevision":${response.compactRevision},` +
        `"Canceled":${response.canceled},"Created":${response.created}}`,
    );
  }

  override grant(response: LeaseGrantResponse): void {
    withHeader(response.header, [
      `"ID":${response.ID}`,
      `"TTL":${response.TTL}`,
      `"Error":${jsonString(response.error)}`,
    ]);
  }

  override keepAlive(response: LeaseKeepAliveResponse): void {
    withHeader(response.header, [`"ID":${response.ID}`, `"TTL":${response.TTL}`]);
  }

  override timeToLive(response: LeaseTimeToLiveResponse): void {
    const keys = response.keys.length === 0 ? 'null' : `[${response.keys.map(goJsonBytes).join(',')}]`;
    withHeader(response.header, [
      `"id":${response.ID}`,
      `"ttl":${response.TTL}`,
      `"granted-ttl":${response.grantedTTL}`,
      `"keys":${keys}`,
    ]);
  }

  override leases(response: LeaseLeasesResponse): void {
    withHeader(response.header, [`"leases":[${response.leases.map(({ ID }) => `{"id":${ID}}`).join(',')}]`]);
  }

  override endpointHealth(list: readonly EndpointHealth[]): void {
    const items = list.map(({ endpoint, health, took, error }) => {
      const tail = error === '' ? '' : `,"error":${jsonString(error)}`;
      return `{"endpoint":${jsonString(endpoint)},"health":${health},"took":${jsonString(took)}${tail}}`;
    });
    line(`[${items.join(',')}]`);
  }

  override endpointStatus(list: readonly EndpointStatus[]): void {
    const items = list.map(
      ({ endpoint, response }) =>
        `{"Endpoint":${jsonString(endpoint)},"Status":${goJson(StatusResponse, response)}}`,
    );
    line(`[${items.join(',')}]`);
  }

  override endpointHash(list: readonly EndpointHash[]): void {
    const items = list.map(
      ({ endpoint, response }) =>
        `{"Endpoint":${jsonString(endpoint)},"HashKV":${goJson(HashKVResponse, response)}}`,
    );
    line(`[${items.join(',')}]`);
  }
}
