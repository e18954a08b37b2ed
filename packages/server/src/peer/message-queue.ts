// Messages that wait to be sent: bounded by number and by payload.
import { BoundedQueue } from '@quorate/base';
import { type Message, payloadsSize } from '@quorate/raft';

function payloadOf(message: Message): number {
  return payloadsSize(message.entries) + (message.snapshot?.data.length ?? 0);
}

export class MessageQueue {
  readonly #queue: BoundedQueue<Message>;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxMessages: number, maxBytes: number) {
    this.#queue = new BoundedQueue(maxMessages);
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#queue.length;
  }

  /** False when there is no room; a single message always finds some. */
  push(message: Message): boolean {
    const bytes = payloadOf(message);
    if (this.#queue.length > 0 && this.#bytes + bytes > this.#maxBytes) return false;
    if (!this.#queue.push(message)) return false;
    this.#bytes += bytes;
    return true;
  }

  shift(): Message | undefined {
    const message = this.#queue.shift();
    if (message !== undefined) this.#bytes -= payloadOf(message);
    return message;
  }

  clear(): void {
    this.#queue.clear();
    this.#bytes = 0;
  }
}
