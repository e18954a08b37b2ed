// Everything that other members find on the peer port.
import { type Clock, type EtcdError, errors, hex64 } from '@quorate/base';
import {
  DecodeError,
  LeaseInternalRequest,
  LeaseInternalResponse,
  LeaseKeepAliveRequest,
  LeaseKeepAliveResponse,
  LeaseTimeToLiveResponse,
  RaftMessage,
  ResponseHeader,
} from '@quorate/proto';
import type { HttpHandler, HttpRequest, HttpResponse } from '@quorate/wire';
import { answerHash } from '../corruption/peer-hash.ts';
import type { Logger } from '../member/logger.ts';
import type { MemberApi } from '../member/seam.ts';
import { readBody } from './body.ts';
import {
  DOWNGRADE_PATH,
  HASH_PATH,
  headerText,
  LEASES_INTERNAL_PATH,
  LEASES_PATH,
  MEMBERS_PATH,
  PROBING_PATH,
  PROMOTE_PATH,
  parseId,
  RAFT_PATH,
  refusalOf,
  SNAPSHOT_PATH,
  STREAM_PATHS,
  type StreamKind,
  senderOf,
  serverVersionOf,
  VERSION_PATH,
} from './headers.ts';
import { MAX_LEASE_REQUEST_BYTES, MAX_MESSAGE_BYTES } from './limits.ts';
import { membersBody } from './members-json.ts';
import { probingBody } from './prober.ts';
import { BBOLT_FORM, PAGES_FORM } from './snapshot-body.ts';
import type { SnapshotGiver } from './snapshot-giver.ts';
import type { SnapshotReceiver } from './snapshot-receiver.ts';
import type { EtcdTransport } from './transport.ts';

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const PROTOBUF = 'application/protobuf';

/** What the port serves once the member is there. */
export interface PeerPortParts {
  readonly member: MemberApi;
  readonly transport: EtcdTransport;
  /** Undefined: snapshots are refused. */
  readonly snapshots: SnapshotReceiver | undefined;
  /** Undefined: none are given. */
  readonly giver: SnapshotGiver | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

function respond(
  response: HttpResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
): void {
  response.statusCode = status;
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}

function fail(response: HttpResponse, status: number, message: string): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  respond(response, status, TEXT, `${message}\n`);
}

function noContent(response: HttpResponse): void {
  response.statusCode = 204;
  response.end();
}

/** False after an answer that the method is wrong. */
function isMethod(request: HttpRequest, response: HttpResponse, method: string): boolean {
  if (request.method === method) return true;
  response.setHeader('Allow', method);
  fail(response, 405, 'Method Not Allowed');
  return false;
}

export class PeerPort {
  #parts: PeerPortParts | undefined;

  /** The handler of the port. Until the member is there, it asks to come back. */
  readonly handler: HttpHandler = (request, response) => {
    if (this.#parts === undefined) {
      fail(response, 503, 'the member is starting');
      request.resume();
      return;
    }
    this.#handle(this.#parts, request, response);
  };

  open(parts: PeerPortParts): void {
    this.#parts = parts;
  }

