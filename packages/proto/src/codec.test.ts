import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AlarmMember,
  Compare,
  ConfState,
  DecodeError,
  Entry,
  HardState,
  KeyValue,
  LeaseTimeToLiveResponse,
  PutRequest,
  RaftMessage,
  RaftMessageType,
  RaftSnapshot,
  RangeRequest,
  RangeResponse,
  RequestOp,
  ResponseHeader,
  SnapshotMetadata,
  SortTarget,
  SortTargetNames,
  StatusResponse,
  TxnRequest,
  V2Request,
  WatchCreateRequest,
  WatchResponse,
  Writer,
} from './index.ts';
import { arbitraryMessage } from './testing/arbitrary.ts';
import { allMessageTypes, readVectors } from './testing/vectors.ts';

const types = allMessageTypes();
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const long = process.env['QUORATE_LONG_TESTS'] === '1';

test('any message survives encoding and decoding', () => {
  for (const type of types.values()) {
    fc.assert(
      fc.property(arbitraryMessage(type), (message) => {
        const bytes = type.encode(message);
        const again = type.decode(bytes);
        assert.deepEqual(type.encode(again), bytes);
        if (type.typeName !== 'raftpb.Message') assert.deepEqual(again, message);
      }),
      { numRuns: long ? 2000 : 20 },
    );
  }
});

test('random bytes decode or throw DecodeError, nothing else', () => {
  const list = [...types.values()];
  fc.assert(
    fc.property(fc.nat(list.length - 1), fc.uint8Array({ maxLength: 60 }), (index, bytes) => {
      decodeOrRefuse(list[index] as (typeof list)[0], bytes);
    }),
    { numRuns: long ? 1_000_000 : 20_000 },
  );
});

