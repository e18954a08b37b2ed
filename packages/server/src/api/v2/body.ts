// Reading request bodies, with a bound.
import type { HttpRequest } from '@quorate/wire';

/** Called once: the whole body, or `undefined` when it is larger than the bound; never when the client has gone. */
export type BodySink = (body: Buffer | undefined) => void;

const empty = Buffer.alloc(0);

/** Collects a body of at most `maxBytes`; what is beyond is read and dropped, so that an answer can be sent. */
export function readBody(request: HttpRequest, maxBytes: number, sink: BodySink): void {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  let sizeBytes = 0;
  request.on('data', (chunk) => {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      first = undefined;
      more = undefined;
    } else if (first === undefined) first = chunk;
    else if (more === undefined) more = [first, chunk];
    else more.push(chunk);
  });
  request.on('end', () => {
    if (sizeBytes > maxBytes) sink(undefined);
    else sink(more === undefined ? (first ?? empty) : Buffer.concat(more));
  });
  // A client that goes away in the middle is not answered; its request never began.
  request.on('error', () => undefined);
}
