import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteRangeResponse,
  KeyValue,
  PutResponse,
  RangeResponse,
  ResponseHeader,
  ResponseOp,
  TxnResponse,
} from '@quorate/proto';
import { encodeResponses, type OpResult } from './txn-response.ts';

const kv = KeyValue.create({
  key: Buffer.from('k'),
  value: Buffer.alloc(200, 7),
  modRevision: 9,
  version: 1,
});
const small = KeyValue.create({ key: Buffer.from('s'), createRevision: 3 });
const encoded = KeyValue.encode(kv);
const encodedSmall = KeyValue.encode(small);
const header = (revision: number): ResponseHeader => ResponseHeader.create({ revision });

test('responses are encoded as the messages would be', () => {
  const results: OpResult[] = [
    { kind: 'range', revision: 300, kvs: [encoded, encodedSmall], more: true, count: 1000 },
    { kind: 'range', revision: 1, kvs: [], more: false, count: 0 },
    { kind: 'put', revision: 301, prevKv: undefined },
    { kind: 'put', revision: 301, prevKv: encoded },
    { kind: 'delete', revision: 301, deleted: 2, prevKvs: [encoded, encodedSmall] },
    { kind: 'delete', revision: 301, deleted: 0, prevKvs: [] },
    { kind: 'empty' },
    {
      kind: 'txn',
      succeeded: true,
      responses: [
        { kind: 'put', revision: 301, prevKv: encodedSmall },
        { kind: 'txn', succeeded: false, responses: [] },
      ],
    },
  ];
  const nested = TxnResponse.create({
    header: ResponseHeader.create(),
    succeeded: true,
    responses: [
      ResponseOp.create({ responsePut: PutResponse.create({ header: header(301), prevKv: small }) }),
      ResponseOp.create({ responseTxn: TxnResponse.create({ header: ResponseHeader.create() }) }),
    ],
  });
  const expected = TxnResponse.create({
    responses: [
      ResponseOp.create({
        responseRange: RangeResponse.create({
          header: header(300),
          kvs: [kv, small],
          more: true,
          count: 1000,
        }),
      }),
      ResponseOp.create({ responseRange: RangeResponse.create({ header: header(1) }) }),
      ResponseOp.create({ responsePut: PutResponse.create({ header: header(301) }) }),
      ResponseOp.create({ responsePut: PutResponse.create({ header: header(301), prevKv: kv }) }),
      ResponseOp.create({
        responseDeleteRange: DeleteRangeResponse.create({
          header: header(301),
          deleted: 2,
          prevKvs: [kv, small],
        }),
      }),
      ResponseOp.create({ responseDeleteRange: DeleteRangeResponse.create({ header: header(301) }) }),
      ResponseOp.create(),
      ResponseOp.create({ responseTxn: nested }),
    ],
  });
  assert.deepEqual(Buffer.from(encodeResponses(results)), Buffer.from(TxnResponse.encode(expected)));
});
