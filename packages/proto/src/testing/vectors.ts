/** Reads the vectors captured from Go and builds messages from their neutral form. For tests only. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as proto from '../index.ts';
import {
  type AnyMessageType,
  type FieldInfo,
  MessageType,
  type MessageValue,
} from '../runtime/message-type.ts';

/** A message's values by field number: integers as decimal strings, bytes as hex. */
export type NeutralFields = { readonly [number: string]: unknown };

export interface Vector {
  readonly type: string;
  readonly fields: NeutralFields;
  readonly hex: string;
  readonly json?: string;
}

/** Every message type of the package by its full name. */
export function allMessageTypes(): Map<string, MessageType<unknown>> {
  const types = new Map<string, MessageType<unknown>>();
  for (const exported of Object.values(proto)) {
    if (exported instanceof MessageType) types.set(exported.typeName, exported as MessageType<unknown>);
  }
  return types;
}

/** The vectors of testdata/go-vectors.jsonl.gz. */
export function readVectors(): Vector[] {
  const packed = readFileSync(new URL('../../testdata/go-vectors.jsonl.gz', import.meta.url));
  const lines = gunzipSync(packed).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Vector);
}

/** The message with the given values. */
export function fromNeutral(type: AnyMessageType, fields: NeutralFields): unknown {
  const message = type.create() as MessageValue;
  for (const [number, value] of Object.entries(fields)) {
    const field = type.fields.find((candidate) => candidate.number === Number(number));
    if (field === undefined) throw new Error(`${type.typeName} has no field ${number}`);
    message[field.property] = field.repeated
      ? (value as unknown[]).map((item) => neutralValue(field, item))
      : neutralValue(field, value);
  }
  return message;
}

function neutralValue(field: FieldInfo, value: unknown): unknown {
  switch (field.kind) {
    case 'message':
      return fromNeutral((field.message as () => AnyMessageType)(), value as NeutralFields);
    case 'bytes':
      return Buffer.from(value as string, 'hex');
    case 'bool':
    case 'string':
      return value;
    default:
      return field.bigint ? BigInt(value as string) : Number(value as string);
  }
}
