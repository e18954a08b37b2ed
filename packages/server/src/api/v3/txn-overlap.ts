// Which keys a txn writes more than once. etcd's rule: on one path through the branches no key may be put twice, and
// no key may be put that a delete beside or above it, or an earlier nested txn, covers. Then and else of one txn
// never run together, so they may put the same key.
//
// A from-key delete (range_end `\0`) is invisible to etcd's own check: it accepts a put beside it, and that stays
// legal here. One form of it, however, makes a Go member panic in apply: a put with ignore_value or ignore_lease
// behind a from-key delete that takes its key away. That one is refused.
import { type EtcdError, errors, latin1Key } from '@quorate/base';
import type { DeleteRangeRequest, RequestOp, TxnRequest } from '@quorate/proto';
import { IntervalSet } from './interval-set.ts';

/** Checks both branches of a txn whose shape is already known to be good. */
export function checkOverlaps(request: TxnRequest): EtcdError | undefined {
  return checkBranch(request.success) ?? checkBranch(request.failure);
}

function checkBranch(ops: readonly RequestOp[]): EtcdError | undefined {
  if (ops.length < 2 && ops[0]?.requestTxn === undefined) return undefined;
  return writesOf(ops) === undefined || ignoresDeleted(ops, new FromKeyDeletes())
    ? errors.duplicateKey
    : undefined;
}

/** What one branch writes, nested txns included. */
interface Writes {
  readonly puts: Set<string>;
  readonly deletes: IntervalSet;
}

/** The writes of a branch, or undefined when they clash. */
function writesOf(ops: readonly RequestOp[]): Writes | undefined {
  const deletes = new IntervalSet();
  const puts = new Set<string>();
  for (const op of ops) if (op.requestDeleteRange !== undefined) addDelete(deletes, op.requestDeleteRange);
  for (const op of ops) {
    if (op.requestTxn !== undefined && !addNested(op.requestTxn, puts, deletes)) return undefined;
  }
  for (const op of ops) {
    if (op.requestPut === undefined) continue;
    const key = latin1Key(op.requestPut.key);
    if (puts.has(key) || deletes.has(key)) return undefined;
    puts.add(key);
  }
  return { puts, deletes };
}

/** Adds what a nested txn may write; false on a clash. */
function addNested(txn: TxnRequest, puts: Set<string>, deletes: IntervalSet): boolean {
  const then = writesOf(txn.success);
  const otherwise = writesOf(txn.failure);
  if (then === undefined || otherwise === undefined) return false;
  for (const branch of [then, otherwise]) {
    for (const key of branch.puts) if (puts.has(key) || deletes.has(key)) return false;
  }
  for (const branch of [then, otherwise]) {
    for (const key of branch.puts) puts.add(key);
    deletes.addAll(branch.deletes);
  }
  return true;
}

function addDelete(deletes: IntervalSet, request: DeleteRangeRequest): void {
  const start = latin1Key(request.key);
  const { rangeEnd } = request;
  if (rangeEnd.length === 0) deletes.add(start, `${start}\0`);
  else if (!isFromKey(rangeEnd)) deletes.add(start, latin1Key(rangeEnd)); // from-key: see above
}

function isFromKey(rangeEnd: Uint8Array): boolean {
  return rangeEnd.length === 1 && rangeEnd[0] === 0;
}

/** From-key deletes met so far on a walk in order of execution: only the lowest start matters. */
class FromKeyDeletes {
  #lowest: string | undefined;
  add(start: string): void {
    if (this.#lowest === undefined || start < this.#lowest) this.#lowest = start;
  }
  covers(key: string): boolean {
    return this.#lowest !== undefined && key >= this.#lowest;
  }
}

/** Whether a put that needs its key's old state comes after a from-key delete of it. Branches count as both taken. */
function ignoresDeleted(ops: readonly RequestOp[], deleted: FromKeyDeletes): boolean {
  for (const op of ops) {
    const put = op.requestPut;
    if (put !== undefined) {
      if ((put.ignoreValue || put.ignoreLease) && deleted.covers(latin1Key(put.key))) return true;
    } else if (op.requestDeleteRange !== undefined) {
      if (isFromKey(op.requestDeleteRange.rangeEnd)) deleted.add(latin1Key(op.requestDeleteRange.key));
    } else if (op.requestTxn !== undefined) {
      if (ignoresDeleted(op.requestTxn.success, deleted) || ignoresDeleted(op.requestTxn.failure, deleted)) {
        return true;
      }
    }
  }
  return false;
}
