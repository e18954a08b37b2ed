// /v2/keys: reads from the local store, writes and quorum reads through the log, watches as long polls and streams.
import { type EtcdError, hex64 } from '@quorate/base';
import {
  eventJson,
  inlineListingNodes,
  V2Error,
  V2ErrorCode,
  type V2Event,
  V2Watcher,
} from '@quorate/v2store';
import type { HttpRequest, HttpResponse } from '@quorate/wire';
import type { ApplyResult, ResultSink } from '../../member/seam.ts';
import { readBody } from './body.ts';
import { parseMediaType } from './go-url.ts';
import { KeyCounters, type MethodCounters } from './key-counters.ts';
import { type KeyRequest, keysNamespace, parseKeyRequest } from './key-request.ts';
import { maxFormBytes } from './limits.ts';
import { serveListing } from './listing.ts';
import type { V2Needs } from './needs.ts';
import { keyErrorJson, refuseMethod, sendTextError, setHeaders } from './respond.ts';
import { serveWatch } from './watch.ts';

const methods = ['HEAD', 'GET', 'PUT', 'POST', 'DELETE'];

/** Bodies of these actions are cut down by `noValueOnSuccess`. */
const cutActions: ReadonlySet<string> = new Set(['set', 'compareAndSwap', 'create', 'update']);

/** Serves /v2/keys. */
export class KeysApi {
  readonly #needs: V2Needs;
  readonly #counters: KeyCounters;
  readonly #clusterId: string;
  // One object each, filled anew for every answer: writeHead has read it when it returns, and both node:http and the
  // garbage collector are much slower with a new object per answer.
  readonly #eventHeaders: Record<string, string | number>;
  readonly #errorHeaders: Record<string, string | number>;
  readonly #now = (): bigint => this.#unixNano();

  constructor(needs: V2Needs) {
    this.#needs = needs;
    this.#counters = needs.counters ?? new KeyCounters();
    this.#clusterId = hex64(needs.clusterId);
    const fixed = {
      ...needs.commonHeaders,
      'Content-Type': 'application/json',
      'X-Etcd-Cluster-Id': this.#clusterId,
      'X-Etcd-Index': 0,
    };
    this.#eventHeaders = { ...fixed, 'X-Raft-Index': 0, 'X-Raft-Term': 0, 'Content-Length': 0 };
    this.#errorHeaders = { ...fixed, 'Content-Length': 0 };
  }

  /** `keyPath`: the URL's path after `/v2/keys`, decoded. */
  serve(request: HttpRequest, response: HttpResponse, keyPath: string, query: string): void {
    const method = request.method as string;
    if (method === 'GET' || method === 'HEAD') {
      this.#accept(request, response, method, keyPath, query, '', undefined);
      return;
    }
    if (!methods.includes(method)) setHeaders(response, this.#needs.commonHeaders);
    if (refuseMethod(request, response, methods)) return;
    if (method === 'DELETE') {
      this.#accept(request, response, method, keyPath, query, '', undefined);
      return;
    }
    this.#readForm(request, response, method, keyPath, query);
  }

  #readForm(
    request: HttpRequest,
    response: HttpResponse,
    method: string,
    keyPath: string,
    query: string,
  ): void {
    const header = request.headers['content-type'];
    let error: string | undefined;
    let isForm = header === 'application/x-www-form-urlencoded';
    if (!isForm && typeof header === 'string' && header !== '') {
      const media = parseMediaType(header);
      isForm = media.type === 'application/x-www-form-urlencoded';
      error = media.error;
    }
    if (!isForm) {
      request.resume();
      this.#accept(request, response, method, keyPath, query, '', error);
      return;
    }
    readBody(request, maxFormBytes, (body) => {
      const problem = error ?? (body === undefined ? 'http: POST too large' : undefined);
      this.#accept(request, response, method, keyPath, query, body?.toString('latin1') ?? '', problem);
    });
  }

