// Kinds of records in the log.

/** walpb.Record.type. */
export const RecordType = {
  /** Who wrote this log; at the head of every segment. */
  metadata: 1,
  entry: 2,
  state: 3,
  /** CRC of what precedes the segment; always its first record. */
  crc: 4,
  /** A snapshot was taken. */
  snapshot: 5,
} as const;
