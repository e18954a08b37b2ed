// Bounds of the connections to peers. Times in milliseconds, sizes in bytes.
import { assert } from '@quorate/base';

/** A stream on which nothing was read, or nothing could be written, for so long is broken (etcd's ConnReadTimeout). */
export const STREAM_TIMEOUT_MS = 5000;
/** An idle stream carries a heartbeat of the link itself so often. */
export const LINK_HEARTBEAT_MS = Math.floor(STREAM_TIMEOUT_MS / 3);
/** Streams are looked at for timeouts so often. */
export const SWEEP_MS = 1000;
/** A lost stream is dialed again after this time; doubled with each failure up to the maximum. */
export const REDIAL_MIN_MS = 50;
export const REDIAL_MAX_MS = 500;
/** Dialing a stream, up to the head of its answer. */
export const DIAL_TIMEOUT_MS = 5000;

/** Messages that wait for a stream that is behind. */
export const STREAM_QUEUE_MESSAGES = 4096;
/** Payload of those messages. */
export const STREAM_QUEUE_BYTES = 64 * 1024 * 1024;
/** Bytes encoded before a stream is given them. */
export const STREAM_BATCH_BYTES = 1024 * 1024;

/** Posts under way to one peer, and messages that wait for one of them to end. */
export const PIPELINE_CONNECTIONS = 4;
export const PIPELINE_QUEUE_MESSAGES = 64;
/** Payload of the messages that wait. */
export const PIPELINE_QUEUE_BYTES = 16 * 1024 * 1024;
/** A post has to be answered in this time. */
export const PIPELINE_TIMEOUT_MS = 5000;

/** Largest message on a stream or in a post; etcd's own bound. */
export const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;
/** Entries in one append message. */
export const MAX_MESSAGE_ENTRIES = 1024 * 1024;
/** Head of an answer to a stream. */
export const MAX_RESPONSE_HEAD_BYTES = 64 * 1024;
/** Answers that we read whole. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** Bodies of requests about leases and hashes. */
export const MAX_LEASE_REQUEST_BYTES = 64 * 1024;

/** Peers are asked for their time so often. */
export const PROBE_INTERVAL_MS = 4000;
/** A connection for short requests is kept for so long without one: from each probe to the next. */
export const IDLE_CONNECTION_MS = 2 * PROBE_INTERVAL_MS;
/** A difference of clocks from here on is reported. */
export const CLOCK_SKEW_WARN_MS = 1000;
/** The same trouble with a peer is reported so often. */
export const REPORT_INTERVAL_MS = 30_000;
/** Weight of the newest round trip in the average. */
export const RTT_WEIGHT = 0.125;

/** Members that are not (yet) in our list but have spoken to us. */
export const MAX_REMOTES = 32;

/** Questions to members when joining or founding a cluster. */
export const CLUSTER_QUESTION_TIMEOUT_MS = 10_000;
/** Sending a snapshot: time without progress after which it is given up. */
export const SNAPSHOT_STALL_MS = 30_000;
/** The receiver stores and checks a whole snapshot before it answers. */
export const SNAPSHOT_ANSWER_TIMEOUT_MS = 60_000;
/** Snapshots sent at the same time, and given to members that ask for them. */
export const MAX_SNAPSHOTS_SENDING = 2;
export const MAX_SNAPSHOTS_GIVING = 1;
/** Read from the store at once. */
export const SNAPSHOT_CHUNK_BYTES = 256 * 1024;

assert(LINK_HEARTBEAT_MS + SWEEP_MS < STREAM_TIMEOUT_MS, 'an idle link is heard of in time');
assert(PROBE_INTERVAL_MS < STREAM_TIMEOUT_MS, 'a peer that is away is noticed');
assert(PROBE_INTERVAL_MS + SWEEP_MS < IDLE_CONNECTION_MS, 'probes keep a connection open');
