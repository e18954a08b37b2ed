// What every service of the v3 API works with.
import type { EtcdError } from '@quorate/base';
import type { MessageType } from '@quorate/proto';
import type { UnaryCall } from '@quorate/wire';
import type { MemberApi } from '../../member/seam.ts';
import type { Admission } from './admission.ts';
import type { ChunkPool } from './chunk-pool.ts';
import type { ResolvedOptions } from './options.ts';
import type { ResponseHeaders } from './response-header.ts';
import type { Slices } from './sliced.ts';
import { undecodable } from './status.ts';

/** One per server. */
export interface V3Context {
  readonly member: MemberApi;
  readonly headers: ResponseHeaders;
  readonly options: ResolvedOptions;
  readonly admission: Admission;
  /** Long reads, a bit of them in each turn. */
  readonly slices: Slices;
  /** Memory for large answers. */
  readonly chunks: ChunkPool;
}

/** Decodes a unary request; on malformed bytes the call is failed and undefined comes back. */
export function decodeUnary<T>(type: MessageType<T>, call: UnaryCall, bytes: Uint8Array): T | undefined {
  try {
    return type.decode(bytes);
  } catch (thrown) {
    const error = undecodable(thrown, 'unary');
    call.fail(error.code, error.message);
    return undefined;
  }
}

/** Admits and decodes a unary call of a method that is not fit for learners: the way in of all but the hottest methods. */
export function enterUnary<T>(
  context: V3Context,
  type: MessageType<T>,
  call: UnaryCall,
  bytes: Uint8Array,
  refuse?: (request: T) => EtcdError | undefined,
): T | undefined {
  const refusal = context.admission.refuseUnary(call, false);
  if (refusal !== undefined) {
    call.fail(refusal.code, refusal.message);
    return undefined;
  }
  const request = decodeUnary(type, call, bytes);
  if (request === undefined || refuse === undefined) return request;
  const failure = refuse(request);
  if (failure === undefined) return request;
  call.fail(failure.code, failure.message);
  return undefined;
}

/** Answers with the header for `revision` and the encoded rest of the response message. */
export function replyWith(context: V3Context, call: UnaryCall, revision: number, body: Uint8Array): void {
  const header = context.headers.field(revision);
  if (body.length === 0) call.reply(header);
  else call.reply([header, body]);
}
