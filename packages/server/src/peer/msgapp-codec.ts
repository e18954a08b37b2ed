// The `msgapp` stream, version 2 of it: appends of a leader. An append that goes on where the last one ended is sent
// as its entries alone. Frames by their first byte: 0 heartbeat of the link; 1 count, then length and entry each, then
// the commit index; 2 length and whole message. All numbers are 8 bytes, big-endian.
import { Entry, RaftMessage, type Writer } from '@quorate/proto';
import { type Message, MessageType, newMessage } from '@quorate/raft';
import type { FrameReader } from './frame-buffer.ts';
import { MAX_MESSAGE_BYTES, MAX_MESSAGE_ENTRIES } from './limits.ts';
import {
  LENGTH_BYTES,
  type MessageEncoder,
  readLength,
  writeDelimited,
  writeLength,
} from './message-codec.ts';

const HEARTBEAT = 0;
const ENTRIES = 1;
const WHOLE = 2;

function writeType(out: Writer, type: number): void {
  out.reserve(1);
  out.buffer[out.position++] = type;
}

function lastIndexOf(message: Message): number {
  return message.index + message.entries.length;
}

export class AppendEncoder implements MessageEncoder {
  /** Where the last append ended, and in which term it was sent. */
  #term = 0;
  #index = 0;

  encode(message: Message, out: Writer): void {
    if (message.index === this.#index && message.logTerm === this.#term && message.logTerm === message.term) {
      writeType(out, ENTRIES);
      writeLength(out, message.entries.length);
      for (const entry of message.entries) writeDelimited(out, () => Entry.encodeTo(entry, out));
      writeLength(out, message.commit);
      this.#index = lastIndexOf(message);
      return;
    }
    writeType(out, WHOLE);
    writeDelimited(out, () => RaftMessage.encodeTo(message, out));
    this.#term = message.term;
    this.#index = lastIndexOf(message);
  }

  encodeHeartbeat(out: Writer): void {
    writeType(out, HEARTBEAT);
  }
}

export class AppendReader implements FrameReader {
  readonly #local: bigint;
  readonly #remote: bigint;
  readonly #deliver: (message: Message) => void;
  #term = 0;
  #index = 0;

  constructor(local: bigint, remote: bigint, deliver: (message: Message) => void) {
    this.#local = local;
    this.#remote = remote;
    this.#deliver = deliver;
  }

  readFrame(bytes: Buffer, at: number): number {
    switch (bytes[at]) {
      case HEARTBEAT:
        return 1;
      case ENTRIES:
        return this.#readEntries(bytes, at);
      case WHOLE:
        return this.#readWhole(bytes, at);
      default:
        throw new RangeError(`unknown frame ${bytes[at]} in a msgapp stream`);
    }
  }

  #readWhole(bytes: Buffer, at: number): number {
    const head = 1 + LENGTH_BYTES;
    if (bytes.length - at < head) return -head;
    const total = head + readLength(bytes, at + 1, MAX_MESSAGE_BYTES);
    if (bytes.length - at < total) return -total;
    const message = RaftMessage.decode(bytes, at + head, at + total);
    this.#term = message.term;
    this.#index = lastIndexOf(message);
    this.#deliver(message);
    return total;
  }

  #readEntries(bytes: Buffer, at: number): number {
    const available = bytes.length - at;
    let used = 1 + LENGTH_BYTES;
    if (available < used) return -used;
    const count = readLength(bytes, at + 1, MAX_MESSAGE_ENTRIES);
    // First whether all is there, so that nothing is decoded twice.
    for (let number = 0; number < count; number++) {
      const rest = (count - number) * LENGTH_BYTES + LENGTH_BYTES;
      if (available < used + rest) return -(used + rest);
      used += LENGTH_BYTES + readLength(bytes, at + used, MAX_MESSAGE_BYTES);
      if (used > MAX_MESSAGE_BYTES) throw new RangeError('an append message is over the limit');
    }
    const total = used + LENGTH_BYTES;
    if (available < total) return -total;

    const message = newMessage(MessageType.MsgApp, this.#local);
    message.from = this.#remote;
    message.term = this.#term;
    message.logTerm = this.#term;
    message.index = this.#index;
    let from = at + 1 + LENGTH_BYTES;
    for (let number = 0; number < count; number++) {
      const length = readLength(bytes, from, MAX_MESSAGE_BYTES);
      from += LENGTH_BYTES;
      message.entries.push(Entry.decode(bytes, from, from + length));
      from += length;
    }
    message.commit = readLength(bytes, from, Number.MAX_SAFE_INTEGER);
    this.#index += count;
    this.#deliver(message);
    return total;
  }
}
