/**
 * @quorate/proto: etcd's messages. Every message M is exported as an interface and as a MessageType of the same
 * name with create, encode, encodeTo, decode and field descriptions; `services` describes every gRPC method.
 */
export * from './gen/index.ts';
export { fromJson, fromJsonValue, jsonString, toJson } from './json.ts';
export { findJsonEnd, JsonError, JsonNumber, type JsonValue, parseJson, parseJsonAt } from './json-parse.ts';
export { DecodeError } from './runtime/decode-error.ts';
export {
  type AnyMessageType,
  type AnyMethodInfo,
  type EnumInfo,
  type FieldInfo,
  type FieldKind,
  MessageType,
  type MessageValue,
  type MethodInfo,
} from './runtime/message-type.ts';
export {
  cursor,
  EMPTY_BYTES,
  latin1,
  readBool,
  readInt32,
  readInt64BigInt,
  readInt64Number,
  readLength,
  readString,
  readTag,
  readUint32,
  readUint64BigInt,
  readUint64Number,
  skipField,
  viewBytes,
} from './runtime/reader.ts';
export {
  bigintSize,
  int64Size,
  varintSize,
  Writer,
  writeBigint,
  writeBytes,
  writeInt64,
  writeRaw,
  writeVarint,
} from './runtime/writer.ts';
