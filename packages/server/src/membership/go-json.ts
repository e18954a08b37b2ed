// JSON text as Go's encoding/json writes it: what other members read, and what the v2 store's bytes are made of.
import { jsonString } from '@quorate/v2store';

/** A JSON string literal with HTML characters escaped. */
export function goString(text: string): string {
  return jsonString(text);
}

/** A JSON array of strings. */
export function goStrings(texts: readonly string[]): string {
  return `[${texts.map(goString).join(',')}]`;
}
