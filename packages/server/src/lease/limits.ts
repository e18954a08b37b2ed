// Bounds and paces of leases.
import { assert } from '@quorate/base';

/** Longest TTL that can be granted, seconds. */
export const MAX_LEASE_TTL_SECONDS = 9_000_000_000;

/** How often expiry and checkpoints are looked at. */
export const LEASE_TICK_MS = 500;

/** Expired leases handed to revocation per second. */
export const LEASE_REVOKES_PER_SECOND = 1000;
export const LEASE_REVOKES_PER_TICK = (LEASE_REVOKES_PER_SECOND * LEASE_TICK_MS) / 1000;

/** After a promotion at most this share of the revoke pace may fall due in one second. */
export const LEASE_EXPIRIES_PER_SECOND_AFTER_PROMOTION = (LEASE_REVOKES_PER_SECOND * 3) / 4;

/** An expired lease whose revocation has not shown up by then is handed out again. */
export const LEASE_REVOKE_RETRY_MS = 3000;

/** A lease living longer than this gets its remaining time written down at this interval. */
export const LEASE_CHECKPOINT_INTERVAL_MS = 5 * 60 * 1000;
/** Leases in one checkpoint entry. */
export const LEASE_CHECKPOINTS_PER_ENTRY = 1000;
/** Checkpoint entries per tick. */
export const LEASE_CHECKPOINT_ENTRIES_PER_TICK = 10;

/** Renewals that may wait for one lease to be revoked or reset. */
export const LEASE_WAITERS_PER_LEASE = 1024;

assert(LEASE_EXPIRIES_PER_SECOND_AFTER_PROMOTION < LEASE_REVOKES_PER_SECOND, 'piled-up expiries must drain');
