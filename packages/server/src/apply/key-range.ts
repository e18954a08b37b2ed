// Key ranges as requests give them: one key, `[key, end)`, or everything from a key on.

/** Whether `rangeEnd` means "all keys from key on". */
export function isFromKey(rangeEnd: Uint8Array): boolean {
  return rangeEnd.length === 1 && rangeEnd[0] === 0;
}

/** Whether the range of a request holds `candidate`. */
export function coversKey(key: Uint8Array, rangeEnd: Uint8Array, candidate: Uint8Array): boolean {
  if (rangeEnd.length === 0) return Buffer.compare(key, candidate) === 0;
  if (Buffer.compare(candidate, key) < 0) return false;
  return isFromKey(rangeEnd) || Buffer.compare(candidate, rangeEnd) < 0;
}
