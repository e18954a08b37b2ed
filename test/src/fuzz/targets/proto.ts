// Message codecs: one target for each protobuf package; the first byte of an input chooses the message.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Random } from '@quorate/base';
import * as proto from '@quorate/proto';
import { DecodeError, type FieldInfo, MessageType, type MessageValue } from '@quorate/proto';
import { accepts, type FuzzTarget } from '../target.ts';

const types = Object.values(proto).filter((exported) => exported instanceof MessageType);
const packages = new Map<string, MessageType<unknown>[]>();
for (const type of types) {
  const name = type.typeName.slice(0, type.typeName.lastIndexOf('.'));
  const list = packages.get(name);
  if (list === undefined) packages.set(name, [type as MessageType<unknown>]);
  else list.push(type as MessageType<unknown>);
}

/** What is decoded, encoded and decoded again is the same. */
export function decodeAndBack(type: MessageType<unknown>, bytes: Buffer): unknown {
  let message: unknown;
  if (!accepts(() => (message = type.decode(bytes)), DecodeError)) return undefined;
  let encoded: Buffer;
  try {
    encoded = type.encode(message);
  } catch (error) {
    // A number that came rounded, since it is beyond the exact ones, is not sent on.
    if (error instanceof RangeError) return message;
    throw error;
  }
  assert.equal(encoded.length, type.encodedSize(message), 'the size is foretold');
  const again = type.encode(type.decode(encoded));
  assert.ok(again.equals(encoded), `${type.typeName} is not the same after a round trip`);
  return message;
}

interface Vector {
  readonly type: string;
  readonly hex: string;
}

/** Messages as Go encodes them. */
const vectors = gunzipSync(
  readFileSync(new URL('../../../../packages/proto/testdata/go-vectors.jsonl.gz', import.meta.url)),
)
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

const NUMBERS = [
  0n,
  1n,
  127n,
  128n,
  300n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
];

function randomValue(random: Random, field: FieldInfo, depth: number): unknown {
  switch (field.kind) {
    case 'message':
      return randomMessage(random, (field.message as () => MessageType<unknown>)(), depth - 1);
    case 'bytes':
      return random.fill(Buffer.alloc(random.nextBelow(12)));
    case 'string':
      return 'aé€\u{1f600}\0/'.slice(0, random.nextBelow(8));
    case 'bool':
      return random.nextBelow(2) === 1;
    case 'enum':
      return random.nextBelow(8);
    default: {
      const number = NUMBERS[random.nextBelow(NUMBERS.length)] as bigint;
      if (field.kind === 'int64')
        return field.bigint ? BigInt.asIntN(64, number) : Number(number % 2n ** 53n);
      if (field.kind === 'uint64') return field.bigint ? number : Number(number % 2n ** 53n);
      return Number(number % 2n ** 31n);
    }
  }
}

/** A message of any type with some of its fields set. */
export function randomMessage(random: Random, type: MessageType<unknown>, depth = 3): unknown {
  const message = type.create() as MessageValue;
  const taken = new Set<string>();
  for (const field of type.fields) {
    if (random.nextBelow(2) === 0 || (field.kind === 'message' && depth <= 0)) continue;
    if (field.oneof !== undefined) {
      if (taken.has(field.oneof)) continue;
      taken.add(field.oneof);
    }
    message[field.property] = field.repeated
      ? Array.from({ length: random.nextBelow(4) }, () => randomValue(random, field, depth))
      : randomValue(random, field, depth);
  }
  return message;
}

function packageTarget(name: string, messages: readonly MessageType<unknown>[]): FuzzTarget {
  return {
    name: `proto-${name}`,
    maxBytes: 2048,
    memoryBytes: 4 << 20,
    run(input) {
      if (input.length === 0) return;
      decodeAndBack(
        messages[(input[0] as number) % messages.length] as MessageType<unknown>,
        input.subarray(1),
      );
    },
    seeds: () =>
      messages.flatMap((type, number) =>
        vectors
          .filter((vector) => vector.type === type.typeName)
          .slice(0, 3)
          .map(({ hex }) => Buffer.concat([Buffer.from([number]), Buffer.from(hex, 'hex')])),
      ),
    generate(random) {
      const number = random.nextBelow(messages.length);
      const type = messages[number] as MessageType<unknown>;
      return Buffer.concat([Buffer.from([number]), type.encode(randomMessage(random, type))]);
    },
  };
}

export const targets: readonly FuzzTarget[] = [...packages].map(([name, messages]) =>
  packageTarget(name, messages),
);
