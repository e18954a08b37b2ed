/** The one error of decoding. */

/** Bytes that are not the encoding of the message asked for. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}
