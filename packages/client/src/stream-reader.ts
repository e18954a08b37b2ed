/** A client stream as an async sequence of messages, with backpressure. */
import { type ClientStream, GrpcError } from '@quorate/wire';

/** Messages held before the stream is paused. */
const HIGH_WATER_MESSAGES = 16;

/**
 * Sends the request (if any), half-closes and yields the answers. Throws the GrpcError the stream ended with;
 * leaving the loop early cancels the stream.
 */
export async function* readStream(stream: ClientStream, request?: Uint8Array): AsyncGenerator<Uint8Array> {
  const queue: Uint8Array[] = [];
  let failure: GrpcError | undefined;
  let ended = false;
  let wake: (() => void) | undefined;
  stream.onMessage = (message) => {
    // The message is a view of the receive buffer, valid in this turn only.
    queue.push(Buffer.from(message));
    if (queue.length >= HIGH_WATER_MESSAGES) stream.pause();
    wake?.();
  };
  stream.onEnd = (status) => {
    ended = true;
    if (status.code !== 0) failure = new GrpcError(status.code, status.message, status.metadata);
    wake?.();
  };
  if (request !== undefined) {
    stream.send(request);
    stream.halfClose();
  }
  try {
    for (;;) {
      const message = queue.shift();
      if (message !== undefined) {
        if (queue.length === 0) stream.resume();
        yield message;
      } else if (ended) {
        if (failure !== undefined) throw failure;
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    if (!ended) stream.cancel();
  }
}
