/**
 * The JSON form of messages as etcd's gateway speaks it: proto field names, 64-bit integers as strings, bytes in
 * base64, enums by name, zero fields left out. Reading accepts lowerCamel names too, numbers for strings and
 * strings for numbers, enum numbers, null for absent; unknown fields are dropped.
 */
import { JsonError, JsonNumber, type JsonValue, parseJson } from './json-parse.ts';
import type { AnyMessageType, FieldInfo, MessageType, MessageValue } from './runtime/message-type.ts';

/** The JSON text of a message. */
export function toJson<T>(type: MessageType<T>, message: T): string {
  return messageText(type, message as MessageValue);
}

/** A string literal as Go's encoding/json writes it: characters special to HTML are escaped too. */
export function jsonString(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, escapeCharacter);
}

function escapeCharacter(found: string): string {
  return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function messageText(type: AnyMessageType, message: MessageValue): string {
  let text = '{';
  for (const field of type.fields) {
    const value = message[field.property];
    if (isAbsent(field, value)) continue;
    if (text.length > 1) text += ',';
    text += `"${field.name}":`;
    if (field.repeated) {
      text += `[${(value as unknown[]).map((item) => valueText(field, item)).join(',')}]`;
    } else {
      text += valueText(field, value);
    }
  }
  return `${text}}`;
}

function isAbsent(field: FieldInfo, value: unknown): boolean {
  if (value === undefined) return true;
  if (field.repeated) return (value as unknown[]).length === 0;
  if (field.presence || field.kind === 'message') return false;
  if (field.kind === 'bytes') return (value as Uint8Array).length === 0;
  return value === 0 || value === 0n || value === '' || value === false;
}

function valueText(field: FieldInfo, value: unknown): string {
  switch (field.kind) {
    case 'message':
      return messageText((field.message as () => AnyMessageType)(), value as MessageValue);
    case 'enum': {
      const name = field.enum?.names[value as number];
      return name === undefined ? String(value) : `"${name}"`;
    }
    case 'bytes': {
      const bytes = value as Uint8Array;
      return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}"`;
    }
    case 'string':
      return jsonString(value as string);
    case 'int64':
    case 'uint64':
      return `"${BigInt(value as number | bigint)}"`;
    default:
      return String(value);
  }
}

/** Reads a message from JSON text; empty text is an empty message. Throws JsonError. */
export function fromJson<T>(type: MessageType<T>, text: string): T {
  if (/^[ \t\r\n]*$/.test(text)) return type.create();
  return fromJsonValue(type, parseJson(text));
}

/** Reads a message from parsed JSON. Throws JsonError. */
export function fromJsonValue<T>(type: MessageType<T>, value: JsonValue): T {
  return readMessage(type, value) as T;
}

function readMessage(type: AnyMessageType, value: JsonValue): unknown {
  const message = type.create() as MessageValue;
  if (value === null) return message;
  if (!(value instanceof Map)) throw new JsonError(`cannot read ${type.typeName} from ${describe(value)}`);
  for (const field of type.fields) {
    const given = value.get(field.name) ?? value.get(field.jsonName);
    if (given === undefined || given === null) continue;
    if (field.repeated) {
      if (!Array.isArray(given)) throw misfit(type, field, given);
      message[field.property] = given.map((item) => readValue(type, field, item));
      continue;
    }
    if (field.oneof !== undefined && hasOther(type, field, message)) {
      throw new JsonError(`more than one member of ${type.typeName}.${field.oneof} is set`);
    }
    message[field.property] = readValue(type, field, given);
  }
  return message;
}

function hasOther(type: AnyMessageType, field: FieldInfo, message: MessageValue): boolean {
  return type.fields.some(
    (other) => other !== field && other.oneof === field.oneof && message[other.property] !== undefined,
  );
}

function readValue(type: AnyMessageType, field: FieldInfo, value: JsonValue): unknown {
  switch (field.kind) {
    case 'message':
      return readMessage((field.message as () => AnyMessageType)(), value);
    case 'bool':
      if (typeof value !== 'boolean') throw misfit(type, field, value);
      return value;
    case 'string':
      if (typeof value !== 'string') throw misfit(type, field, value);
      return value;
    case 'bytes':
      if (typeof value !== 'string') throw misfit(type, field, value);
      return readBase64(type, field, value);
    case 'enum': {
      if (typeof value !== 'string') return Number(readInteger(type, field, value));
      const number = field.enum?.values[value];
      if (number === undefined)
        throw new JsonError(`unknown value "${value}" for enum ${field.enum?.typeName}`);
      return number;
    }
    default: {
      const integer = readInteger(type, field, value);
      return field.bigint ? integer : Number(integer);
    }
  }
}

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  enum: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
};

function readInteger(type: AnyMessageType, field: FieldInfo, value: JsonValue): bigint {
  const text = value instanceof JsonNumber ? value.text : typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^-?\d+$/.test(text)) throw misfit(type, field, value);
  const integer = BigInt(text);
  const [least, most] = RANGES[field.kind] as readonly [bigint, bigint];
  if (integer < least || integer > most) throw misfit(type, field, value);
  return integer;
}

function readBase64(type: AnyMessageType, field: FieldInfo, text: string): Uint8Array {
  const body = text.replace(/={1,2}$/, '');
  const wellFormed = /^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)$/.test(body) && body.length % 4 !== 1;
  const padded = text.length === body.length || text.length % 4 === 0;
  if (!wellFormed || !padded) {
    throw new JsonError(`illegal base64 data for ${type.typeName}.${field.name}`);
  }
  return Buffer.from(body, 'base64');
}

function misfit(type: AnyMessageType, field: FieldInfo, value: JsonValue): JsonError {
  return new JsonError(`cannot read ${type.typeName}.${field.name} (${field.kind}) from ${describe(value)}`);
}

function describe(value: JsonValue): string {
  if (value === null) return 'null';
  if (value instanceof JsonNumber) return `number ${value.text}`;
  if (value instanceof Map) return 'an object';
  if (Array.isArray(value)) return 'an array';
  return `${typeof value} ${JSON.stringify(value)}`.slice(0, 60);
}
