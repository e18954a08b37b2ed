import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '@quorate/base';
import { Compare, DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest } from '@quorate/proto';
import { checkOverlaps } from '../api/v3/txn-overlap.ts';
import type { LogOp } from './internal-op.ts';
import {
  checkDeleteRange,
  checkPut,
  checkRange,
  checkShape,
  checkTxnShape,
  isReadOnlyTxn,
  isSerializableTxn,
} from './request-shape.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const put = (key: string, init: Partial<PutRequest> = {}): RequestOp =>
  RequestOp.create({ requestPut: PutRequest.create({ key: bytes(key), ...init }) });
const del = (key: string, end = ''): RequestOp =>
  RequestOp.create({
    requestDeleteRange: DeleteRangeRequest.create({ key: bytes(key), rangeEnd: bytes(end) }),
  });
const get = (key: string, init: Partial<RangeRequest> = {}): RequestOp =>
  RequestOp.create({ requestRange: RangeRequest.create({ key: bytes(key), ...init }) });
const nested = (success: RequestOp[], failure: RequestOp[] = []): RequestOp =>
  RequestOp.create({ requestTxn: TxnRequest.create({ success, failure }) });
const txn = (success: RequestOp[], failure: RequestOp[] = []): TxnRequest =>
  TxnRequest.create({ success, failure });

test('range: a key is needed, then sort options that exist', () => {
  assert.equal(checkRange(RangeRequest.create()), errors.emptyKey);
  assert.equal(checkRange(RangeRequest.create({ key: bytes('a') })), undefined);
  for (const init of [{ sortOrder: 3 }, { sortOrder: -1 }, { sortTarget: 5 }, { sortTarget: -1 }]) {
    assert.equal(checkRange(RangeRequest.create({ key: bytes('a'), ...init })), errors.invalidSortOption);
  }
});

test('put: nothing may be given that is to be ignored', () => {
  assert.equal(checkPut(PutRequest.create()), errors.emptyKey);
  const key = bytes('a');
  assert.equal(checkPut(PutRequest.create({ key, ignoreValue: true })), undefined);
  assert.equal(
    checkPut(PutRequest.create({ key, ignoreValue: true, value: bytes('v') })),
    errors.valueProvided,
  );
  assert.equal(checkPut(PutRequest.create({ key, ignoreLease: true, lease: 1n })), errors.leaseProvided);
  assert.equal(checkDeleteRange(DeleteRangeRequest.create()), errors.emptyKey);
});

test('txn: each list is bounded, nested ones by what the longest list leaves', () => {
  const two = [get('a'), get('b')];
  assert.equal(checkTxnShape(txn(two), 2), undefined);
  assert.equal(checkTxnShape(txn(two), 1), errors.tooManyOps);
  assert.equal(checkTxnShape(txn([], two), 1), errors.tooManyOps);
  const compare = [Compare.create({ key: bytes('a') }), Compare.create({ key: bytes('b') })];
  assert.equal(checkTxnShape(TxnRequest.create({ compare }), 1), errors.tooManyOps);
  assert.equal(checkTxnShape(txn([nested([get('a')])]), 2), undefined);
  assert.equal(checkTxnShape(txn([nested([get('a'), get('b')])]), 2), errors.tooManyOps);
  assert.equal(checkTxnShape(txn([nested([nested([get('a')])])]), 3), undefined);
  assert.equal(checkTxnShape(txn([nested([nested([get('a')])])]), 2), errors.tooManyOps);
});

test('txn: every compare and operation is checked, an empty operation is "key not found"', () => {
  assert.equal(checkTxnShape(TxnRequest.create({ compare: [Compare.create()] }), 9), errors.emptyKey);
  assert.equal(checkTxnShape(txn([put('')]), 9), errors.emptyKey);
  assert.equal(checkTxnShape(txn([], [del('')]), 9), errors.emptyKey);
  assert.equal(checkTxnShape(txn([RequestOp.create()]), 9), errors.keyNotFound);
  assert.equal(checkTxnShape(txn([nested([RequestOp.create()])]), 9), errors.keyNotFound);
  assert.equal(checkTxnShape(txn([get('a', { sortTarget: 9 })]), 9), errors.invalidSortOption);
});

