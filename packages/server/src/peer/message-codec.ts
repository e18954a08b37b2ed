// The `message` stream and the head of a snapshot: 8 bytes of length, big-endian, then a raftpb.Message.
import { RaftMessage, type Writer } from '@quorate/proto';
import { type Message, MessageType } from '@quorate/raft';
import type { FrameReader } from './frame-buffer.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';

/** Bytes of a length or count. */
export const LENGTH_BYTES = 8;

/** Writes messages of one stream. */
export interface MessageEncoder {
  encode(message: Message, out: Writer): void;
  /** The frame that shows that the link is alive. */
  encodeHeartbeat(out: Writer): void;
}

/** A length or count; anything beyond `limit` is refused. @throws RangeError */
export function readLength(bytes: Buffer, at: number, limit: number): number {
  const value = bytes.readUInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
  if (value > limit)
    throw new RangeError(`length ${value} in a peer's message is over the limit of ${limit}`);
  return value;
}

/** Writes a length or count. */
export function writeLength(out: Writer, value: number): void {
  out.reserve(LENGTH_BYTES);
  out.buffer.writeUInt32BE(Math.floor(value / 2 ** 32), out.position);
  out.buffer.writeUInt32BE(value >>> 0, out.position + 4);
  out.position += LENGTH_BYTES;
}

/** Writes what `write` appends, its length before it. */
export function writeDelimited(out: Writer, write: () => void): void {
  const start = out.position;
  writeLength(out, 0);
  write();
  const length = out.position - start - LENGTH_BYTES;
  out.buffer.writeUInt32BE(Math.floor(length / 2 ** 32), start);
  out.buffer.writeUInt32BE(length >>> 0, start + 4);
}

/** Raft never sends a heartbeat from nobody to nobody; it stands for the link's own. */
const LINK_HEARTBEAT: Message = RaftMessage.create({ type: MessageType.MsgHeartbeat });

export function isLinkHeartbeat(message: Message): boolean {
  return message.type === MessageType.MsgHeartbeat && message.from === 0n && message.to === 0n;
}

export class PlainEncoder implements MessageEncoder {
  encode(message: Message, out: Writer): void {
    writeDelimited(out, () => RaftMessage.encodeTo(message, out));
  }

  encodeHeartbeat(out: Writer): void {
    this.encode(LINK_HEARTBEAT, out);
  }
}

export class PlainReader implements FrameReader {
  readonly #deliver: (message: Message) => void;

  constructor(deliver: (message: Message) => void) {
    this.#deliver = deliver;
  }

  readFrame(bytes: Buffer, at: number): number {
    if (bytes.length - at < LENGTH_BYTES) return -LENGTH_BYTES;
    const total = LENGTH_BYTES + readLength(bytes, at, MAX_MESSAGE_BYTES);
    if (bytes.length - at < total) return -total;
    const message = RaftMessage.decode(bytes, at + LENGTH_BYTES, at + total);
    if (!isLinkHeartbeat(message)) this.#deliver(message);
    return total;
  }
}
