import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HpackDecoder, HpackError } from './decoder.ts';
import { HpackEncoder, Indexing } from './encoder.ts';
import type { HeaderField } from './header-field.ts';
import { huffmanDecode, huffmanEncode, huffmanLength } from './huffman.ts';

type Pairs = [string, string][];

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s+/g, ''), 'hex');
const newDecoder = (allowedBytes = 4096, maxListBytes = 65_536): HpackDecoder =>
  new HpackDecoder({ allowedBytes, maxListBytes });

function decode(decoder: HpackDecoder, block: Buffer): Pairs {
  const fields: HeaderField[] = [];
  decoder.decode(block, 0, block.length, fields);
  return fields.map((field) => [field.name, field.value]);
}

const REQUESTS: Pairs[] = [
  [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
  ],
  [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
    ['cache-control', 'no-cache'],
  ],
  [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/index.html'],
    [':authority', 'www.example.com'],
    ['custom-key', 'custom-value'],
  ],
];
const RESPONSES: Pairs[] = [
  [
    [':status', '302'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['location', 'https://www.example.com'],
  ],
  [
    [':status', '307'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['location', 'https://www.example.com'],
  ],
  [
    [':status', '200'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:22 GMT'],
    ['location', 'https://www.example.com'],
    ['content-encoding', 'gzip'],
    ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
  ],
];
/** Dynamic table size update to 256, for the RFC's response examples. */
const TABLE_256 = '3fe101';

test('RFC 7541 C.2: single representations', () => {
  const decoder = newDecoder();
  assert.deepEqual(decode(decoder, hex('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572')), [
    ['custom-key', 'custom-header'],
  ]);
  assert.equal(decoder.dynamicBytes, 55);
  assert.deepEqual(decode(newDecoder(), hex('040c 2f73 616d 706c 652f 7061 7468')), [
    [':path', '/sample/path'],
  ]);
  const never = newDecoder();
  assert.deepEqual(decode(never, hex('1008 7061 7373 776f 7264 0673 6563 7265 74')), [
    ['password', 'secret'],
  ]);
  assert.equal(never.dynamicEntries, 0);
  assert.deepEqual(decode(newDecoder(), hex('82')), [[':method', 'GET']]);
});

test('RFC 7541 C.3, C.4: requests, plain and Huffman', () => {
  const plain = newDecoder();
  assert.deepEqual(decode(plain, hex('8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d')), REQUESTS[0]);
  assert.deepEqual(decode(plain, hex('8286 84be 5808 6e6f 2d63 6163 6865')), REQUESTS[1]);
  assert.deepEqual(
    decode(plain, hex('8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65')),
    REQUESTS[2],
  );
  assert.equal(plain.dynamicBytes, 164);
  const huffman = newDecoder();
  const blocks = [
    '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
    '8286 84be 5886 a8eb 1064 9cbf',
    '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
  ];
  for (const [i, block] of blocks.entries()) assert.deepEqual(decode(huffman, hex(block)), REQUESTS[i]);
  assert.equal(huffman.dynamicBytes, 164);
  // Our encoder makes the same choices.
  const encoder = new HpackEncoder(4096);
  for (const [i, block] of blocks.entries()) {
    encoder.begin();
    for (const [name, value] of REQUESTS[i] as Pairs) encoder.field(name, value);
    assert.equal(encoder.block().toString('hex'), hex(block).toString('hex'));
  }
});

test('RFC 7541 C.5, C.6: responses with eviction', () => {
  const plain = newDecoder();
  const blocks = [
    `${TABLE_256} 4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32
     3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
    '4803 3330 37c1 c0bf',
    `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f
     6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b
     2076 6572 7369 6f6e 3d31`,
  ];
  for (const [i, block] of blocks.entries()) assert.deepEqual(decode(plain, hex(block)), RESPONSES[i]);
  assert.equal(plain.dynamicBytes, 215);
  const huffman = newDecoder();
  const packed = [
    `${TABLE_256} 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad
     1718 63c7 8f0b 97c8 e9ae 82ae 43d3`,
    '4883 640e ffc1 c0bf',
    `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335
     dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
  ];
  for (const [i, block] of packed.entries()) assert.deepEqual(decode(huffman, hex(block)), RESPONSES[i]);
  assert.equal(huffman.dynamicBytes, 215);
});

test('Huffman: every byte string survives, with the announced length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      const out = Buffer.alloc(huffmanLength(text));
      assert.equal(huffmanEncode(text, out, 0), out.length);
      assert.equal(huffmanDecode(out, 0, out.length), text);
    }),
  );
});

