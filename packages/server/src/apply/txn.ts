// Runs txns. The branches taken, nested ones too, are decided on the state before the txn; then everything that can
// fail is checked, so that a txn either fails without a trace or runs to its end.
import { emptyBytes, errors } from '@quorate/base';
import {
  KeyValue,
  type PutRequest,
  type RangeRequest,
  type RequestOp,
  type TxnRequest,
} from '@quorate/proto';
import type { MvccStore, RangeQuery, RangeResult, WriteTxn } from '@quorate/storage';
import type { TxnResult } from '../member/seam.ts';
import { comparesHold } from './compares.ts';
import { coversKey } from './key-range.ts';
import { isKnownSort } from './range.ts';
import { EMPTY_OP_RESULT, encodeResponses, NO_KVS, type OpResult } from './txn-response.ts';

/** What checks need beside the store. */
export interface LeaseLookup {
  has(id: bigint): boolean;
}

/** The branches a txn takes, in the order in which the txn and its nested ones are met. */
class BranchPath {
  readonly #taken: boolean[] = [];
  #next = 0;

  add(taken: boolean): void {
    this.#taken.push(taken);
  }

  next(): boolean {
    return this.#taken[this.#next++] === true;
  }

  rewind(): void {
    this.#next = 0;
  }
}

/** Whether neither branch holds anything but ranges at its top level. */
export function isReadOnly(txn: TxnRequest): boolean {
  return onlyRanges(txn.success) && onlyRanges(txn.failure);
}

function onlyRanges(ops: readonly RequestOp[]): boolean {
  for (let at = 0; at < ops.length; at++) if ((ops[at] as RequestOp).requestRange === undefined) return false;
  return true;
}

function decideBranches(store: MvccStore, txn: TxnRequest, path: BranchPath): void {
  const succeeded = comparesHold(store, txn.compare);
  path.add(succeeded);
  const ops = succeeded ? txn.success : txn.failure;
  for (let at = 0; at < ops.length; at++) {
    const nested = (ops[at] as RequestOp).requestTxn;
    if (nested !== undefined) decideBranches(store, nested, path);
  }
}

/** Walks the operations of the branches taken, in the order in which they will run, and refuses what would fail. */
class TxnChecker {
  readonly #store: MvccStore;
  readonly #leases: LeaseLookup;
  /** Writes so far, latest last: needed only by puts that keep a part of what is there. */
  readonly #writes: RequestOp[] = [];

  constructor(store: MvccStore, leases: LeaseLookup) {
    this.#store = store;
    this.#leases = leases;
  }

  /** Puts first, then ranges: the order in which etcd finds errors. */
  check(txn: TxnRequest, path: BranchPath, writes: boolean): void {
    if (writes) {
      path.rewind();
      this.#walk(txn, path, (op) => this.#checkWrite(op));
    }
    path.rewind();
    this.#walk(txn, path, (op) => this.#checkRange(op));
  }

