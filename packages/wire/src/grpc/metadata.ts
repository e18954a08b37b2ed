// Custom metadata of a call as header fields.

import { isValidName, isValidValue } from '../hpack/header-field.ts';
import type { Metadata } from '../types.ts';

export type MetadataPair = readonly [name: string, value: string];

const NONE: readonly MetadataPair[] = [];

/** @throws TypeError for names and values that cannot be sent */
export function encodeMetadata(metadata: Metadata | undefined): readonly MetadataPair[] {
  if (metadata === undefined) return NONE;
  const pairs: MetadataPair[] = [];
  for (const [key, values] of Object.entries(metadata)) {
    const name = key.toLowerCase();
    if (typeof values === 'string' || values instanceof Uint8Array) pairs.push(metadataPair(name, values));
    else for (const value of values) pairs.push(metadataPair(name, value));
  }
  return pairs;
}

/** One checked field; bytes become base64 and need a name ending in `-bin`. @throws TypeError */
export function metadataPair(name: string, value: string | Uint8Array): MetadataPair {
  if (!isValidName(name) || name.startsWith(':')) {
    throw new TypeError(`invalid metadata name ${JSON.stringify(name)}`);
  }
  let text: string;
  if (typeof value === 'string') {
    text = value;
  } else {
    if (!name.endsWith('-bin')) throw new TypeError(`binary metadata ${name} needs a name ending in -bin`);
    text = Buffer.from(value).toString('base64').replace(/=+$/, '');
  }
  if (!isValidValue(text) || /[^\t\x20-\x7e]/.test(text)) {
    throw new TypeError(`invalid value of metadata ${name}: ${JSON.stringify(text)}`);
  }
  return [name, text];
}
