import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors, seededRandom, systemClock } from '@quorate/base';
import {
  Compare,
  CompareResult,
  CompareTarget,
  DeleteRangeRequest,
  KeyValue,
  PutRequest,
  RangeRequest,
  RequestOp,
  TxnRequest,
  TxnResponse,
} from '@quorate/proto';
import { MemoryBackend, type MvccStore, openMvccStore } from '@quorate/storage';
import { isReadOnly, runReadTxn, runWriteTxn } from './txn.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const leases = { has: (id: bigint): boolean => id === 7n };

async function openStore(): Promise<MvccStore> {
  const onError = (error: Error): never => {
    throw error;
  };
  const backend = new MemoryBackend({ clock: systemClock, onError });
  return openMvccStore({
    backend,
    clock: systemClock,
    random: seededRandom(1),
    leases: { attach() {}, detach() {} },
    onError,
  });
}

function put(store: MvccStore, key: string, value: string): void {
  const write = store.beginWrite();
  write.put(bytes(key), bytes(value), 0n, false);
  write.end();
}

const putOp = (key: string, value: string, more: Partial<PutRequest> = {}): RequestOp =>
  RequestOp.create({ requestPut: PutRequest.create({ key: bytes(key), value: bytes(value), ...more }) });
const deleteOp = (key: string, rangeEnd = '', prevKv = false): RequestOp =>
  RequestOp.create({
    requestDeleteRange: DeleteRangeRequest.create({ key: bytes(key), rangeEnd: bytes(rangeEnd), prevKv }),
  });
const rangeOp = (key: string, more: Partial<RangeRequest> = {}): RequestOp =>
  RequestOp.create({ requestRange: RangeRequest.create({ key: bytes(key), ...more }) });
const txnOp = (txn: Partial<TxnRequest>): RequestOp =>
  RequestOp.create({ requestTxn: TxnRequest.create(txn) });

const compare = (key: string, target: number, result: number, more: Partial<Compare>): Compare =>
  Compare.create({ key: bytes(key), target, result, ...more });

function run(store: MvccStore, txn: Partial<TxnRequest>): TxnResponse {
  const result = runWriteTxn(store, leases, TxnRequest.create(txn), true);
  assert.ok(result !== undefined);
  const response = TxnResponse.decode(result.responses);
  response.succeeded = result.succeeded;
  response.header = { clusterId: 0n, memberId: 0n, revision: result.revision, raftTerm: 0 };
  return response;
}

const { EQUAL, GREATER, LESS, NOT_EQUAL } = CompareResult;
const { VALUE, VERSION, CREATE, MOD, LEASE } = CompareTarget;

test('compares decide the branch', async () => {
  const store = await openStore();
  put(store, 'a', '1'); // revision 2
  put(store, 'a', '2'); // revision 3
  const holds = (c: Compare): boolean => run(store, { compare: [c] }).succeeded;
  assert.equal(holds(compare('a', VALUE, EQUAL, { value: bytes('2') })), true);
  assert.equal(holds(compare('a', VALUE, GREATER, { value: bytes('10') })), true);
  assert.equal(holds(compare('a', VALUE, LESS, { value: bytes('2') })), false);
  assert.equal(holds(compare('a', VERSION, EQUAL, { version: 2 })), true);
  assert.equal(holds(compare('a', CREATE, EQUAL, { createRevision: 2 })), true);
  assert.equal(holds(compare('a', MOD, NOT_EQUAL, { modRevision: 2 })), true);
  assert.equal(holds(compare('a', LEASE, EQUAL, { lease: 0n })), true);
  assert.equal(holds(compare('a', LEASE, EQUAL, { lease: 7n })), false);
  assert.equal(store.revision, 3, 'a txn without writes makes no revision');
});

