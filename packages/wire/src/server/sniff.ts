// The first bytes of a connection tell its protocol: no HTTP/1.1 method begins like the HTTP/2 preface.

import { PREFACE } from '../h2/frame.ts';

/** Bytes that decide: "PRI" differs from every registered method. */
const DECIDING_BYTES = 3;

export type Protocol = 'http2' | 'http1' | 'undecided';

export function sniff(bytes: Uint8Array): Protocol {
  const count = Math.min(bytes.length, DECIDING_BYTES);
  for (let i = 0; i < count; i++) if (bytes[i] !== PREFACE[i]) return 'http1';
  return bytes.length >= DECIDING_BYTES ? 'http2' : 'undecided';
}
