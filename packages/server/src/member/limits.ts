// Bounds of the member loop. Times in milliseconds unless named otherwise.
import { assert } from '@quorate/base';

/** Requests that may wait to be proposed. */
export const MAX_QUEUED_PROPOSALS = 20_000;
/** Requests accepted by the log and not yet answered. */
export const MAX_PENDING_PROPOSALS = 65_536;
/** Reads that may wait for a read index. */
export const MAX_QUEUED_READS = 100_000;
/** A batch of entries given to the log at once. */
export const MAX_BATCH_ENTRIES = 4096;
export const MAX_BATCH_BYTES = 16 * 1024 * 1024;
/** Committed entries that may wait to be applied before requests are refused (etcd's maxGapBetweenApplyAndCommitIndex). */
export const MAX_APPLY_LAG_ENTRIES = 5000;
/** Payload of entries proposed and not yet committed. */
export const MAX_UNCOMMITTED_BYTES = 1024 * 1024 * 1024;

/** Default of `--max-request-bytes`. */
export const DEFAULT_MAX_REQUEST_BYTES = 1.5 * 1024 * 1024;
/** Defaults of `--heartbeat-interval` and `--election-timeout`. */
export const DEFAULT_HEARTBEAT_MS = 100;
export const DEFAULT_ELECTION_MS = 1000;
/** What a request may take beside two election timeouts. */
export const REQUEST_TIMEOUT_BASE_MS = 5000;
/** A read index that is not confirmed is asked for again. */
export const READ_INDEX_RETRY_MS = 500;

/** A sync is done on the loop while one of the last few took less than this, */
export const INLINE_SYNC_BELOW_MS = 2;
/** … and none of them so long: the wait for a core that adds to a sync on a busy machine is over sooner. */
export const SLOW_DISK_SYNC_MS = 10;
/** The last few. */
export const SYNCS_REMEMBERED = 8;
/** Weight of the newest sync in the average. */
export const SYNC_AVERAGE_WEIGHT = 0.2;

/** A leader whose sync takes longer than these shares of the election timeout hands leadership over, and then gives it up. */
export const HAND_OVER_AFTER_SHARE = 1;
export const STEP_DOWN_AFTER_SHARE = 1.5;
/** … and whose syncs take longer than this share on average, while a follower's do not, hands it over, too. */
export const SLOW_DISK_SHARE = 0.25;
/** So many syncs in a row must have been outrun by a follower for that, */
export const OUTRUN_SYNCS = 3;
/** and it happens this often at most: a disk that is slow for all members must not make leadership wander. */
export const SLOW_HAND_OVER_INTERVAL_MS = 30_000;
/** The loop has been held up when a tick is late by so many heartbeats: who leads may have changed meanwhile. */
export const LATE_TICK_HEARTBEATS = 3;

/** Entries are applied for so long before the loop turns. */
export const APPLY_SLICE_MS = 8;
/** The clock is looked at after so many entries. */
export const APPLY_CLOCK_EVERY = 32;
/** An entry that takes longer to apply is reported. */
export const SLOW_APPLY_MS = 100;

/** Raft: bytes of entries in one append message, and append messages in flight. */
export const MAX_SIZE_PER_MESSAGE = 1024 * 1024;
export const MAX_INFLIGHT_MESSAGES = 512;
/** Raft: committed entries handed out in one portion. */
export const MAX_COMMITTED_SIZE_PER_READY = 64 * 1024 * 1024;

/** Defaults of `--snapshot-count` and `--snapshot-catchup-entries`, and of `--max-snapshots` and `--max-wals`. */
export const DEFAULT_SNAPSHOT_COUNT = 10_000;
export const DEFAULT_SNAPSHOT_CATCH_UP_ENTRIES = 5000;
export const DEFAULT_MAX_SNAPSHOT_FILES = 5;
export const DEFAULT_MAX_WAL_FILES = 5;
/** A snapshot is also due when the entries since the last one hold so many bytes: a restart reads them all. */
export const SNAPSHOT_LOG_BYTES = 64 * 1024 * 1024;
/** … and so many times what the last snapshot held, so that a large v2 tree is not written over and over. */
export const SNAPSHOT_LOG_FACTOR = 4;
/** Snapshots that are due by count are at least so far apart. */
export const SNAPSHOT_MIN_INTERVAL_MS = 1000;
/** Catch-up entries are kept in memory up to this many bytes. */
export const CATCH_UP_BYTES = 64 * 1024 * 1024;
/** Nodes of the v2 tree serialized in one slice of a snapshot. */
export const SNAPSHOT_NODES_PER_SLICE = 2000;

/** v2 keys with a TTL are expired at this pace (etcd's SYNC). */
export const V2_SYNC_MS = 500;
/** The leader looks at the members' versions at this pace. */
export const VERSION_MONITOR_MS = 4000;
export const DEFAULT_DOWNGRADE_CHECK_MS = 5000;
/** A NOSPACE alarm is looked at for clearing at this pace. */
export const ALARM_CLEAR_MS = 5000;
/** Peers must have been connected for so long to count as healthy for a membership change. */
export const HEALTHY_SINCE_MS = 5000;
/** A removed member waits so long, for its peers to learn of it, before it stops. */
export const REMOVED_STOP_DELAY_MS = 1000;
/** A learner may be promoted when it has this share of the leader's log. */
export const LEARNER_READY_SHARE = 0.9;
/** Followers whose leader's process has ended campaign within this many heartbeat intervals, each at its own moment. */
export const CAMPAIGN_SPREAD = 4;
/** Campaigns of that kind in a row; after them the election timeout holds again. */
export const HASTY_CAMPAIGNS = 4;
/** A graceful stop waits so long for requests in flight. */
export const STOP_DRAIN_MS = 3000;
/** How often it looks whether they are done. */
export const STOP_POLL_MS = 1;

/** Messages of peers that are refused are told so often. */
export const REFUSAL_REPORT_INTERVAL_MS = 30_000;

assert(HAND_OVER_AFTER_SHARE < STEP_DOWN_AFTER_SHARE, 'handing over is tried first');
assert(STEP_DOWN_AFTER_SHARE < 2, 'a leader that cannot write leads for less than two election timeouts');
assert(APPLY_SLICE_MS < 20, 'no stretch of work holds the loop for 20 ms');
assert(MAX_PENDING_PROPOSALS > MAX_APPLY_LAG_ENTRIES + MAX_BATCH_ENTRIES, 'pending requests fit a batch');

/** How long a commit index waits for a batch that takes it into the log along. */
export const COMMIT_SAVE_DELAY_MS = 2;

/** While batches follow each other this closely … */
export const STEADY_BATCH_GAP_MS = 2;
/** … the news of a commit waits so long for the next one to take it along to the followers. */
export const COMMIT_NEWS_DELAY_MS = 1;