  #accept(
    request: HttpRequest,
    response: HttpResponse,
    method: string,
    keyPath: string,
    query: string,
    body: string,
    bodyError: string | undefined,
  ): void {
    const parsed = parseKeyRequest(method, keyPath, query, body, bodyError, this.#now);
    if (parsed instanceof V2Error) {
      this.#sendError(response, parsed);
      return;
    }
    const auth = this.#needs.auth;
    if (auth === undefined) {
      this.#perform(response, parsed);
      return;
    }
    const authorization = request.headers['authorization'];
    const write = method !== 'GET' && method !== 'HEAD';
    auth
      .mayAccessKey(
        typeof authorization === 'string' ? authorization : undefined,
        keyPath,
        write,
        parsed.request.recursive,
      )
      .then(
        (allowed) => {
          if (allowed) this.#perform(response, parsed);
          else
            this.#sendError(response, new V2Error(V2ErrorCode.unauthorized, 'Insufficient credentials', 0));
        },
        (error: unknown) => {
          this.#sendError(response, new V2Error(V2ErrorCode.raftInternal, String(error), 0));
        },
      );
  }

  #perform(response: HttpResponse, parsed: KeyRequest): void {
    const { request } = parsed;
    const counters = this.#counters.method(request.method);
    if (!request.wait) counters.received++;
    const startedMs = this.#needs.nowMs();
    if (request.method === 'HEAD' || (request.method === 'GET' && !request.wait)) {
      const { path, recursive, sorted } = request;
      const result = this.#needs.store.get(path, recursive, sorted, this.#needs.wallMs(), inlineListingNodes);
      if (result instanceof V2Error) {
        counters.fail(result.status);
        this.#sendError(response, result);
      } else {
        this.sendEvent(response, result, parsed);
        counters.durations.observeMs(this.#needs.nowMs() - startedMs);
      }
    } else if (request.method === 'GET') {
      const watcher = this.#needs.store.watch(request.path, request.recursive, request.stream, request.since);
      if (watcher instanceof V2Watcher) serveWatch(this.#needs, this.#clusterId, response, watcher);
      else this.#sendError(response, watcher);
    } else {
      this.#needs.propose(request, new KeySink(this, response, parsed, counters, startedMs));
    }
  }

  nowMs(): number {
    return this.#needs.nowMs();
  }

  /** The answer to everything but a watch. */
  sendEvent(response: HttpResponse, event: V2Event, parsed: KeyRequest): void {
    if (event.partial) {
      this.#sendListing(response, parsed);
      return;
    }
    const body =
      parsed.noValueOnSuccess && cutActions.has(event.action)
        ? `{"action":"${event.action}"}\n`
        : `${eventJson(event, keysNamespace.length)}\n`;
    const headers = this.#eventHeaders;
    headers['X-Etcd-Index'] = event.etcdIndex;
    headers['X-Raft-Index'] = this.#needs.committedIndex();
    headers['X-Raft-Term'] = this.#needs.term();
    headers['Content-Length'] = Buffer.byteLength(body);
    response.writeHead(event.isCreated ? 201 : 200, headers);
    response.end(body);
  }

  /** A listing too large for one turn, of the tree as it is now. */
  #sendListing(response: HttpResponse, { request }: KeyRequest): void {
    const { path, recursive } = request;
    const job = this.#needs.store.beginListing(path, recursive, keysNamespace.length, this.#needs.wallMs());
    if (job instanceof V2Error) {
      this.#sendError(response, job);
      return;
    }
    response.writeHead(200, {
      ...this.#needs.commonHeaders,
      'Content-Type': 'application/json',
      'X-Etcd-Cluster-Id': this.#clusterId,
      'X-Etcd-Index': job.index,
      'X-Raft-Index': this.#needs.committedIndex(),
      'X-Raft-Term': this.#needs.term(),
    });
    if (request.method === 'HEAD') {
      job.cancel();
      response.end();
    } else {
      serveListing(this.#needs, response, job);
    }
  }

  /** An error of the store, as the log gave it back. */
  sendStoreError(response: HttpResponse, error: V2Error, parsed: KeyRequest): void {
    if (parsed.hugePrevIndex !== undefined && error.errorCode === V2ErrorCode.testFailed) {
      const cause = error.cause.replace(`[${Number.MAX_SAFE_INTEGER} != `, `[${parsed.hugePrevIndex} != `);
      this.#sendError(response, new V2Error(error.errorCode, cause, error.index));
    } else {
      this.#sendError(response, error);
    }
  }

  /** A failure of the log: etcd's 300 with the text of the failure. */
  sendFailure(response: HttpResponse, error: EtcdError): void {
    this.#sendError(response, new V2Error(V2ErrorCode.raftInternal, error.message, 0));
  }

  #sendError(response: HttpResponse, error: V2Error): void {
    const body = `${keyErrorJson(error, keysNamespace)}\n`;
    const headers = this.#errorHeaders;
    headers['X-Etcd-Index'] = error.index;
    headers['Content-Length'] = Buffer.byteLength(body);
    response.writeHead(error.status, headers);
    response.end(body);
  }

  /** Wall-clock nanoseconds: whole milliseconds of the wall clock, and a fraction to tell requests apart. */
  #unixNano(): bigint {
    const fraction = this.#needs.nowMs() % 1;
    return BigInt(Math.floor(this.#needs.wallMs())) * 1_000_000n + BigInt(Math.floor(fraction * 1e6));
  }
}

/** Waits for a write or a quorum read to be applied. */
class KeySink implements ResultSink {
  cancelled = false;
  readonly #api: KeysApi;
  readonly #response: HttpResponse;
  readonly #parsed: KeyRequest;
  readonly #counters: MethodCounters;
  readonly #startedMs: number;

  constructor(
    api: KeysApi,
    response: HttpResponse,
    parsed: KeyRequest,
    counters: MethodCounters,
    startedMs: number,
  ) {
    this.#api = api;
    this.#response = response;
    this.#parsed = parsed;
    this.#counters = counters;
    this.#startedMs = startedMs;
  }

  done(result: ApplyResult): void {
    const applied = result.kind === 'v2' ? result.applied : undefined;
    if (applied?.event !== undefined) {
      this.#api.sendEvent(this.#response, applied.event, this.#parsed);
      this.#counters.durations.observeMs(this.#api.nowMs() - this.#startedMs);
    } else if (applied?.error !== undefined) {
      this.#counters.fail(applied.error.status);
      this.#api.sendStoreError(this.#response, applied.error, this.#parsed);
    } else {
      // No request on /v2/keys is answered without either; see v2-apply.ts.
      sendTextError(this.#response, 500, 'Internal Server Error');
    }
  }

  failed(error: EtcdError): void {
    this.#counters.fail(500);
    this.#api.sendFailure(this.#response, error);
  }
}
