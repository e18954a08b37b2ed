/** What is known at run time about a message: its codec and the description of its fields. */
import { DecodeError } from './decode-error.ts';
import { lengths, type Writer } from './writer.ts';

/** How a field's values look on the wire and in TypeScript. */
export type FieldKind =
  | 'int64'
  | 'uint64'
  | 'int32'
  | 'uint32'
  | 'bool'
  | 'enum'
  | 'string'
  | 'bytes'
  | 'message';

/** An enum's names, for text forms. */
export interface EnumInfo {
  readonly typeName: string;
  readonly names: Readonly<Record<number, string>>;
  readonly values: Readonly<Record<string, number>>;
}

/** One field of a message, for code that walks any message (JSON gateway, command-line printers). */
export interface FieldInfo {
  /** Name in the .proto file. */
  readonly name: string;
  /** Property of the TypeScript message. */
  readonly property: string;
  /** The lowerCamel name of protobuf's JSON form. */
  readonly jsonName: string;
  readonly number: number;
  readonly kind: FieldKind;
  readonly repeated: boolean;
  /** A 64-bit integer held as a bigint. */
  readonly bigint: boolean;
  /** Absent and zero are told apart: the property is undefined when absent. */
  readonly presence: boolean;
  /** Name of the oneof the field belongs to. */
  readonly oneof: string | undefined;
  /** The type of a message field. */
  readonly message: (() => AnyMessageType) | undefined;
  /** The names of an enum field. */
  readonly enum: EnumInfo | undefined;
}

/** A message of any type, as generic walkers see it. */
export type MessageValue = Record<string, unknown>;

/** A MessageType whose T is not known; values are walked through `fields`. */
export interface AnyMessageType {
  readonly typeName: string;
  readonly fields: readonly FieldInfo[];
  create(): unknown;
  encode(message: never): Buffer;
  decode(bytes: Uint8Array, start?: number, end?: number): unknown;
}

/** The functions the generator writes for a message. */
export interface MessageCodec<T> {
  /** A new message of default values, properties always in the same order. */
  readonly empty: () => T;
  readonly assign: (target: T, init: Partial<T>) => void;
  /** Sizing pass; leaves lengths for the writing pass. */
  readonly size: (message: T) => number;
  readonly write: (message: T, bytes: Buffer, start: number) => number;
  /** Merges bytes[start..end) into the message. */
  readonly read: (message: T, bytes: Uint8Array, start: number, end: number, depth: number) => void;
  readonly fields: () => readonly FieldInfo[];
}

/** Codec and description of one message. */
export class MessageType<T> {
  readonly typeName: string;
  readonly #codec: MessageCodec<T>;
  #fields: readonly FieldInfo[] | undefined;

  constructor(typeName: string, codec: MessageCodec<T>) {
    this.typeName = typeName;
    this.#codec = codec;
  }

  /** Fields in order of their numbers. */
  get fields(): readonly FieldInfo[] {
    this.#fields ??= this.#codec.fields();
    return this.#fields;
  }

  /** A message of default values, those in `init` set. */
  create(init?: Partial<T>): T {
    const message = this.#codec.empty();
    if (init !== undefined) this.#codec.assign(message, init);
    return message;
  }

  /** Bytes the message takes encoded. */
  encodedSize(message: T): number {
    lengths.next = 0;
    return this.#codec.size(message);
  }

  /** The encoded message in a buffer of its own. Throws RangeError for a number outside ±2^53. */
  encode(message: T): Buffer {
    lengths.next = 0;
    const bytes = Buffer.allocUnsafe(this.#codec.size(message));
    lengths.next = 0;
    this.#codec.write(message, bytes, 0);
    return bytes;
  }

  /** Appends the encoded message. */
  encodeTo(message: T, writer: Writer): void {
    lengths.next = 0;
    writer.reserve(this.#codec.size(message));
    lengths.next = 0;
    writer.position = this.#codec.write(message, writer.buffer, writer.position);
  }

  /** Appends the message as a length-delimited field of an outer message. */
  encodeField(message: T, writer: Writer, fieldNumber: number): void {
    lengths.next = 0;
    const size = this.#codec.size(message);
    writer.lengthDelimited(fieldNumber, size);
    writer.reserve(size);
    lengths.next = 0;
    writer.position = this.#codec.write(message, writer.buffer, writer.position);
  }

  /** Decodes bytes[start..end). Bytes fields are views into `bytes`. Throws DecodeError. */
  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): T {
    if (start < 0 || start > end || end > bytes.length)
      throw new DecodeError('bounds outside the bytes given');
    const message = this.#codec.empty();
    this.#codec.read(message, bytes, start, end, 0);
    return message;
  }
}

const REPEATED = 1;
const BIGINT = 2;
const PRESENCE = 4;

/** Builds a FieldInfo; called by generated code. `flags`: 1 repeated, 2 bigint, 4 presence. */
export function fieldInfo(
  name: string,
  property: string,
  number: number,
  kind: FieldKind,
  flags = 0,
  message?: () => AnyMessageType,
  enumInfo?: EnumInfo,
  oneof?: string,
): FieldInfo {
  return {
    name,
    property,
    jsonName: name.replace(/_([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    number,
    kind,
    repeated: (flags & REPEATED) !== 0,
    bigint: (flags & BIGINT) !== 0,
    presence: (flags & PRESENCE) !== 0,
    oneof,
    message,
    enum: enumInfo,
  };
}

/** Builds an EnumInfo from the values of an enum; called by generated code. */
export function enumInfo(typeName: string, values: Readonly<Record<string, number>>): EnumInfo {
  const names: Record<number, string> = {};
  for (const [name, value] of Object.entries(values)) names[value] = name;
  return { typeName, names, values };
}

/** One method of a gRPC service whose message types are not known. */
export interface AnyMethodInfo {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly request: AnyMessageType;
  readonly response: AnyMessageType;
  readonly clientStreaming: boolean;
  readonly serverStreaming: boolean;
  /** Paths of the JSON gateway, the main one first; empty if there are none. */
  readonly http: readonly string[];
}

/** One method of a gRPC service. */
export interface MethodInfo<Request, Response> extends AnyMethodInfo {
  readonly request: MessageType<Request>;
  readonly response: MessageType<Response>;
}
