// KV: Range. Three ways, shortest first: one key straight from the store, a small range at once, a large one in
// slices. A linearizable read waits for the read point that it shares with all reads of its turn.
import { RangeRequest, services } from '@quorate/proto';
import type { GrpcRouter, UnaryCall } from '@quorate/wire';
import { checkRange } from '../../apply/request-shape.ts';
import type { RangeOutcome } from '../../member/seam.ts';
import { decodeUnary, type V3Context } from './context.ts';
import { answerLargeRange } from './large-range.ts';
import { isPlainGet, mayBeLarge } from './range-plan.ts';
import { rangeResponse } from './range-response.ts';
import { CallReadSink } from './result-sinks.ts';
import { failWith, failWithThrown } from './status.ts';

const nothing: readonly Uint8Array[] = [];

/** Registers KV.Range. */
export function registerKvRange(router: GrpcRouter, context: V3Context): void {
  const { member, headers, admission } = context;
  const { kv } = member;
  const one: Uint8Array[] = [new Uint8Array(0)];

  const answer = (call: UnaryCall, request: RangeRequest): void => {
    if (isPlainGet(request)) {
      const found = kv.get(request.key);
      const header = headers.field(kv.revision);
      if (found === undefined) {
        call.reply(header);
      } else {
        one[0] = found;
        call.reply(rangeResponse(header, one, false, 1));
      }
      return;
    }
    if (mayBeLarge(request, kv)) {
      answerLargeRange(context, call, request);
      return;
    }
    let outcome: RangeOutcome;
    try {
      outcome = member.range(request);
    } catch (thrown) {
      failWithThrown(call, thrown);
      return;
    }
    const kvs = request.countOnly ? nothing : outcome.kvs;
    call.reply(rangeResponse(headers.field(outcome.revision), kvs, outcome.more, outcome.count));
  };

  router.unary(services.KV.Range.path, (call, bytes) => {
    const request = decodeUnary(RangeRequest, call, bytes);
    if (request === undefined) return;
    const refusal =
      admission.refuseUnary(call, request.serializable) ?? admission.refuseData() ?? checkRange(request);
    if (refusal !== undefined) return failWith(call, refusal);
    if (request.serializable) answer(call, request);
    else member.readBarrier(new CallReadSink(call, request, answer));
  });
}