test('mutated and cut encodings decode or throw DecodeError, nothing else', () => {
  let state = 12345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (const vector of readVectors()) {
    const type = types.get(vector.type);
    const original = hex(vector.hex);
    if (type === undefined || original.length === 0) continue;
    for (let round = 0; round < (long ? 500 : 10); round++) {
      const bytes = Buffer.from(original);
      for (let flips = 1 + random(3); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
      decodeOrRefuse(type, bytes);
      decodeOrRefuse(type, original.subarray(0, random(original.length)));
    }
  }
});

function decodeOrRefuse(type: { decode(bytes: Uint8Array): unknown }, bytes: Uint8Array): void {
  try {
    type.decode(bytes);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
}

test('a field that runs past its message is refused even when the bytes exist beyond it', () => {
  const outer = hex('0a 03 0a 05 61 62 63 64 65');
  assert.throws(() => RangeResponse.decode(outer), DecodeError);
  assert.throws(() => ResponseHeader.decode(hex('18 80 80 01'), 0, 3), DecodeError);
  assert.throws(() => ResponseHeader.decode(hex('18 05'), 0, 1), DecodeError);
  assert.throws(() => KeyValue.decode(hex('0a 02 61 62'), 0, 3), DecodeError);
});

test('bounds outside the array are refused', () => {
  assert.throws(() => KeyValue.decode(hex('0a 00'), 0, 3), DecodeError);
  assert.throws(() => KeyValue.decode(hex('0a 00'), -1), DecodeError);
  assert.throws(() => KeyValue.decode(hex('0a 00'), 2, 1), DecodeError);
});

test('varints: ten bytes at most, cut to 64 bits', () => {
  assert.throws(() => ResponseHeader.decode(hex('08 ffffffffffffffffffff 01')), DecodeError);
  assert.equal(ResponseHeader.decode(hex('08 ffffffffffffffffff 7f')).clusterId, 2n ** 64n - 1n);
  assert.equal(ResponseHeader.decode(hex('18 ffffffffffffffffff 01')).revision, -1);
  assert.equal(ResponseHeader.decode(hex('20 ffffffffffffffffff 01')).raftTerm, 2 ** 64);
  assert.equal(ResponseHeader.decode(hex('18 ffffffffffffffff 7f')).revision, 2 ** 63);
});

test('numbers beyond 2^53 or not numbers are refused on encoding', () => {
  assert.throws(() => ResponseHeader.encode(ResponseHeader.create({ revision: 2 ** 53 })), RangeError);
  assert.throws(() => ResponseHeader.encode(ResponseHeader.create({ revision: -(2 ** 53) })), RangeError);
  assert.throws(() => ResponseHeader.encode(ResponseHeader.create({ raftTerm: -1 })), RangeError);
  assert.throws(() => ResponseHeader.encode(ResponseHeader.create({ raftTerm: Number.NaN })), RangeError);
  ResponseHeader.encode(ResponseHeader.create({ revision: Number.MAX_SAFE_INTEGER }));
});

test('unknown fields of every wire type are skipped, groups included', () => {
  const known = hex('18 07');
  for (const unknown of ['f8 07 01', 'f9 07 0102030405060708', 'fa 07 02 6162', 'fd 07 01020304']) {
    assert.equal(ResponseHeader.decode(Buffer.concat([hex(unknown), known])).revision, 7);
  }
  const group = hex('fb 07 08 01 fb 07 0a 01 61 fc 07 fc 07');
  assert.equal(ResponseHeader.decode(Buffer.concat([group, known])).revision, 7);
  for (const broken of [
    'fb 07 08 01',
    'fc 07',
    'fe 07',
    'ff 07',
    '00 01',
    '02 00',
    'f9 07 01',
    'fd 07 01',
    'fa 07 02 61',
  ]) {
    assert.throws(() => ResponseHeader.decode(hex(broken)), DecodeError, broken);
  }
});

test('a known field with a foreign wire type is refused', () => {
  assert.throws(() => ResponseHeader.decode(hex('0a 01 61')), DecodeError);
  assert.throws(() => KeyValue.decode(hex('08 01')), DecodeError);
  assert.throws(() => Compare.decode(hex('80 04 01')), DecodeError);
});

test('the last scalar wins, a repeated sub-message merges, a later oneof member replaces', () => {
  assert.equal(ResponseHeader.decode(hex('18 01 18 02')).revision, 2);
  const merged = RangeResponse.decode(hex('0a 02 08 05 0a 02 18 07')).header;
  assert.equal(merged?.clusterId, 5n);
  assert.equal(merged?.revision, 7);
  const op = RequestOp.decode(hex('0a 03 0a 01 61 12 03 0a 01 62'));
  assert.equal(op.requestRange, undefined);
  assert.deepEqual(op.requestPut?.key, Buffer.from('b'));
  const replaced = RequestOp.decode(hex('12 03 0a 01 61 12 03 12 01 62'));
  assert.equal(replaced.requestPut?.key.length, 0);
});

test('a oneof scalar of zero is present', () => {
  const compare = Compare.create({ version: 0 });
  const bytes = Compare.encode(compare);
  assert.equal(bytes.toString('hex'), '2000');
  assert.equal(Compare.decode(bytes).version, 0);
  assert.equal(Compare.decode(bytes).modRevision, undefined);
  assert.equal(Compare.decode(hex('')).version, undefined);
});

test('repeated scalars are read packed and unpacked; proto3 writes packed, proto2 does not', () => {
  assert.deepEqual(WatchCreateRequest.decode(hex('2a 02 00 01 28 01')).filters, [0, 1, 1]);
  assert.deepEqual(ConfState.decode(hex('0a 03 01 ac 02 08 05')).voters, [1n, 300n, 5n]);
  assert.equal(
    WatchCreateRequest.encode(WatchCreateRequest.create({ filters: [0, 1] })).toString('hex'),
    '2a020001',
  );
  assert.equal(ConfState.encode(ConfState.create({ voters: [1n, 2n] })).toString('hex'), '080108022800');
  assert.throws(() => WatchCreateRequest.decode(hex('2a 01 80 01')), DecodeError);
});

test('nesting is bounded', () => {
  const nest = (levels: number): Buffer => {
    let bytes: Buffer = Buffer.alloc(0);
    for (let i = 0; i < levels; i++) {
      const op = new Writer();
      op.lengthDelimited(4, bytes.length);
      op.raw(bytes);
      const txn = new Writer();
      txn.lengthDelimited(2, op.position);
      txn.raw(op.view());
      bytes = txn.copy();
    }
    return bytes;
  };
  TxnRequest.decode(nest(50));
  assert.throws(() => TxnRequest.decode(nest(51)), DecodeError);
  assert.throws(() => TxnRequest.decode(nest(20_000)), DecodeError);
});

test('bytes fields are views of the input; absent ones are empty', () => {
  const bytes = PutRequest.encode(PutRequest.create({ key: Buffer.from('key') }));
  const decoded = PutRequest.decode(bytes);
  assert.equal(decoded.key.buffer, bytes.buffer);
  bytes[2] = 'K'.charCodeAt(0);
  assert.deepEqual(decoded.key, Buffer.from('Key'));
  assert.equal(decoded.value.length, 0);
});

test('a plain Uint8Array decodes as well as a Buffer', () => {
  const encoded = AlarmMember.encode(AlarmMember.create({ memberID: 9n, alarm: 1 }));
  assert.deepEqual(
    AlarmMember.decode(new Uint8Array(encoded)),
    AlarmMember.create({ memberID: 9n, alarm: 1 }),
  );
  const status = StatusResponse.create({
    version: '3.7.0',
    errors: [`größer als kurz: ${'x'.repeat(40)}`, 'ü'],
  });
  assert.deepEqual(StatusResponse.decode(new Uint8Array(StatusResponse.encode(status))), status);
});

test('proto2 messages are written whole', () => {
  assert.equal(HardState.encode(HardState.create()).toString('hex'), '080010001800');
  assert.equal(Entry.encode(Entry.create()).toString('hex'), '080010001800');
  const empty = RaftMessage.encode(RaftMessage.create({ type: RaftMessageType.MsgHeartbeat }));
  assert.equal(empty.toString('hex'), '08081000180020002800300040004a0a12080a0228001000180050005800');
  assert.equal(RaftMessage.decode(empty).snapshot, undefined);
});

test('a raft message with a snapshot, a vote and responses survives', () => {
  const metadata = SnapshotMetadata.create({
    index: 5,
    term: 2,
    confState: ConfState.create({ voters: [1n] }),
  });
  const message = RaftMessage.create({
    type: RaftMessageType.MsgSnap,
    snapshot: RaftSnapshot.create({ metadata }),
    vote: 7n,
    responses: [RaftMessage.create({ type: RaftMessageType.MsgAppResp, to: 3n })],
  });
  assert.deepEqual(RaftMessage.decode(RaftMessage.encode(message)), message);
});

test('presence of PrevExist and Refresh is kept', () => {
  assert.equal(V2Request.decode(V2Request.encode(V2Request.create())).prevExist, undefined);
  assert.equal(V2Request.decode(V2Request.encode(V2Request.create({ prevExist: false }))).prevExist, false);
});

test('many lengths between the passes: the slot array grows', () => {
  const kvs = Array.from({ length: 5000 }, (_, i) =>
    KeyValue.create({ key: Buffer.from(`k${i}`), version: i }),
  );
  const response = RangeResponse.create({ kvs, count: kvs.length });
  assert.deepEqual(RangeResponse.decode(RangeResponse.encode(response)), response);
});

test('empty items of repeated bytes are kept', () => {
  const response = LeaseTimeToLiveResponse.create({
    keys: [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(0)],
  });
  assert.equal(LeaseTimeToLiveResponse.encode(response).toString('hex'), '2a002a01612a00');
  assert.deepEqual(LeaseTimeToLiveResponse.decode(hex('2a002a01612a00')), response);
});

test('encodeField frames a message for splicing', () => {
  const writer = new Writer();
  const request = RangeRequest.create({ key: Buffer.alloc(3000, 0x61) });
  RangeRequest.encodeField(request, writer, 3);
  const bytes = RangeRequest.encode(request);
  assert.deepEqual(writer.copy(), Buffer.concat([hex('1a bb 17'), bytes]));
});

test('enums have names', () => {
  assert.equal(SortTarget.MOD, 3);
  assert.equal(SortTargetNames[3], 'MOD');
  assert.equal(WatchResponse.fields.at(-1)?.number, 11);
});