  #handle(parts: PeerPortParts, request: HttpRequest, response: HttpResponse): void {
    const path = (request.url ?? '').split('?', 1)[0] as string;
    switch (path) {
      case RAFT_PATH:
        this.#post(parts, request, response);
        return;
      case SNAPSHOT_PATH:
        this.#snapshot(parts, request, response);
        return;
      case PROBING_PATH:
        respond(response, 200, JSON_TYPE, probingBody(parts.clock.wallMs()));
        return;
      case MEMBERS_PATH:
        if (!isMethod(request, response, 'GET')) return;
        this.#nameCluster(parts, response);
        respond(response, 200, JSON_TYPE, membersBody(parts.member.membership.members()));
        return;
      case VERSION_PATH:
        if (isMethod(request, response, 'GET')) respond(response, 200, JSON_TYPE, versionBody(parts));
        return;
      case DOWNGRADE_PATH:
        this.#downgrade(parts, request, response);
        return;
      case HASH_PATH:
        this.#hash(parts, request, response);
        return;
      case LEASES_PATH:
      case LEASES_INTERNAL_PATH:
        this.#lease(parts, path, request, response);
        return;
      default:
        if (path.startsWith(`${RAFT_PATH}/`)) this.#stream(parts, path, request, response);
        else if (path.startsWith(PROMOTE_PATH)) this.#promote(parts, path, request, response);
        else fail(response, 404, '404 page not found');
    }
  }

  #nameCluster(parts: PeerPortParts, response: HttpResponse): void {
    response.setHeader('X-Etcd-Cluster-ID', hex64(parts.member.clusterId));
  }

  /** Checks who asks; false after a refusal. */
  #admit(parts: PeerPortParts, request: HttpRequest, response: HttpResponse): boolean {
    const { transport, logger } = parts;
    this.#nameCluster(parts, response);
    const refusal = refusalOf(request.headers, transport.identity);
    if (refusal === undefined) return true;
    logger.warn(
      refusal === 'cluster ID mismatch'
        ? 'request cluster ID mismatch'
        : 'failed to check version compatibility',
      {
        'local-member-id': hex64(transport.identity.id),
        'local-member-cluster-id': hex64(transport.identity.clusterId),
        'local-member-server-version': transport.identity.serverVersion,
        'remote-peer-server-name': headerText(request.headers, 'x-server-from'),
        'remote-peer-server-version': headerText(request.headers, 'x-server-version'),
        'remote-peer-cluster-id': headerText(request.headers, 'x-etcd-cluster-id'),
      },
    );
    fail(response, 412, refusal);
    request.resume();
    return false;
  }

  #noteSender(parts: PeerPortParts, request: HttpRequest): void {
    const sender = senderOf(request.headers);
    if (sender !== undefined) parts.transport.addRemote(sender.id, sender.peerURLs);
  }

  #post(parts: PeerPortParts, request: HttpRequest, response: HttpResponse): void {
    if (!isMethod(request, response, 'POST') || !this.#admit(parts, request, response)) return;
    this.#noteSender(parts, request);
    readBody(request, MAX_MESSAGE_BYTES, (body) => {
      if (body === undefined) {
        fail(response, 400, 'error reading raft message');
        return;
      }
      let message: RaftMessage;
      try {
        message = RaftMessage.decode(body);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        fail(response, 400, 'error unmarshalling raft message');
        return;
      }
      if (this.#refuseRemoved(parts, message.from, response)) return;
      parts.transport.receive(message);
      noContent(response);
    });
  }

  #refuseRemoved(parts: PeerPortParts, from: bigint, response: HttpResponse): boolean {
    if (!parts.transport.isRemoved(from)) return false;
    parts.logger.warn('rejected Raft message from removed member', {
      'local-member-id': hex64(parts.member.memberId),
      'removed-member-id': hex64(from),
    });
    respond(response, 403, JSON_TYPE, '{"message":"cannot process message from removed member"}');
    return true;
  }

  #stream(parts: PeerPortParts, path: string, request: HttpRequest, response: HttpResponse): void {
    if (!isMethod(request, response, 'GET')) return;
    const { transport, logger } = parts;
    response.setHeader('X-Server-Version', transport.identity.serverVersion);
    if (!this.#admit(parts, request, response)) return;
    const slash = path.lastIndexOf('/');
    const directory = path.slice(0, slash);
    const kind = (Object.keys(STREAM_PATHS) as StreamKind[]).find((name) => STREAM_PATHS[name] === directory);
    if (kind === undefined) {
      fail(response, 404, 'invalid path');
      return;
    }
    const from = parseId(path.slice(slash + 1));
    if (from === undefined) {
      fail(response, 404, 'invalid from');
      return;
    }
    const fields = {
      'local-member-id': hex64(transport.identity.id),
      'remote-peer-id-from': hex64(from),
    };
    if (transport.isRemoved(from)) {
      logger.warn('rejected stream from remote peer because it was removed', fields);
      fail(response, 410, 'removed member');
      return;
    }
    const peer = transport.peers.get(from);
    if (peer === undefined) {
      // A member that joined after what we have seen of the log: answers must be able to reach it.
      const urls = headerText(request.headers, 'x-peerurls');
      if (urls !== '') transport.addRemote(from, urls.split(','));
      logger.warn('failed to find remote peer in cluster', fields);
      fail(response, 404, 'error sender not found');
      return;
    }
    const to = headerText(request.headers, 'x-raft-to');
    if (to !== hex64(transport.identity.id)) {
      logger.warn('ignored streaming request; ID mismatch', { ...fields, 'remote-peer-id-header': to });
      fail(response, 412, 'to field mismatch');
      return;
    }
    peer.status.noteVersion(serverVersionOf(request.headers));
    response.statusCode = 200;
    response.flushHeaders();
    transport.attach(from, kind, { response, destroy: () => cut(request, response) });
  }

  /** The present state, to a member of the cluster; a member whose own data is in doubt gives none. */
  #giveSnapshot(parts: PeerPortParts, request: HttpRequest, response: HttpResponse): void {
    if (!this.#admit(parts, request, response)) return;
    const { giver, member } = parts;
    const from = parseId(headerText(request.headers, 'x-server-from'));
    if (from === undefined || member.membership.member(from) === undefined) {
      fail(response, 403, 'error sender not found');
    } else if (member.isQuarantined()) fail(response, 503, errors.corrupt.message);
    else if (giver?.give(from, response, () => cut(request, response)) !== true) {
      fail(response, 503, 'this member gives no snapshot now');
    }
  }

  #snapshot(parts: PeerPortParts, request: HttpRequest, response: HttpResponse): void {
    if (request.method === 'GET') {
      this.#giveSnapshot(parts, request, response);
      return;
    }
    if (request.method === 'OPTIONS') {
      // An addition to etcd's protocol: in which forms a store may come.
      response.setHeader('Accept-Post', `${BBOLT_FORM}, ${PAGES_FORM}`);
      response.setHeader('Allow', 'GET, POST, OPTIONS');
      respond(response, 200, 'text/plain; charset=utf-8', '');
      return;
    }
    if (!isMethod(request, response, 'POST') || !this.#admit(parts, request, response)) return;
    this.#noteSender(parts, request);
    const { snapshots, transport, logger } = parts;
    if (snapshots === undefined) {
      request.resume();
      fail(response, 500, 'this member takes no snapshots');
      return;
    }
    snapshots.receive(request).then(
      (message) => {
        if (this.#refuseRemoved(parts, message.from, response)) return;
        transport.receive(message);
        noContent(response);
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn('failed to save incoming database snapshot', { error: reason });
        request.resume();
        fail(response, error instanceof DecodeError ? 400 : 500, `failed to save KV snapshot (${reason})`);
      },
    );
  }

  #promote(parts: PeerPortParts, path: string, request: HttpRequest, response: HttpResponse): void {
    if (!isMethod(request, response, 'POST')) return;
    this.#nameCluster(parts, response);
    const { member, logger } = parts;
    const text = path.slice(PROMOTE_PATH.length);
    const id = /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
    if (id === undefined) {
      fail(response, 404, `member ${text} not found in cluster`);
      return;
    }
    if (!member.isLeader()) {
      fail(response, 503, errors.notLeader.message);
      return;
    }
    member.propose(
      { kind: 'memberPromote', request: { id }, raw: undefined, requester: undefined },
      {
        cancelled: false,
        done: () => respond(response, 200, JSON_TYPE, membersBody(member.membership.members())),
        failed: (error) => {
          logger.warn('failed to promote a member', { 'member-id': hex64(id), error: error.message });
          fail(response, promotionStatus(error), error.message);
        },
      },
    );
  }

  #hash(parts: PeerPortParts, request: HttpRequest, response: HttpResponse): void {
    if (!isMethod(request, response, 'GET')) return;
    this.#nameCluster(parts, response);
    readBody(request, MAX_LEASE_REQUEST_BYTES, (body) => {
      if (body === undefined) {
        fail(response, 400, 'error reading body');
        return;
      }
      const { kv, clusterId } = parts.member;
      const askedCluster = headerText(request.headers, 'x-etcd-cluster-id');
      void answerHash(kv, clusterId, askedCluster, body).then(({ status, body: text }) => {
        if (status === 200) {
          respond(response, 200, JSON_TYPE, text);
          return;
        }
        parts.logger.warn('failed to get hashKV', { error: text });
        fail(response, status, text);
      });
    });
  }

  /** Whether a downgrade is in progress: `true` or `false`. */
  #downgrade({ member }: PeerPortParts, request: HttpRequest, response: HttpResponse): void {
    if (!isMethod(request, response, 'GET')) return;
    response.setHeader('X-Etcd-Cluster-ID', hex64(member.clusterId));
    member.readBarrier({
      cancelled: false,
      ready: () => respond(response, 200, 'text/plain', String(member.membership.downgradeInfo().enabled)),
      failed: (error) => fail(response, 500, `failed linearized read: ${error.message}`),
    });
  }

  #lease(parts: PeerPortParts, path: string, request: HttpRequest, response: HttpResponse): void {
    if (request.method !== 'POST') {
      fail(response, 405, 'Method Not Allowed');
      return;
    }
    const { member } = parts;
    readBody(request, MAX_LEASE_REQUEST_BYTES, (body) => {
      if (body === undefined) {
        fail(response, 400, 'error reading body');
        return;
      }
      // Only the leader knows how long leases live; a question that went astray is asked again.
      if (!member.isLeader()) {
        fail(response, 400, 'not a primary lessor');
        return;
      }
      try {
        if (path === LEASES_PATH) renew(member, body, response);
        else timeToLive(member, body, response);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        fail(response, 400, 'error unmarshalling request');
      }
    });
  }
}