test('a missing key has version 0 and no value', async () => {
  const store = await openStore();
  const holds = (c: Compare): boolean => run(store, { compare: [c] }).succeeded;
  assert.equal(holds(compare('x', VERSION, EQUAL, { version: 0 })), true);
  assert.equal(holds(compare('x', CREATE, GREATER, { createRevision: 0 })), false);
  assert.equal(holds(compare('x', VALUE, EQUAL, { value: bytes('') })), false);
  assert.equal(holds(compare('x', VALUE, NOT_EQUAL, { value: bytes('y') })), false);
});

test('a compare with a range holds when it holds for every key, and for an empty range once against nothing', async () => {
  const store = await openStore();
  for (const key of ['p1', 'p2', 'p3']) put(store, key, 'v');
  const holds = (c: Compare): boolean => run(store, { compare: [c] }).succeeded;
  assert.equal(holds(compare('p', VALUE, EQUAL, { value: bytes('v'), rangeEnd: bytes('q') })), true);
  put(store, 'p2', 'w');
  assert.equal(holds(compare('p', VALUE, EQUAL, { value: bytes('v'), rangeEnd: bytes('q') })), false);
  assert.equal(holds(compare('p', VERSION, GREATER, { version: 0, rangeEnd: bytes('\0') })), true);
  assert.equal(holds(compare('x', VERSION, EQUAL, { version: 0, rangeEnd: bytes('y') })), true);
  assert.equal(holds(compare('x', VALUE, EQUAL, { value: bytes(''), rangeEnd: bytes('y') })), false);
});

test('ranges see the own writes of the txn, and headers tell the revision of their moment', async () => {
  const store = await openStore();
  put(store, 'a', '1'); // revision 2
  const response = run(store, {
    success: [
      rangeOp('a'),
      putOp('a', '2', { prevKv: true }),
      rangeOp('a'),
      deleteOp('a', '', true),
      rangeOp('a'),
    ],
  });
  const [before, written, seen, deleted, gone] = response.responses;
  assert.equal(before?.responseRange?.header?.revision, 2);
  assert.equal(before?.responseRange?.kvs[0]?.value.toString(), '1');
  assert.equal(written?.responsePut?.header?.revision, 3);
  assert.equal(written?.responsePut?.prevKv?.value.toString(), '1');
  assert.equal(seen?.responseRange?.header?.revision, 3);
  assert.equal(seen?.responseRange?.kvs[0]?.value.toString(), '2');
  assert.equal(deleted?.responseDeleteRange?.deleted, 1);
  assert.equal(deleted?.responseDeleteRange?.prevKvs[0]?.value.toString(), '2');
  assert.equal(gone?.responseRange?.count, 0);
  assert.equal(response.header?.revision, 3);
  assert.equal(store.revision, 3);
});

test('nested compares look at the state before the whole txn', async () => {
  const store = await openStore();
  const response = run(store, {
    success: [
      putOp('a', '1'),
      txnOp({
        compare: [compare('a', VERSION, GREATER, { version: 0 })],
        success: [putOp('b', 'seen')],
        failure: [putOp('b', 'unseen'), txnOp({ success: [putOp('c', 'deep')] })],
      }),
      putOp('d', 'after'),
    ],
  });
  assert.equal(response.responses[1]?.responseTxn?.succeeded, false);
  assert.deepEqual(response.responses[1]?.responseTxn?.header, {
    clusterId: 0n,
    memberId: 0n,
    revision: 0,
    raftTerm: 0,
  });
  const value = (key: string): string =>
    KeyValue.decode(store.get(bytes(key)) as Uint8Array).value.toString();
  assert.equal(value('b'), 'unseen');
  assert.equal(value('c'), 'deep');
  assert.equal(value('d'), 'after');
  assert.equal(store.revision, 2);
});

