// What a follower asks the leader on behalf of its clients: leases live on the leader, promotions are decided there.
import { type EtcdError, errors } from '@quorate/base';
import {
  LeaseInternalRequest,
  LeaseInternalResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseTimeToLiveRequest,
} from '@quorate/proto';
import { LEASES_INTERNAL_PATH, LEASES_PATH, PROMOTE_PATH } from './headers.ts';
import type { PeerAnswer, PeerHttpClient, PeerRequest } from './http-client.ts';
import { STREAM_TIMEOUT_MS } from './limits.ts';

const PROTOBUF = { 'Content-Type': 'application/protobuf' };

/** Asks at one URL after the other until there is an answer. @throws Error when none gives one */
async function askAny(
  client: PeerHttpClient,
  urls: readonly string[],
  request: Omit<PeerRequest, 'url' | 'timeoutMs'>,
): Promise<PeerAnswer> {
  let last: unknown = new Error('the leader has no URL');
  for (const url of urls) {
    try {
      return await client.fetch({ ...request, url, timeoutMs: STREAM_TIMEOUT_MS });
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function textOf(answer: PeerAnswer): string {
  return answer.body.toString('utf8').trim();
}

/** The ttl in seconds; 0 when there is no such lease. @throws Error */
export async function renewLease(
  client: PeerHttpClient,
  urls: readonly string[],
  leaseId: bigint,
): Promise<number> {
  const body = LeaseKeepAliveRequest.encode(LeaseKeepAliveRequest.create({ ID: leaseId }));
  const answer = await askAny(client, urls, { method: 'POST', path: LEASES_PATH, headers: PROTOBUF, body });
  if (answer.status === 404) return 0;
  if (answer.status !== 200) throw new Error(`lease: unknown error(${textOf(answer)})`);
  const response = LeaseKeepAliveResponse.decode(answer.body);
  if (response.ID !== leaseId) throw new Error('lease: renew id mismatch');
  return response.TTL;
}

/** Undefined when there is no such lease. @throws Error */
export async function leaseTimeToLive(
  client: PeerHttpClient,
  urls: readonly string[],
  leaseId: bigint,
  withKeys: boolean,
): Promise<{ ttl: number; grantedTtl: number; keys: readonly Uint8Array[] } | undefined> {
  const leaseTimeToLiveRequest = LeaseTimeToLiveRequest.create({ ID: leaseId, keys: withKeys });
  const body = LeaseInternalRequest.encode(LeaseInternalRequest.create({ leaseTimeToLiveRequest }));
  const answer = await askAny(client, urls, {
    method: 'POST',
    path: LEASES_INTERNAL_PATH,
    headers: PROTOBUF,
    body,
  });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw new Error(`lease: unknown error(${textOf(answer)})`);
  const response = LeaseInternalResponse.decode(answer.body).leaseTimeToLiveResponse;
  if (response === undefined || response.ID !== leaseId) throw new Error('lease: time to live id mismatch');
  return { ttl: response.TTL, grantedTtl: response.grantedTTL, keys: response.keys };
}

/** Errors of a promotion that have the same status. */
const PROMOTION_ERRORS: readonly EtcdError[] = [errors.learnerNotReady, errors.memberNotLearner];

/** @throws EtcdError as the leader decided, or Error when it could not be asked */
export async function promoteMember(
  client: PeerHttpClient,
  urls: readonly string[],
  id: bigint,
): Promise<void> {
  const answer = await askAny(client, urls, {
    method: 'POST',
    path: `${PROMOTE_PATH}${id}`,
    body: new Uint8Array(0),
  });
  switch (answer.status) {
    case 200:
      return;
    case 404:
      throw errors.memberNotFound;
    case 408:
      throw errors.timeout;
    case 412: {
      const text = textOf(answer);
      const known = PROMOTION_ERRORS.find((error) =>
        text.includes(error.message.replace('etcdserver: ', '')),
      );
      throw known ?? new Error(`member promote: unknown error(${text})`);
    }
    default:
      throw new Error(`member promote: unknown error(${textOf(answer)})`);
  }
}