const LEASE_NOT_FOUND = 'lease not found';
const LEASE_TIMEOUT = 'waiting for node to catch up its applied index has timed out';

function renew(member: MemberApi, body: Buffer, response: HttpResponse): void {
  const { ID } = LeaseKeepAliveRequest.decode(body);
  member.lease.keepAlive(ID, {
    cancelled: false,
    renewed: (TTL) => {
      if (TTL === 0) fail(response, 404, LEASE_NOT_FOUND);
      else
        respond(
          response,
          200,
          PROTOBUF,
          LeaseKeepAliveResponse.encode(LeaseKeepAliveResponse.create({ ID, TTL })),
        );
    },
    failed: () => fail(response, 408, LEASE_TIMEOUT),
  });
}

function timeToLive(member: MemberApi, body: Buffer, response: HttpResponse): void {
  const { leaseTimeToLiveRequest } = LeaseInternalRequest.decode(body);
  if (leaseTimeToLiveRequest === undefined) {
    fail(response, 400, 'error unmarshalling request');
    return;
  }
  const { ID, keys: withKeys } = leaseTimeToLiveRequest;
  member.lease.timeToLive(ID, withKeys, {
    cancelled: false,
    answered: (TTL, grantedTTL, keys) => {
      if (TTL < 0) {
        fail(response, 404, LEASE_NOT_FOUND);
        return;
      }
      const leaseTimeToLiveResponse = LeaseTimeToLiveResponse.create({
        header: ResponseHeader.create(),
        ID,
        TTL,
        grantedTTL,
        keys: [...keys],
      });
      const answer = LeaseInternalResponse.create({ leaseTimeToLiveResponse });
      respond(response, 200, PROTOBUF, LeaseInternalResponse.encode(answer));
    },
    failed: () => fail(response, 408, LEASE_TIMEOUT),
  });
}

function versionBody({ member, transport }: PeerPortParts): string {
  const cluster = member.membership.clusterVersion() ?? 'not_decided';
  return JSON.stringify({ etcdserver: transport.identity.serverVersion, etcdcluster: cluster });
}

function promotionStatus(error: EtcdError): number {
  switch (error) {
    case errors.memberNotFound:
      return 404;
    case errors.memberNotLearner:
    case errors.learnerNotReady:
      return 412;
    case errors.timeout:
    case errors.timeoutDueToConnectionLost:
    case errors.timeoutDueToLeaderFail:
      return 408;
    default:
      return 503;
  }
}

/** Ends a stream: the connection has nothing else to carry. */
function cut(request: HttpRequest, response: HttpResponse): void {
  const socket = request.socket as { destroy?: () => void };
  if (socket.destroy !== undefined) socket.destroy();
  else if (!response.writableEnded) response.end();
}
