/**
 * JSON of messages as Go's encoding/json prints them: numbers as numbers (64-bit ones too), enums as numbers, a
 * oneof as an object in an object. The gateway's form is another one, see @quorate/proto.
 */
import {
  type AnyMessageType,
  type FieldInfo,
  jsonString,
  type MessageType,
  type MessageValue,
} from '@quorate/proto';

/** The JSON of a message. */
export function goJson<T>(type: MessageType<T>, message: T): string {
  return objectText(type, message as MessageValue);
}

/** The members of a message's JSON object, without braces; to be embedded in another object. */
export function goJsonMembers<T>(type: MessageType<T>, message: T): string {
  return membersText(type, message as MessageValue);
}

/** Base64 in quotes; null for no bytes at all. */
export function goJsonBytes(bytes: Uint8Array): string {
  return `"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}"`;
}

function objectText(type: AnyMessageType, message: MessageValue): string {
  return `{${membersText(type, message)}}`;
}

function membersText(type: AnyMessageType, message: MessageValue): string {
  const members: string[] = [];
  for (const field of type.fields) {
    const value = message[field.property];
    if (isOmitted(field, value)) continue;
    if (field.oneof !== undefined) {
      members.push(`"${goName(field.oneof)}":{"${goName(field.name)}":${valueText(field, value)}}`);
    } else if (field.repeated) {
      members.push(
        `"${field.name}":[${(value as unknown[]).map((item) => valueText(field, item)).join(',')}]`,
      );
    } else {
      members.push(`"${field.name}":${valueText(field, value)}`);
    }
  }
  return members.join(',');
}

function isOmitted(field: FieldInfo, value: unknown): boolean {
  if (value === undefined) return true;
  if (field.repeated) return (value as unknown[]).length === 0;
  if (field.presence || field.kind === 'message') return false;
  if (field.kind === 'bytes') return (value as Uint8Array).length === 0;
  return value === 0 || value === 0n || value === '' || value === false;
}

function valueText(field: FieldInfo, value: unknown): string {
  switch (field.kind) {
    case 'message':
      return objectText((field.message as () => AnyMessageType)(), value as MessageValue);
    case 'bytes':
      return goJsonBytes(value as Uint8Array);
    case 'string':
      return jsonString(value as string);
    default:
      return String(value);
  }
}

/** request_put → RequestPut. */
function goName(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