  #walk(txn: TxnRequest, path: BranchPath, visit: (op: RequestOp) => void): void {
    const ops = path.next() ? txn.success : txn.failure;
    for (let at = 0; at < ops.length; at++) {
      const op = ops[at] as RequestOp;
      if (op.requestTxn !== undefined) this.#walk(op.requestTxn, path, visit);
      else visit(op);
    }
  }

  #checkWrite(op: RequestOp): void {
    const put = op.requestPut;
    if (put !== undefined) {
      if ((put.ignoreValue || put.ignoreLease) && !this.#willExist(put.key)) throw errors.keyNotFound;
      if (put.lease !== 0n && !this.#leases.has(put.lease)) throw errors.leaseNotFound;
    }
    if (put !== undefined || op.requestDeleteRange !== undefined) this.#writes.push(op);
  }

  // etcd asks only for the state before the txn and panics when an earlier operation of it has deleted the key.
  #willExist(key: Uint8Array): boolean {
    if (!this.#store.has(key)) return false;
    for (let at = this.#writes.length - 1; at >= 0; at--) {
      const op = this.#writes[at] as RequestOp;
      if (op.requestPut !== undefined && Buffer.compare(op.requestPut.key, key) === 0) return true;
      const deletion = op.requestDeleteRange;
      if (deletion !== undefined && coversKey(deletion.key, deletion.rangeEnd, key)) return false;
    }
    return true;
  }

  #checkRange(op: RequestOp): void {
    const range = op.requestRange;
    if (range === undefined) return;
    if (range.revision !== 0) {
      if (range.revision > this.#store.revision) throw errors.futureRevision;
      if (range.revision < this.#store.compactRevision) throw errors.compacted;
    }
    if (!isKnownSort(range.sortOrder, range.sortTarget)) throw errors.invalidSortOption;
  }
}

// etcd counts what a txn reads at one go as a txn, apart from its writes.
function countReads(store: MvccStore, rangesBefore: number): void {
  if (store.counters.ranges - rangesBefore > 1) store.counters.txns++;
}

/** Reads of a txn: the store's for one that only reads, the write txn's own otherwise. */
interface TxnReader {
  range(query: RangeQuery): RangeResult;
}

/**
 * Runs a txn that only reads against the current state.
 * @throws EtcdError futureRevision, compacted, invalidSortOption
 */
export function runReadTxn(store: MvccStore, leases: LeaseLookup, txn: TxnRequest): TxnResult {
  const rangesBefore = store.counters.ranges;
  const path = new BranchPath();
  decideBranches(store, txn, path);
  new TxnChecker(store, leases).check(txn, path, false);
  path.rewind();
  const succeeded = path.next();
  const { revision } = store;
  const results = (succeeded ? txn.success : txn.failure).map((op) =>
    op.requestRange === undefined ? EMPTY_OP_RESULT : rangeResult(store, op.requestRange, revision),
  );
  countReads(store, rangesBefore);
  return { kind: 'txn', revision, succeeded, responses: encodeResponses(results) };
}

/**
 * Runs a txn of the log. With `wantResult` false its ranges are checked but not read, and the result is undefined.
 * @throws EtcdError keyNotFound, leaseNotFound, futureRevision, compacted, invalidSortOption; then nothing has happened
 */
export function runWriteTxn(
  store: MvccStore,
  leases: LeaseLookup,
  txn: TxnRequest,
  wantResult: boolean,
): TxnResult | undefined {
  const rangesBefore = store.counters.ranges;
  const path = new BranchPath();
  decideBranches(store, txn, path);
  countReads(store, rangesBefore);
  new TxnChecker(store, leases).check(txn, path, true);
  path.rewind();
  const write = store.beginWrite();
  const runner = new TxnRunner(write, wantResult);
  const { succeeded, responses } = runner.run(txn, path);
  const revision = write.end();
  if (!wantResult) return undefined;
  return { kind: 'txn', revision, succeeded, responses: encodeResponses(responses) };
}

class TxnRunner {
  readonly #write: WriteTxn;
  readonly #wantResult: boolean;

  constructor(write: WriteTxn, wantResult: boolean) {
    this.#write = write;
    this.#wantResult = wantResult;
  }

  run(txn: TxnRequest, path: BranchPath): { succeeded: boolean; responses: OpResult[] } {
    const succeeded = path.next();
    const ops = succeeded ? txn.success : txn.failure;
    const responses: OpResult[] = [];
    for (let at = 0; at < ops.length; at++) responses.push(this.#runOp(ops[at] as RequestOp, path));
    return { succeeded, responses };
  }

  #runOp(op: RequestOp, path: BranchPath): OpResult {
    const write = this.#write;
    if (op.requestRange !== undefined) {
      return this.#wantResult ? rangeResult(write, op.requestRange, this.#revision()) : EMPTY_OP_RESULT;
    }
    if (op.requestPut !== undefined) {
      const prevKv = putInto(write, op.requestPut);
      return { kind: 'put', revision: write.writeRevision, prevKv };
    }
    const deletion = op.requestDeleteRange;
    if (deletion !== undefined) {
      const wantPrev = deletion.prevKv && this.#wantResult;
      const { deleted, prevKvs } = write.deleteRange(deletion.key, deletion.rangeEnd, wantPrev);
      return { kind: 'delete', revision: this.#revision(), deleted, prevKvs: wantPrev ? prevKvs : NO_KVS };
    }
    if (op.requestTxn !== undefined) {
      const { succeeded, responses } = this.run(op.requestTxn, path);
      return { kind: 'txn', succeeded, responses };
    }
    return EMPTY_OP_RESULT;
  }

  // Until the first write of the txn the revision is still the old one.
  #revision(): number {
    return this.#write.dirty ? this.#write.writeRevision : this.#write.writeRevision - 1;
  }
}

function rangeResult(reader: TxnReader, request: RangeRequest, revision: number): OpResult {
  const { kvs, more, count } = reader.range(request);
  return { kind: 'range', revision, kvs, more, count };
}

/** Puts, keeping value or lease where asked to; the key is known to exist then. Returns the previous KeyValue if wanted. */
export function putInto(write: WriteTxn, put: PutRequest): Uint8Array | undefined {
  if (!put.ignoreValue && !put.ignoreLease) return write.put(put.key, put.value, put.lease, put.prevKv);
  const previous = write.get(put.key);
  const kv = previous === undefined ? undefined : KeyValue.decode(previous);
  const value = put.ignoreValue ? (kv?.value ?? emptyBytes) : put.value;
  const lease = put.ignoreLease ? (kv?.lease ?? 0n) : put.lease;
  return write.put(put.key, value, lease, put.prevKv);
}
