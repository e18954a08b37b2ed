/** Bounds and default times of the client. */

/** Time one endpoint gets to accept a connection. */
export const DEFAULT_DIAL_TIMEOUT_MS = 5_000;

/** How long a call without a deadline waits for any endpoint to come up, where dialling has no limit of its own. */
export const NO_DEADLINE_CONNECT_MS = 5_000;

/** Pause after every endpoint has refused; doubles up to the maximum. */
export const RECONNECT_MIN_MS = 25;
export const RECONNECT_MAX_MS = 1_000;

/** Attempts at one call: the first and those after "unavailable" or an expired token. */
export const MAX_ATTEMPTS = 100;
export const RETRY_PAUSE_MS = 25;

/** A watch or keep-alive stream that broke is opened again after this pause. */
export const STREAM_RESUME_MIN_MS = 50;
export const STREAM_RESUME_MAX_MS = 2_000;

/** A lease is renewed after this part of its time-to-live. */
export const KEEP_ALIVE_FRACTION = 1 / 3;
/** Renewals are never closer together than this. */
export const KEEP_ALIVE_MIN_MS = 500;

/** Time-to-live of a session's lease, as in etcd's client. */
export const DEFAULT_SESSION_TTL_SECONDS = 60;

/** Largest response the client accepts, as in etcd's client. */
export const MAX_RECEIVE_BYTES = 2 ** 31 - 1;

/** v2: time one endpoint has to begin its answer. */
export const DEFAULT_V2_HEADER_TIMEOUT_MS = 5_000;
/** v2: a redirect chain longer than this is a loop. */
export const MAX_REDIRECTS = 10;
/** v2: largest answer that is read; a listing of everything may be big. */
export const MAX_V2_BODY_BYTES = 1024 * 1024 * 1024;