test('Huffman: padding longer than 7 bits, padding with zeros and the end-of-string code are refused', () => {
  assert.equal(huffmanDecode(hex('ff'), 0, 1), undefined);
  assert.equal(huffmanDecode(hex('1fff'), 0, 2), undefined);
  assert.equal(huffmanDecode(hex('18'), 0, 1), undefined);
  assert.equal(huffmanDecode(hex('ffffffff'), 0, 4), undefined);
  assert.equal(huffmanDecode(hex('1f'), 0, 1), 'a');
});

// The naive model: the dynamic table as a plain array, newest first.
test('encoder and decoder agree with each other over whole connections', () => {
  const name = fc.constantFrom(':path', ':status', 'x-a', 'x-b', 'content-type', 'grpc-timeout', 'te');
  const value = fc.oneof(fc.constantFrom('', '200', 'a', 'trailers', '/x'), fc.string({ maxLength: 60 }));
  const latin = value.map((text) => text.replace(/[^\0-\xff]/g, '?'));
  const field = fc.tuple(name, latin, fc.constantFrom(0, 1, 2));
  const block = fc.record({
    limit: fc.option(fc.constantFrom(0, 40, 100, 300, 4096), { freq: 5 }),
    fields: fc.array(field, { maxLength: 12 }),
  });
  fc.assert(
    fc.property(fc.array(block, { maxLength: 30 }), (blocks) => {
      const encoder = new HpackEncoder(4096);
      const decoder = newDecoder();
      for (const { limit, fields } of blocks) {
        if (limit !== null) encoder.setPeerLimit(limit);
        encoder.begin();
        for (const [n, v, indexing] of fields) encoder.field(n, v, indexing);
        assert.deepEqual(
          decode(decoder, Buffer.from(encoder.block())),
          fields.map(([n, v]) => [n, v]),
        );
      }
    }),
    { numRuns: 200 },
  );
});

test('a block repeated in the same generation decodes to the same fields', () => {
  const encoder = new HpackEncoder(4096);
  const decoder = newDecoder();
  const write = (): Buffer => {
    encoder.begin();
    encoder.field(':path', '/a.B/C');
    encoder.field('x', 'y', Indexing.none);
    return Buffer.from(encoder.block());
  };
  decode(decoder, write());
  const generation = encoder.generation;
  const again = write();
  assert.equal(encoder.generation, generation);
  assert.deepEqual(decode(decoder, again), decode(decoder, again));
});

test('malformed blocks are refused, whatever they are', () => {
  for (const block of [
    '80',
    'be',
    'ffffffffff7f',
    '40',
    '0003',
    '00ff',
    '7f',
    '3fffffffff7f',
    '0001610161 20'.replace(' ', ''),
  ]) {
    assert.throws(() => decode(newDecoder(), hex(block)), HpackError, block);
  }
  assert.throws(() => decode(newDecoder(), hex('3fe21f')), HpackError, 'table size above the limit');
  assert.throws(() => decode(newDecoder(), hex('8220')), HpackError, 'size update after a field');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        decode(newDecoder(), Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof HpackError);
      }
    }),
    { numRuns: 1000 },
  );
});

test('a lowered table limit must be confirmed by the next block', () => {
  const decoder = newDecoder(100);
  decode(decoder, hex('82'));
  decoder.setAllowedBytes(100);
  assert.throws(() => decode(decoder, hex('82')), HpackError);
  const other = newDecoder(100);
  other.setAllowedBytes(100);
  assert.deepEqual(decode(other, hex('3f4582')), [[':method', 'GET']]);
  assert.deepEqual(decode(other, hex('82')), [[':method', 'GET']]);
});

test('a header bomb is cut at the list limit and keeps the table in step', () => {
  const decoder = newDecoder(4096, 10_000);
  const value = 'v'.repeat(3000);
  const insert = Buffer.concat([hex('4001 6b7f b916'), Buffer.from(value)]);
  assert.equal(decode(decoder, insert).length, 1);
  const fields: HeaderField[] = [];
  const bomb = Buffer.alloc(5000, 0xbe);
  decoder.decode(bomb, 0, bomb.length, fields);
  assert.equal(decoder.truncated, true);
  assert.equal(fields.length, 3);
  assert.deepEqual(decode(decoder, hex('be')), [['k', value]]);
  assert.equal(decoder.truncated, false);
});
