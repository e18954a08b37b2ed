// Header blocks of HTTP/2: several of them on one connection, as the dynamic table lives on from one to the next.
import assert from 'node:assert/strict';
import { HpackDecoder, HpackError } from '../../../../packages/wire/dist/hpack/decoder.js';
import type { HeaderField } from '../../../../packages/wire/dist/hpack/header-field.js';
import { accepts, type FuzzTarget } from '../target.ts';

const TABLE_BYTES = 4096;
const LIST_BYTES = 16_384;
/** RFC 7541, 4.1: what an entry counts beside its name and value. */
const ENTRY_OVERHEAD_BYTES = 32;

function decodeBlocks(input: Buffer): void {
  const decoder = new HpackDecoder({ allowedBytes: TABLE_BYTES, maxListBytes: LIST_BYTES });
  // Each block has its length in front.
  for (let at = 0; at < input.length; ) {
    const start = at + 1;
    const end = Math.min(input.length, start + (input[at] as number));
    const fields: HeaderField[] = [];
    if (!accepts(() => decoder.decode(input, start, end, fields), HpackError)) return;
    let listBytes = 0;
    for (const field of fields) listBytes += field.size;
    assert.ok(listBytes <= LIST_BYTES, 'the list is bounded');
    assert.ok(decoder.dynamicBytes >= 0 && decoder.dynamicBytes <= TABLE_BYTES, 'the table is bounded');
    assert.ok(decoder.dynamicEntries <= TABLE_BYTES / ENTRY_OVERHEAD_BYTES);
    assert.equal(decoder.dynamicEntries === 0, decoder.dynamicBytes === 0);
    at = end;
  }
}

/** Blocks of RFC 7541, appendix C, one connection each. */
function examples(...blocks: readonly string[]): Buffer {
  return Buffer.concat(
    blocks.map((hex) => {
      const block = Buffer.from(hex, 'hex');
      return Buffer.concat([Buffer.from([block.length]), block]);
    }),
  );
}

export const targets: readonly FuzzTarget[] = [
  {
    name: 'hpack',
    run: decodeBlocks,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => [
      examples('400a637573746f6d2d6b65790d637573746f6d2d686561646572', '040c2f73616d706c652f70617468', '82'),
      examples(
        '828684410f7777772e6578616d706c652e636f6d',
        '828684be58086e6f2d6361636865',
        '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
      ),
      examples(
        '828684418cf1e3c2e5f23a6ba0ab90f4ff',
        '828684be5886a8eb10649cbf',
        '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
      ),
      examples(
        '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
        '4883640effc1c0bf',
      ),
      examples('3fe11f', '20', '3f0182', '1003736574037665742010'),
    ],
    words: [
      Uint8Array.of(0x20),
      Uint8Array.of(0x3f, 0xe1, 0x1f),
      Uint8Array.of(0xff, 0x80, 0x01),
      Uint8Array.of(0x7f, 0xff, 0xff, 0x7f),
      Uint8Array.of(0x40, 0x01, 0x61, 0x01, 0x62),
      Uint8Array.of(0x00, 0x01, 0x61, 0x82, 0xff, 0xff),
      Uint8Array.of(0xbe),
      Uint8Array.of(0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff),
    ],
  },
];
