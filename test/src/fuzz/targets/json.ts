// JSON of the v3 gateway: the parser, the bodies of all methods, and streams of values.
import assert from 'node:assert/strict';
import {
  type AnyMethodInfo,
  fromJson,
  JsonError,
  type MessageType,
  parseJson,
  services,
  toJson,
} from '@quorate/proto';
import { JsonSplitter } from '../../../../packages/server/dist/gateway/json-splitter.js';
import { accepts, type FuzzTarget, text } from '../target.ts';
import { randomMessage } from './proto.ts';

const methods = Object.values(services).flatMap((service) => Object.values(service) as AnyMethodInfo[]);
const requests = [...new Set(methods.map(({ request }) => request as unknown as MessageType<unknown>))];

/** The first byte chooses the message, the rest is its JSON. */
function readBody(input: Buffer): void {
  const type = requests[(input[0] ?? 0) % requests.length] as MessageType<unknown>;
  let message: unknown;
  if (!accepts(() => (message = fromJson(type, input.toString('utf8', 1))), JsonError)) return;
  let bytes: Buffer;
  try {
    bytes = type.encode(message);
  } catch (error) {
    if (error instanceof RangeError) return; // a number beyond the exact ones
    throw error;
  }
  const json = toJson(type, type.decode(bytes));
  assert.ok(type.encode(fromJson(type, json)).equals(bytes), 'a message is the same after a round trip');
}

/** Where both accept, the parser agrees with the platform's. */
function parse(input: Buffer): void {
  const json = input.toString('utf8');
  if (!accepts(() => parseJson(json), JsonError)) return;
  JSON.parse(json);
}

const LONGEST_VALUE = 512;

function split(input: Buffer): void {
  const piece = 1 + (input[0] ?? 0);
  const splitter = new JsonSplitter(LONGEST_VALUE);
  let values = 0;
  for (let at = 1; at < input.length; at += piece) {
    let found: string[] = [];
    if (!accepts(() => (found = splitter.push(input.subarray(at, at + piece))), RangeError)) return;
    values += found.length;
    assert.ok(Buffer.byteLength(splitter.rest) <= 3 * LONGEST_VALUE, 'what waits is bounded');
  }
  assert.ok(values <= input.length, 'a value has a byte at least');
}

const words = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    'null',
    'true',
    'false',
    '{}',
    '[]',
    '""',
    '\\u0000',
    '\\ud800',
    '\\"',
    '\\',
    '\ufeff',
  ],
  ...[
    '"__proto__"',
    '"constructor"',
    '"toString"',
    '"valueOf"',
    '"hasOwnProperty"',
    '1e5',
    '-0',
    '1.0',
    '"18446744073709551616"',
  ],
  ...[
    '"key":',
    '"value":"eA=="',
    '"range_end":',
    '"sort_order":"ASCEND"',
    '"sort_target":',
    '"success":[',
    '"request_put":{',
  ],
  ...['"compare":[', '"target":', '"lease":', '"ID":', '"TTL":', '"create_request":{', '"filters":["NOPUT"]'],
];

export const targets: readonly FuzzTarget[] = [
  {
    name: 'json-parse',
    run: parse,
    maxBytes: 2048,
    memoryBytes: 4 << 20,
    seeds: () => [
      text('{"a":[1,-2.5e3,"x\\u0041",null,true,{"b":{}}],"9007199254740993":18446744073709551615}'),
    ],
    words,
  },
  {
    name: 'json-body',
    run: readBody,
    maxBytes: 2048,
    memoryBytes: 4 << 20,
    seeds: () => [],
    words,
    generate(random) {
      const number = random.nextBelow(requests.length);
      const type = requests[number] as MessageType<unknown>;
      return Buffer.concat([Buffer.from([number]), text(toJson(type, randomMessage(random, type)))]);
    },
  },
  {
    name: 'json-splitter',
    run: split,
    maxBytes: 2048,
    memoryBytes: 4 << 20,
    seeds: () => [
      text('\u0003{"create_request":{"key":"YQ=="}}\n{"a":"}\\"{"}[1,[2]]'),
      text('\u00ff{}{}{} []'),
    ],
    words,
  },
];
