// One change as watchers see it. Made once per change, shared by all watchers; encodings are made when first asked for.
// mvccpb.Event{EventType type=1; KeyValue kv=2; KeyValue prev_kv=3}
import { encodeKeyValue, varintSize, writeVarint } from './key-value.ts';
import { EventType, type WatchEvent } from './types.ts';

const TAG_TYPE = 0x08;
const TAG_KV = 0x12;
const TAG_PREV_KV = 0x1a;
const noBytes = new Uint8Array(0);

/** Finds the encoded KeyValue a key had before a revision, or undefined. */
export type PreviousReader = (key: Uint8Array, beforeRevision: number) => Uint8Array | undefined;

export class StoredEvent implements WatchEvent {
  readonly type: EventType;
  readonly key: Uint8Array;
  readonly modRevision: number;
  readonly version: number;
  readonly kv: Uint8Array;
  private readonly previous: PreviousReader;
  private plain: Uint8Array | undefined;
  private withPrev: Uint8Array | undefined;

  constructor(
    type: EventType,
    key: Uint8Array,
    modRevision: number,
    version: number,
    kv: Uint8Array,
    previous: PreviousReader,
  ) {
    this.type = type;
    this.key = key;
    this.modRevision = modRevision;
    this.version = version;
    this.kv = kv;
    this.previous = previous;
    this.plain = undefined;
    this.withPrev = undefined;
  }

  get encoded(): Uint8Array {
    this.plain ??= encodeEvent(this.type, this.kv, undefined);
    return this.plain;
  }

  get encodedWithPrev(): Uint8Array {
    if (this.withPrev === undefined) {
      // A key that was just created has nothing before it, unless it was deleted and made again in one txn.
      const previous = this.previous(this.key, this.modRevision);
      this.withPrev = previous === undefined ? this.encoded : encodeEvent(this.type, this.kv, previous);
    }
    return this.withPrev;
  }
}

/** The kv of a deletion: nothing but key and revision. */
export function deletionKeyValue(key: Uint8Array, revision: number): Uint8Array {
  return encodeKeyValue(key, 0, revision, 0, noBytes, 0n);
}

function encodeEvent(type: EventType, kv: Uint8Array, previous: Uint8Array | undefined): Uint8Array {
  const typeSize = type === EventType.put ? 0 : 2;
  const kvSize = 1 + varintSize(kv.length) + kv.length;
  const previousSize = previous === undefined ? 0 : 1 + varintSize(previous.length) + previous.length;
  const bytes = Buffer.allocUnsafe(typeSize + kvSize + previousSize);
  let at = 0;
  if (type !== EventType.put) {
    bytes[at] = TAG_TYPE;
    bytes[at + 1] = type;
    at += 2;
  }
  bytes[at] = TAG_KV;
  at = writeVarint(bytes, at + 1, kv.length);
  bytes.set(kv, at);
  at += kv.length;
  if (previous !== undefined) {
    bytes[at] = TAG_PREV_KV;
    at = writeVarint(bytes, at + 1, previous.length);
    bytes.set(previous, at);
  }
  return bytes;
}
