// Reads the body of a request whole.
import type { HttpRequest } from '@quorate/wire';

/** `done` is called once: with the body, or with undefined when it is too large or was cut off. */
export function readBody(
  request: HttpRequest,
  maxBytes: number,
  done: (body: Buffer | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let over = false;
  const finish = (body: Buffer | undefined): void => {
    if (over) return;
    over = true;
    done(body);
  };
  request.on('data', (chunk) => {
    if (over) return;
    length += chunk.length;
    if (length > maxBytes) finish(undefined);
    else chunks.push(chunk);
  });
  request.on('end', () =>
    finish(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)),
  );
  request.on('error', () => finish(undefined));
  request.on('aborted', () => finish(undefined));
}
