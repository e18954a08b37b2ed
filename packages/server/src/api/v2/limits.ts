// Bounds of the v2 HTTP API.

/** Largest form body; Go's net/http has the same bound. */
export const maxFormBytes = 10 * 1024 * 1024;

/** Largest JSON body of a membership request. */
export const maxJsonBytes = 1024 * 1024;