test('a txn that fails leaves no trace', async () => {
  const store = await openStore();
  put(store, 'a', '1');
  const refused = (txn: Partial<TxnRequest>, error: Error): void => {
    assert.throws(() => runWriteTxn(store, leases, TxnRequest.create(txn), true), error);
    assert.equal(store.revision, 2);
    assert.equal(KeyValue.decode(store.get(bytes('a')) as Uint8Array).value.toString(), '1');
  };
  refused({ success: [putOp('b', 'x'), putOp('c', '', { ignoreValue: true })] }, errors.keyNotFound);
  refused({ success: [putOp('b', 'x'), putOp('c', 'x', { lease: 9n })] }, errors.leaseNotFound);
  refused({ success: [putOp('b', 'x'), rangeOp('a', { revision: 50 })] }, errors.futureRevision);
  refused(
    { success: [putOp('b', 'x'), rangeOp('a', { sortOrder: 1, sortTarget: 9 })] },
    errors.invalidSortOption,
  );
  refused(
    { success: [txnOp({ success: [putOp('b', 'x'), putOp('z', 'x', { ignoreLease: true })] })] },
    errors.keyNotFound,
  );
});

test('a put that keeps the value of a key deleted before in the txn is refused (etcd crashes)', async () => {
  const store = await openStore();
  put(store, 'k', '1');
  for (const deletion of [deleteOp('k'), deleteOp('a', '\0'), deleteOp('a', 'z')]) {
    const txn = TxnRequest.create({ success: [deletion, putOp('k', '', { ignoreValue: true })] });
    assert.throws(() => runWriteTxn(store, leases, txn, false), errors.keyNotFound);
    assert.equal(store.revision, 2);
    assert.equal(store.has(bytes('k')), true);
  }
  // In the other order, and with a deletion elsewhere, all is well.
  run(store, { success: [deleteOp('l', 'z'), putOp('k', '', { ignoreValue: true }), deleteOp('a', '\0')] });
  assert.equal(store.has(bytes('k')), false);
});

test('value and lease can be kept', async () => {
  const store = await openStore();
  const write = store.beginWrite();
  write.put(bytes('a'), bytes('1'), 7n, false);
  write.end();
  run(store, { success: [putOp('a', '', { ignoreValue: true })] });
  let kv = KeyValue.decode(store.get(bytes('a')) as Uint8Array);
  assert.deepEqual([kv.value.toString(), kv.lease], ['1', 0n]);
  run(store, { success: [putOp('a', '2', { lease: 7n })] });
  run(store, { success: [putOp('a', '3', { ignoreLease: true })] });
  kv = KeyValue.decode(store.get(bytes('a')) as Uint8Array);
  assert.deepEqual([kv.value.toString(), kv.lease, kv.version], ['3', 7n, 4]);
});

test('the outcome of a txn does not depend on whether somebody waits for it', async () => {
  const one = await openStore();
  const other = await openStore();
  for (const store of [one, other]) put(store, 'a', '1');
  const txns: Partial<TxnRequest>[] = [
    { success: [putOp('b', '2'), rangeOp('a', { revision: 99 })] },
    { success: [putOp('b', '2', { prevKv: true }), rangeOp('a'), deleteOp('a', '', true)] },
    { compare: [compare('a', VERSION, EQUAL, { version: 0 })], success: [putOp('c', '3')] },
  ];
  for (const txn of txns) {
    for (const [store, wanted] of [
      [one, true],
      [other, false],
    ] as const) {
      try {
        runWriteTxn(store, leases, TxnRequest.create(txn), wanted);
      } catch (error) {
        assert.equal(error, errors.futureRevision);
      }
    }
  }
  assert.deepEqual(await one.hashByRevision(0), await other.hashByRevision(0));
});

test('a txn of ranges is read without writing', async () => {
  const store = await openStore();
  put(store, 'a', '1');
  const txn = TxnRequest.create({
    compare: [compare('a', VERSION, EQUAL, { version: 1 })],
    success: [rangeOp('a'), rangeOp('b')],
    failure: [rangeOp('c')],
  });
  assert.equal(isReadOnly(txn), true);
  assert.equal(isReadOnly(TxnRequest.create({ failure: [putOp('a', '')] })), false);
  const result = runReadTxn(store, leases, txn);
  assert.equal(result.succeeded, true);
  assert.equal(result.revision, 2);
  const { responses } = TxnResponse.decode(result.responses);
  assert.deepEqual(
    responses.map((response) => response.responseRange?.count),
    [1, 0],
  );
});
