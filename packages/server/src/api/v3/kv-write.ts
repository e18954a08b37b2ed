// KV: Put, DeleteRange, Txn, Compact. A request is decoded once, checked, and handed to the member together with the
// bytes it came in; the answer is put together from parts.
import { CompactionRequest, DeleteRangeRequest, PutRequest, services, TxnRequest } from '@quorate/proto';
import type { GrpcRouter, UnaryCall } from '@quorate/wire';
import {
  checkDeleteRange,
  checkPut,
  checkTxnShape,
  isReadOnlyTxn,
  isSerializableTxn,
} from '../../apply/request-shape.ts';
import type { CompactionResult, DeleteRangeResult, PutResult, TxnResult } from '../../member/seam.ts';
import { decodeUnary, enterUnary, type V3Context } from './context.ts';
import { bytesTag, fieldPrefix, varintSize, varintTag, writeVarint } from './protobuf-bytes.ts';
import { CallReadSink, CallSink } from './result-sinks.ts';
import { failWith, failWithThrown } from './status.ts';
import { checkOverlaps } from './txn-overlap.ts';

const prevKvField = bytesTag(2);
const deletedField = varintTag(2);
const prevKvsField = bytesTag(3);
/** `succeeded = 2: true` of a TxnResponse. */
const succeededTrue = Uint8Array.of(varintTag(2), 1);

/** Registers the writing methods of the KV service. */
export function registerKvWrites(router: GrpcRouter, context: V3Context): void {
  const { member, headers, admission, options } = context;

  const answerPut = (call: UnaryCall, result: PutResult): void => {
    const header = headers.field(result.revision);
    const { prevKv } = result;
    if (prevKv === undefined) call.reply(header);
    else call.reply([header, fieldPrefix(prevKvField, prevKv.length), prevKv]);
  };
  router.unary(services.KV.Put.path, (call, bytes) => {
    const refusal = admission.refuseUnary(call, false);
    if (refusal !== undefined) return failWith(call, refusal);
    const request = decodeUnary(PutRequest, call, bytes);
    if (request === undefined) return;
    const failure = checkPut(request);
    if (failure !== undefined) return failWith(call, failure);
    member.propose({ kind: 'put', request, raw: bytes, requester: undefined }, new CallSink(call, answerPut));
  });

  const answerDelete = (call: UnaryCall, result: DeleteRangeResult): void => {
    call.reply(deleteRangeParts(headers.field(result.revision), result));
  };
  router.unary(services.KV.DeleteRange.path, (call, bytes) => {
    const request = enterUnary(context, DeleteRangeRequest, call, bytes, checkDeleteRange);
    if (request === undefined) return;
    member.propose(
      { kind: 'deleteRange', request, raw: bytes, requester: undefined },
      new CallSink(call, answerDelete),
    );
  });

  const answerTxn = (call: UnaryCall, result: TxnResult): void => {
    const header = headers.field(result.revision);
    call.reply(result.succeeded ? [header, succeededTrue, result.responses] : [header, result.responses]);
  };
  const answerReadTxn = (call: UnaryCall, request: TxnRequest): void => {
    let result: TxnResult;
    try {
      result = member.readTxn(request);
    } catch (thrown) {
      failWithThrown(call, thrown);
      return;
    }
    answerTxn(call, result);
  };
  const checkTxn = (request: TxnRequest) =>
    checkTxnShape(request, options.maxTxnOps) ?? checkOverlaps(request);
  router.unary(services.KV.Txn.path, (call, bytes) => {
    const request = enterUnary(context, TxnRequest, call, bytes, checkTxn);
    if (request === undefined) return;
    if (!isReadOnlyTxn(request)) {
      member.propose(
        { kind: 'txn', request, raw: bytes, requester: undefined },
        new CallSink(call, answerTxn),
      );
      return;
    }
    const refusal = admission.refuseData();
    if (refusal !== undefined) return failWith(call, refusal);
    if (isSerializableTxn(request)) {
      answerReadTxn(call, request);
    } else {
      member.readBarrier(new CallReadSink(call, request, answerReadTxn));
    }
  });

  const answerCompaction = (call: UnaryCall, result: CompactionResult): void => {
    call.reply(headers.field(result.revision));
  };
  router.unary(services.KV.Compact.path, (call, bytes) => {
    const request = enterUnary(context, CompactionRequest, call, bytes);
    if (request === undefined) return;
    member.propose(
      { kind: 'compaction', request, raw: bytes, requester: undefined },
      new CallSink(call, answerCompaction),
    );
  });
}

/** The parts of a DeleteRangeResponse. */
function deleteRangeParts(header: Uint8Array, result: DeleteRangeResult): Uint8Array[] {
  const parts = [header];
  if (result.deleted > 0) {
    const count = Buffer.allocUnsafe(1 + varintSize(result.deleted));
    count[0] = deletedField;
    writeVarint(count, 1, result.deleted);
    parts.push(count);
  }
  for (const kv of result.prevKvs) parts.push(fieldPrefix(prevKvsField, kv.length), kv);
  return parts;
}
