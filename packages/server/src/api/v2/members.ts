// /v2/members: the list, the leader, and changes of the membership.
import { type EtcdError, errors, FatalError, hex64 } from '@quorate/base';
import { jsonString } from '@quorate/v2store';
import type { HttpRequest, HttpResponse } from '@quorate/wire';
import { parseMemberUrls } from '../../bootstrap/urls.ts';
import type { ApplyResult, ResultSink } from '../../member/seam.ts';
import type { ClusterMember } from '../../membership/cluster-member.ts';
import { readBody } from './body.ts';
import { maxJsonBytes } from './limits.ts';
import type { V2MemberChange, V2Needs } from './needs.ts';
import { refuseMethod, sendJson, sendMessage, sendNoContent, sendTextError } from './respond.ts';

const methods = ['GET', 'POST', 'DELETE', 'PUT'];

function memberJson(member: ClusterMember): string {
  const { id, name, peerURLs, clientURLs } = member;
  return (
    `{"id":"${hex64(id)}","name":${jsonString(name)},"peerURLs":[${peerURLs.map(jsonString).join(',')}]` +
    `,"clientURLs":[${clientURLs.map(jsonString).join(',')}]}`
  );
}

/** Serves /v2/members. */
export class MembersApi {
  readonly #needs: V2Needs;
  readonly #clusterId: string;

  constructor(needs: V2Needs) {
    this.#needs = needs;
    this.#clusterId = hex64(needs.clusterId);
  }

  /** `rest`: the path after `/v2/members`, without its first slash. */
  serve(request: HttpRequest, response: HttpResponse, rest: string): void {
    if (refuseMethod(request, response, methods)) return;
    const auth = this.#needs.auth;
    if (auth === undefined) {
      this.#perform(request, response, rest);
      return;
    }
    if (request.method === 'GET') {
      this.#perform(request, response, rest);
      return;
    }
    const authorization = request.headers['authorization'];
    auth.mayChangeCluster(typeof authorization === 'string' ? authorization : undefined).then(
      (allowed) => {
        if (allowed) this.#perform(request, response, rest);
        else sendMessage(response, 401, 'Insufficient credentials');
      },
      () => this.#send(response, 500, 'Internal Server Error'),
    );
  }

  #perform(request: HttpRequest, response: HttpResponse, rest: string): void {
    switch (request.method) {
      case 'GET':
        this.#read(response, rest);
        break;
      case 'POST':
        this.#withPeerUrls(request, response, (peerURLs) => {
          const change: V2MemberChange = { kind: 'memberAdd', change: { peerURLs, isLearner: false } };
          this.#propose(response, change, '');
        });
        break;
      case 'DELETE': {
        const id = this.#memberId(response, rest);
        if (id === undefined) return;
        if (this.#needs.isRemoved(id)) {
          this.#send(response, 410, `Member permanently removed: ${hex64(id)}`);
          return;
        }
        this.#propose(response, { kind: 'memberRemove', change: { id } }, hex64(id));
        break;
      }
      default: {
        const id = this.#memberId(response, rest);
        if (id === undefined) return;
        this.#withPeerUrls(request, response, (peerURLs) => {
          this.#propose(response, { kind: 'memberUpdate', change: { id, peerURLs } }, hex64(id));
        });
      }
    }
  }

  #read(response: HttpResponse, rest: string): void {
    if (rest === '') {
      const list = this.#needs.members().map(memberJson).join(',');
      sendJson(response, 200, `{"members":[${list}]}\n`, this.#clusterId);
    } else if (rest === 'leader') {
      const leader = this.#needs.member(this.#needs.leaderId());
      if (leader === undefined) this.#send(response, 503, 'During election');
      else sendJson(response, 200, `${memberJson(leader)}\n`, this.#clusterId);
    } else {
      this.#send(response, 404, 'Not found');
    }
  }

  #memberId(response: HttpResponse, rest: string): bigint | undefined {
    if (rest === '') {
      sendTextError(response, 405, 'Method Not Allowed', { 'X-Etcd-Cluster-Id': this.#clusterId });
      return undefined;
    }
    const id = /^[0-9a-f]+$/i.test(rest) ? BigInt(`0x${rest.replace(/^0+(?=.)/, '').slice(0, 17)}`) : -1n;
    if (id < 0n || id >= 2n ** 64n) {
      this.#send(response, 404, `No such member: ${rest}`);
      return undefined;
    }
    return id;
  }

  #withPeerUrls(request: HttpRequest, response: HttpResponse, next: (urls: readonly string[]) => void): void {
    const header = request.headers['content-type'];
    const given = typeof header === 'string' ? header : '';
    const semicolon = given.indexOf(';');
    const type = semicolon === -1 ? given : given.slice(0, semicolon).toLowerCase().trim();
    if (type !== 'application/json') {
      request.resume();
      this.#send(response, 415, `Bad Content-Type ${type}, accept application/json`);
      return;
    }
    readBody(request, maxJsonBytes, (body) => {
      let urls: readonly string[];
      try {
        if (body === undefined) throw new FatalError('http: request body too large');
        urls = parseMemberUrls(readPeerUrls(body));
      } catch (error) {
        this.#send(response, 400, error instanceof Error ? error.message : String(error));
        return;
      }
      next(urls);
    });
  }

  #propose(response: HttpResponse, change: V2MemberChange, id: string): void {
    const sink: ResultSink = {
      cancelled: false,
      done: (result) => this.#answer(response, result),
      failed: (error) => this.#fail(response, error, id),
    };
    this.#needs.proposeMembership(change, sink);
  }

  #answer(response: HttpResponse, result: ApplyResult): void {
    if (result.kind === 'memberAdd' && result.member !== undefined) {
      sendJson(response, 201, `${memberJson(result.member)}\n`, this.#clusterId);
    } else {
      sendNoContent(response, this.#clusterId);
    }
  }

  #fail(response: HttpResponse, error: EtcdError, id: string): void {
    if (error === errors.memberExists) this.#send(response, 409, 'membership: ID exists');
    else if (error === errors.peerUrlExists) this.#send(response, 409, 'membership: peerURL exists');
    else if (error === errors.memberNotFound) this.#send(response, 404, `No such member: ${id}`);
    else this.#send(response, 500, 'Internal Server Error');
  }

  #send(response: HttpResponse, status: number, message: string): void {
    sendMessage(response, status, message, this.#clusterId);
  }
}

/** `{"peerURLs":[…]}`. @throws SyntaxError */
function readPeerUrls(body: Buffer): readonly string[] {
  const value: unknown = JSON.parse(body.toString());
  const urls =
    typeof value === 'object' && value !== null ? (value as { peerURLs?: unknown }).peerURLs : undefined;
  if (urls === undefined || urls === null) return [];
  if (!Array.isArray(urls) || !urls.every((url) => typeof url === 'string')) {
    throw new SyntaxError('json: peerURLs is not a list of strings');
  }
  return urls as string[];
}
