// The v3 key-value service over gRPC (our client) and over the JSON gateway: the same questions, the same answers.
import { EtcdClient } from '@quorate/client';
import {
  DeleteRangeRequest,
  DeleteRangeResponse,
  fromJson,
  type MessageType,
  PutRequest,
  PutResponse,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
  toJson,
} from '@quorate/proto';
import { GrpcError } from '@quorate/wire';

export interface V3Access {
  readonly name: string;
  put(request: PutRequest, timeoutMs: number): Promise<PutResponse>;
  range(request: RangeRequest, timeoutMs: number): Promise<RangeResponse>;
  deleteRange(request: DeleteRangeRequest, timeoutMs: number): Promise<DeleteRangeResponse>;
  txn(request: TxnRequest, timeoutMs: number): Promise<TxnResponse>;
  close(): void;
}

export class GrpcAccess implements V3Access {
  readonly name = 'grpc';
  readonly client: EtcdClient;

  constructor(endpoints: readonly string[]) {
    this.client = new EtcdClient({ endpoints, dialTimeoutMs: 1000 });
  }

  put(request: PutRequest, timeoutMs: number): Promise<PutResponse> {
    return this.client.kv.put(request.key, request.value, { lease: request.lease }, { timeoutMs });
  }

  range(request: RangeRequest, timeoutMs: number): Promise<RangeResponse> {
    return this.client.kv.range(request, { timeoutMs });
  }

  deleteRange(request: DeleteRangeRequest, timeoutMs: number): Promise<DeleteRangeResponse> {
    return this.client.kv.deleteRange(request, { timeoutMs });
  }

  txn(request: TxnRequest, timeoutMs: number): Promise<TxnResponse> {
    return this.client.kv.txn(request, { timeoutMs });
  }

  close(): void {
    this.client.close();
  }
}

export class GatewayAccess implements V3Access {
  readonly name = 'gateway';
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  put(request: PutRequest, timeoutMs: number): Promise<PutResponse> {
    return this.#ask('kv/put', PutRequest, request, PutResponse, timeoutMs);
  }

  range(request: RangeRequest, timeoutMs: number): Promise<RangeResponse> {
    return this.#ask('kv/range', RangeRequest, request, RangeResponse, timeoutMs);
  }

  deleteRange(request: DeleteRangeRequest, timeoutMs: number): Promise<DeleteRangeResponse> {
    return this.#ask('kv/deleterange', DeleteRangeRequest, request, DeleteRangeResponse, timeoutMs);
  }

  txn(request: TxnRequest, timeoutMs: number): Promise<TxnResponse> {
    return this.#ask('kv/txn', TxnRequest, request, TxnResponse, timeoutMs);
  }

  async #ask<Request, Response>(
    path: string,
    requestType: MessageType<Request>,
    request: Request,
    responseType: MessageType<Response>,
    timeoutMs: number,
  ): Promise<Response> {
    const response = await fetch(`${this.#url}/v3/${path}`, {
      method: 'POST',
      body: toJson(requestType, request),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (response.status === 200) return fromJson(responseType, text);
    const { code, message } = JSON.parse(text) as { code?: number; message?: string };
    throw new GrpcError(code ?? 2, message ?? text);
  }

  close(): void {}
}
