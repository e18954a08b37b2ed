// Shape checks of KV requests, before anything is read or proposed, and of those that come out of the log from other
// members. What passes here cannot fail in apply for its shape. Each check returns the error to answer with, or undefined.
import { type EtcdError, errors } from '@quorate/base';
import {
  type DeleteRangeRequest,
  type PutRequest,
  type RangeRequest,
  type RequestOp,
  SortOrder,
  SortTarget,
  type TxnRequest,
} from '@quorate/proto';
import type { LogOp } from './internal-op.ts';
import { MAX_TXN_DEPTH } from './limits.ts';

/** RangeRequest: a key, and sort options that exist. */
export function checkRange(request: RangeRequest): EtcdError | undefined {
  if (request.key.length === 0) return errors.emptyKey;
  const { sortOrder, sortTarget } = request;
  if (sortOrder < SortOrder.NONE || sortOrder > SortOrder.DESCEND) return errors.invalidSortOption;
  if (sortTarget < SortTarget.KEY || sortTarget > SortTarget.VALUE) return errors.invalidSortOption;
  return undefined;
}

/** PutRequest: a key, and nothing given that is to be ignored. */
export function checkPut(request: PutRequest): EtcdError | undefined {
  if (request.key.length === 0) return errors.emptyKey;
  if (request.ignoreValue && request.value.length !== 0) return errors.valueProvided;
  if (request.ignoreLease && request.lease !== 0n) return errors.leaseProvided;
  return undefined;
}

/** DeleteRangeRequest: a key. */
export function checkDeleteRange(request: DeleteRangeRequest): EtcdError | undefined {
  return request.key.length === 0 ? errors.emptyKey : undefined;
}

/**
 * TxnRequest without the search for duplicate keys: `maxOps` bounds compares, then- and else-operations each; what
 * the longest of them leaves is the budget of nested txns.
 */
export function checkTxnShape(request: TxnRequest, maxOps: number, depth = 0): EtcdError | undefined {
  const { compare, success, failure } = request;
  const longest = Math.max(compare.length, success.length, failure.length);
  if (longest > maxOps || depth > MAX_TXN_DEPTH) return errors.tooManyOps;
  for (let i = 0; i < compare.length; i++) {
    if (compare[i]!.key.length === 0) return errors.emptyKey;
  }
  return (
    checkOps(success, maxOps - longest, depth) ??
    (failure.length === 0 ? undefined : checkOps(failure, maxOps - longest, depth))
  );
}

function checkOps(ops: readonly RequestOp[], nestedBudget: number, depth: number): EtcdError | undefined {
  for (let i = 0; i < ops.length; i++) {
    const failure = checkOp(ops[i]!, nestedBudget, depth);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function checkOp(op: RequestOp, nestedBudget: number, depth: number): EtcdError | undefined {
  if (op.requestRange !== undefined) return checkRange(op.requestRange);
  if (op.requestPut !== undefined) return checkPut(op.requestPut);
  if (op.requestDeleteRange !== undefined) return checkDeleteRange(op.requestDeleteRange);
  if (op.requestTxn !== undefined) return checkTxnShape(op.requestTxn, nestedBudget, depth + 1);
  return errors.keyNotFound; // an empty operation; etcd's own choice of words
}

/** Whether a txn can be answered by a read: only ranges, and no nested txn. */
export function isReadOnlyTxn(request: TxnRequest): boolean {
  return onlyRanges(request.success) && onlyRanges(request.failure);
}

/** Whether every range of a read-only txn is serializable, so that no read point is needed. */
export function isSerializableTxn(request: TxnRequest): boolean {
  return onlySerializable(request.success) && onlySerializable(request.failure);
}

function onlyRanges(ops: readonly RequestOp[]): boolean {
  for (let i = 0; i < ops.length; i++) if (ops[i]!.requestRange === undefined) return false;
  return true;
}

function onlySerializable(ops: readonly RequestOp[]): boolean {
  for (let i = 0; i < ops.length; i++) if (ops[i]!.requestRange?.serializable !== true) return false;
  return true;
}

/**
 * A request out of another member's entry. None of them proposes one that does not pass; if one is there it has no effect.
 * How many operations are too many is up to the member that was asked.
 */
export function checkShape(op: LogOp): EtcdError | undefined {
  switch (op.kind) {
    case 'put':
      return checkPut(op.request);
    case 'deleteRange':
      return checkDeleteRange(op.request);
    case 'txn':
      return checkTxnShape(op.request, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    default:
      return undefined;
  }
}
