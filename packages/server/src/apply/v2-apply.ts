// Applies one v2 request of the log to the v2 store. Deterministic: the same entries leave the same store on every
// member, Go etcd's included. `nowMs` only fills the `ttl` of events.
import { FatalError } from '@quorate/base';
import type { V2Request } from '@quorate/proto';
import {
  expireTimeFromUnixNano,
  inlineListingNodes,
  momentFromUnixNano,
  type TtlOptions,
  V2Error,
  type V2Store,
} from '@quorate/v2store';
import { CLUSTER_VERSION_PATH, memberOfAttributesPath } from '../membership/cluster.ts';
import type { MemberAttributes } from '../membership/cluster-member.ts';
import { parseAttributes } from '../membership/cluster-member.ts';
import type { V2Applied } from './v2-applied.ts';

/** What writes under `/0` change; the membership puts them into the store itself. */
export interface V2Membership {
  updateAttributes(id: bigint, attributes: MemberAttributes): void;
  setVersion(version: string): void;
}

const NOTHING: V2Applied = { event: undefined, error: undefined };

/**
 * Applies a PUT, POST, DELETE, QGET or SYNC. @throws FatalError for an entry that no member can have written: going on
 * would leave this member's store different from the others'.
 */
export function applyV2Request(
  store: V2Store,
  membership: V2Membership,
  request: V2Request,
  nowMs: number,
): V2Applied {
  switch (request.method) {
    case 'PUT':
      return applyPut(store, membership, request, nowMs);
    case 'POST':
      return applied(store.createInOrder(request.path, request.dir, request.val, ttlOptions(request), nowMs));
    case 'DELETE':
      if (request.prevIndex > 0 || request.prevValue !== '') {
        return applied(store.compareAndDelete(request.path, request, nowMs));
      }
      return applied(store.delete(request.path, request.dir, request.recursive, nowMs));
    case 'QGET':
      // Of a large directory the event is partial: whoever waits for it lists the directory in slices.
      return applied(store.get(request.path, request.recursive, request.sorted, nowMs, inlineListingNodes));
    case 'SYNC':
      store.deleteExpired(momentFromUnixNano(request.time), nowMs);
      return NOTHING;
    default:
      throw new FatalError(`v2 log entry has unknown method ${JSON.stringify(request.method)}`);
  }
}

function applyPut(store: V2Store, membership: V2Membership, request: V2Request, nowMs: number): V2Applied {
  const ttl = ttlOptions(request);
  const compares = request.prevIndex > 0 || request.prevValue !== '';
  if (request.prevExist === false) {
    return applied(store.create(request.path, request.dir, request.val, ttl, nowMs));
  }
  if (compares) return applied(store.compareAndSwap(request.path, request, request.val, ttl, nowMs));
  if (request.prevExist === true) return applied(store.update(request.path, request.val, ttl, nowMs));
  // A user's key is under /1, so only the cluster's own entries get here.
  if (request.path.startsWith('/0/')) {
    const memberId = memberOfAttributesPath(request.path);
    if (memberId !== undefined) {
      membership.updateAttributes(memberId, readAttributes(request));
      return NOTHING;
    }
    if (request.path === CLUSTER_VERSION_PATH) {
      membership.setVersion(request.val);
      return NOTHING;
    }
  }
  return applied(store.set(request.path, request.dir, request.val, ttl, nowMs));
}

function readAttributes(request: V2Request): MemberAttributes {
  try {
    return parseAttributes(request.val);
  } catch (error) {
    throw new FatalError(`v2 log entry ${request.path} does not hold member attributes`, { cause: error });
  }
}

function ttlOptions(request: V2Request): TtlOptions {
  return {
    expiration: request.expiration === 0n ? undefined : expireTimeFromUnixNano(request.expiration),
    refresh: request.refresh === true,
  };
}

function applied(result: ReturnType<V2Store['get']>): V2Applied {
  return result instanceof V2Error
    ? { event: undefined, error: result }
    : { event: result, error: undefined };
}
