// Bounds of the JSON gateway.

/** Room that base64 and field names take beyond the message itself: JSON may be so many times its size. */
export const JSON_BYTES_PER_MESSAGE_BYTE = 4;

/** Bytes of answers waiting for a slow HTTP client before a stream is told to wait. */
export const STREAM_HIGH_WATER_BYTES = 256 * 1024;