test('txn: a nesting bomb is refused, not recursed into', () => {
  let bomb = nested([]);
  for (let i = 0; i < 90; i++) bomb = nested([bomb]);
  assert.equal(checkTxnShape(txn([bomb]), 1_000_000), errors.tooManyOps);
});

test('overlap: a key may be put once on a path', () => {
  const cases: [string, TxnRequest, boolean][] = [
    ['two puts', txn([put('a'), put('a')]), false],
    ['two puts in the else branch', txn([], [put('a'), put('a')]), false],
    ['then and else', txn([put('a')], [put('a')]), true],
    ['put and delete', txn([put('a'), del('a')]), false],
    ['put in a deleted range', txn([del('a', 'c'), put('b')]), false],
    ['put at the end of a deleted range', txn([del('a', 'c'), put('c')]), true],
    ['delete of an empty range', txn([del('c', 'a'), put('b')]), true],
    ['overlapping deletes', txn([del('a', 'c'), del('b', 'd')]), true],
    ['nested put again', txn([nested([put('a')]), put('a')]), false],
    ['nested branches alike', txn([nested([put('a')], [put('a')])]), true],
    ['nested branches alike, and outside', txn([nested([put('a')], [put('a')]), put('a')]), false],
    ['two nested txns', txn([nested([put('a')]), nested([], [put('a')])]), false],
    ['nested put below a delete', txn([nested([put('b')]), del('a', 'c')]), false],
    ['put below a nested delete', txn([nested([], [del('a', 'c')]), put('b')]), false],
    ['nested delete, then nested put', txn([nested([del('a')]), nested([put('a')])]), false],
    ['nested put, then nested delete', txn([nested([put('a')]), nested([del('a')])]), true],
    ['a clash deep inside', txn([nested([nested([put('a'), del('a')])])]), false],
  ];
  for (const [name, request, allowed] of cases) {
    assert.equal(checkOverlaps(request), allowed ? undefined : errors.duplicateKey, name);
  }
});

test('overlap: a from-key delete is no clash, but takes away what a later ignore_value needs', () => {
  assert.equal(checkOverlaps(txn([del('a', '\0'), put('b')])), undefined);
  assert.equal(checkOverlaps(txn([put('b', { ignoreValue: true }), del('a', '\0')])), undefined);
  assert.equal(checkOverlaps(txn([del('c', '\0'), put('b', { ignoreValue: true })])), undefined);
  for (const init of [{ ignoreValue: true }, { ignoreLease: true }]) {
    assert.equal(checkOverlaps(txn([del('a', '\0'), put('b', init)])), errors.duplicateKey);
    assert.equal(checkOverlaps(txn([nested([del('a', '\0')]), put('b', init)])), errors.duplicateKey);
    assert.equal(checkOverlaps(txn([del('a', '\0'), nested([], [put('b', init)])])), errors.duplicateKey);
  }
});

test('read-only txns hold ranges alone; serializable ones only serializable ranges', () => {
  assert.equal(isReadOnlyTxn(txn([get('a')], [get('b')])), true);
  assert.equal(isReadOnlyTxn(txn([])), true);
  assert.equal(isReadOnlyTxn(txn([get('a')], [put('b')])), false);
  assert.equal(isReadOnlyTxn(txn([nested([get('a')])])), false);
  assert.equal(isSerializableTxn(txn([get('a', { serializable: true })])), true);
  assert.equal(isSerializableTxn(txn([get('a', { serializable: true })], [get('b')])), false);
});

test('requests out of the log of the wrong shape are told, however deep they nest', () => {
  const put = PutRequest.create();
  const shapeOf = (kind: 'put' | 'txn', request: PutRequest | TxnRequest) =>
    checkShape({ kind, request, raw: undefined, requester: undefined } as LogOp);
  assert.equal(shapeOf('put', put), errors.emptyKey);
  assert.equal(shapeOf('put', PutRequest.create({ key: Buffer.from('k') })), undefined);
  let txn = TxnRequest.create({ success: [RequestOp.create({ requestPut: put })] });
  for (let depth = 0; depth < 90; depth++)
    txn = TxnRequest.create({ failure: [RequestOp.create({ requestTxn: txn })] });
  assert.equal(shapeOf('txn', txn), errors.emptyKey);
});
