// Leases: grant, revoke and attach are replicated facts; expiry and renewal are the primary's (the leader's) business.
// The lessor never expires a lease by itself: it names expired leases, and the member revokes them through the log.
import { assert, type Clock, errors, latin1Key } from '@quorate/base';
import { Lease as LeaseRecord } from '@quorate/proto';
import { Lease, type RenewSink } from './lease.ts';
import {
  LEASE_CHECKPOINT_ENTRIES_PER_TICK,
  LEASE_CHECKPOINT_INTERVAL_MS,
  LEASE_CHECKPOINTS_PER_ENTRY,
  LEASE_EXPIRIES_PER_SECOND_AFTER_PROMOTION,
  LEASE_REVOKE_RETRY_MS,
  LEASE_REVOKES_PER_SECOND,
  LEASE_REVOKES_PER_TICK,
  LEASE_WAITERS_PER_LEASE,
  MAX_LEASE_TTL_SECONDS,
} from './limits.ts';
import { TimeHeap } from './time-heap.ts';

/** Where lease records are kept; writes join the backend transaction of the entry being applied. */
export interface LeaseBucket {
  put(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): void;
  entries(): Iterable<readonly [Uint8Array, Uint8Array]>;
}

/** Remaining time of one lease, as checkpoint entries carry it. */
export interface LeaseCheckpointRecord {
  readonly id: bigint;
  readonly remainingTtlSeconds: number;
}

/** What the lessor asks the log to do. Called from `tick` and `renew`, on the primary only. */
export interface LessorEffects {
  /** These leases are past their deadline. Named again after LEASE_REVOKE_RETRY_MS while they still exist. */
  expired(ids: readonly bigint[]): void;
  /** Write these remaining times down, in the order of the calls; `checkpointEnded` must be called once for each. */
  checkpoint(records: readonly LeaseCheckpointRecord[]): void;
  /** For metrics. */
  granted?(ttlSeconds: number): void;
}

export interface LessorOptions {
  readonly clock: Clock;
  readonly bucket: LeaseBucket;
  /** Shorter TTLs are lifted to this. */
  readonly minTtlSeconds: number;
  readonly effects: LessorEffects;
  /**
   * Whether remaining times are written down from time to time. Those that another leader has written are reset by renewals
   * in any case.
   */
  readonly checkpoints: boolean;
  readonly checkpointIntervalMs?: number;
  readonly revokeRetryMs?: number;
}

export interface LessorCounters {
  granted: number;
  revoked: number;
  renewed: number;
}

/** The record key of a lease: its id as 8 bytes, big-endian. */
export function leaseKey(id: bigint): Uint8Array {
  const key = Buffer.allocUnsafe(8);
  key.writeBigInt64BE(id);
  return key;
}

export class Lessor {
  readonly counters: LessorCounters = { granted: 0, revoked: 0, renewed: 0 };
  readonly #clock: Clock;
  readonly #bucket: LeaseBucket;
  /** Shorter leases are lengthened to it. */
  readonly minTtlSeconds: number;
  readonly #effects: LessorEffects;
  readonly #makesCheckpoints: boolean;
  readonly #checkpointIntervalMs: number;
  readonly #revokeRetryMs: number;
  readonly #leases = new Map<bigint, Lease>();
  readonly #expiryHeap = new TimeHeap<Lease>();
  readonly #checkpointHeap = new TimeHeap<Lease>();
  #primary = false;

  constructor(options: LessorOptions) {
    this.#clock = options.clock;
    this.#bucket = options.bucket;
    this.minTtlSeconds = options.minTtlSeconds;
    this.#effects = options.effects;
    this.#makesCheckpoints = options.checkpoints;
    this.#checkpointIntervalMs = options.checkpointIntervalMs ?? LEASE_CHECKPOINT_INTERVAL_MS;
    this.#revokeRetryMs = options.revokeRetryMs ?? LEASE_REVOKE_RETRY_MS;
  }

  get isPrimary(): boolean {
    return this.#primary;
  }

  get size(): number {
    return this.#leases.size;
  }

  /** Forgets everything and reads the records again. Keys are attached afterwards by the store's own restore. */
  restore(): void {
    assert(!this.#primary, 'leases are restored before promotion');
    this.#leases.clear();
    for (const [key, value] of this.#bucket.entries()) {
      assert(key.length === 8, 'a lease key has 8 bytes');
      const record = LeaseRecord.decode(value);
      const lease = new Lease(record.ID, Math.max(record.TTL, this.minTtlSeconds));
      lease.remainingTtlSeconds = record.remainingTTL;
      this.#leases.set(lease.id, lease);
    }
  }

  /** Creates a lease. @throws EtcdError leaseNotFound (id 0), leaseTtlTooLarge, leaseExists */
  grant(id: bigint, ttlSeconds: number): Lease {
    if (id === 0n) throw errors.leaseNotFound;
    if (ttlSeconds > MAX_LEASE_TTL_SECONDS) throw errors.leaseTtlTooLarge;
    if (this.#leases.has(id)) throw errors.leaseExists;
    const lease = new Lease(id, Math.max(ttlSeconds, this.minTtlSeconds));
    this.#leases.set(id, lease);
    this.#save(lease);
    this.counters.granted++;
    this.#effects.granted?.(lease.ttlSeconds);
    if (this.#primary) {
      this.#refresh(lease, 0);
      this.#scheduleCheckpoint(lease);
    }
    return lease;
  }

  /**
   * Removes a lease. `deleteKeys` gets its keys in byte order, so that every member deletes in the same order, and is
   * called inside the same backend transaction in which the record goes. @throws EtcdError leaseNotFound
   */
  revoke(id: bigint, deleteKeys: (keys: readonly string[]) => void): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) throw errors.leaseNotFound;
    deleteKeys(lease.sortedKeys());
    this.#leases.delete(id);
    lease.alive = false;
    this.#bucket.delete(leaseKey(id));
    this.counters.revoked++;
    this.#settle(lease, (waiter) => waiter.notFound());
  }

  /** Applies a checkpoint: the time that will count after the next change of leader. Unknown leases are ignored. */
  checkpoint(id: bigint, remainingTtlSeconds: number, persist: boolean): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    // A record that was kept must not come back after a reset, whoever keeps them by then.
    const isReset = remainingTtlSeconds === 0 && lease.remainingTtlSeconds > 0;
    lease.remainingTtlSeconds = remainingTtlSeconds;
    if (persist || isReset) this.#save(lease);
    if (this.#primary) this.#scheduleCheckpoint(lease);
  }

  /**
   * What `effects.checkpoint` was asked for has been applied, or has failed (it may still be applied then). Renewals that
   * have waited for it are answered, or have to ask again.
   */
  checkpointEnded(records: readonly LeaseCheckpointRecord[], isApplied: boolean): void {
    // Renewals were sent back by the demotion, and another promotion has begun anew.
    if (!this.#primary) return;
    const nowMs = this.#clock.nowMs();
    for (const { id, remainingTtlSeconds } of records) {
      const lease = this.#leases.get(id);
      if (lease === undefined || remainingTtlSeconds > 0 || lease.reset !== records) continue;
      lease.reset = undefined;
      if (!isApplied) this.#settle(lease, (waiter) => waiter.notPrimary());
      else {
        // All that was given to the log before it has been applied, or is lost.
        lease.shortening = false;
        // Those of an expired lease wait for its revocation.
        if (lease.waiters === undefined || lease.expiryMs <= nowMs) continue;
        this.#refresh(lease, 0);
        this.counters.renewed += lease.waiters.length;
        this.#settle(lease, (waiter) => waiter.renewed(lease.ttlSeconds));
      }
    }
  }

  /** Whether remaining times may be given to the log: not what an earlier reign has left behind. */
  isCheckpointDue(records: readonly LeaseCheckpointRecord[]): boolean {
    if (!this.#primary) return false;
    return records.every(({ id, remainingTtlSeconds }) => {
      const lease = this.#leases.get(id);
      return (
        lease === undefined || (remainingTtlSeconds === 0 ? lease.reset !== undefined : lease.shortening)
      );
    });
  }

  has(id: bigint): boolean {
    return this.#leases.has(id);
  }

  get(id: bigint): Lease | undefined {
    return this.#leases.get(id);
  }

  /** Whether the lease exists and is past its deadline; never where this member is not the primary. */
  isExpired(id: bigint): boolean {
    const lease = this.#leases.get(id);
    return this.#primary && lease !== undefined && lease.expiryMs <= this.#clock.nowMs();
  }

  /** All leases, soonest expiry first. */
  leases(): Lease[] {
    const all = [...this.#leases.values()];
    if (this.#primary) all.sort((a, b) => a.expiryMs - b.expiryMs);
    return all;
  }

  /** Ties a key to a lease. The store detaches it from its former lease first. */
  attach(id: bigint, key: Uint8Array): void {
    const lease = this.#leases.get(id);
    // A key may name a lease that the log revoked after a crash had lost the order; etcd logs and goes on.
    if (lease === undefined) return;
    lease.keys ??= new Set();
    lease.keys.add(latin1Key(key));
  }

  detach(id: bigint, key: Uint8Array): void {
    this.#leases.get(id)?.keys?.delete(latin1Key(key));
  }

  /** Seconds left, whole and not negative; Infinity where this member is not the primary. */
  remainingSeconds(lease: Lease): number {
    return Math.max(0, Math.floor((lease.expiryMs - this.#clock.nowMs()) / 1000));
  }

  /** Extends a lease to its full TTL from now. */
  renew(id: bigint, sink: RenewSink): void {
    if (!this.#primary) {
      sink.notPrimary();
      return;
    }
    const lease = this.#leases.get(id);
    if (lease === undefined) {
      sink.notFound();
      return;
    }
    if (lease.expiryMs <= this.#clock.nowMs()) {
      // Its revocation may be on the way through the log: the answer waits for it.
      this.#wait(lease, sink);
      return;
    }
    if (lease.mayBeShortened) {
      // The shortened time must be gone, on record and on its way there, before the client may count on the full one.
      this.#wait(lease, sink);
      if (lease.reset !== undefined) return;
      const records = [{ id, remainingTtlSeconds: 0 }];
      lease.reset = records;
      this.#effects.checkpoint(records);
      return;
    }
    this.#refresh(lease, 0);
    this.counters.renewed++;
    sink.renewed(lease.ttlSeconds);
  }

  /**
   * Takes over expiry after an election: every lease gets its full (or checkpointed) time plus `extendMs`, spread out
   * so that leases which would pile up in one second stay below the revoke pace.
   */
  promote(extendMs: number): void {
    this.#primary = true;
    this.#expiryHeap.clear();
    this.#checkpointHeap.clear();
    const nowMs = this.#clock.nowMs();
    for (const lease of this.#leases.values()) {
      lease.inExpiryHeap = false;
      lease.inCheckpointHeap = false;
      lease.shortening = false;
      lease.reset = undefined;
      lease.expiryMs = nowMs + lease.effectiveTtlSeconds() * 1000 + extendMs;
    }
    if (this.#leases.size >= LEASE_REVOKES_PER_SECOND) this.#spreadExpiries();
    for (const lease of this.#leases.values()) {
      this.#queueExpiry(lease);
      this.#scheduleCheckpoint(lease);
    }
  }

  /** Gives expiry away: nothing expires here until the next promotion. */
  demote(): void {
    if (!this.#primary) return;
    this.#primary = false;
    this.#expiryHeap.clear();
    this.#checkpointHeap.clear();
    for (const lease of this.#leases.values()) {
      lease.expiryMs = Number.POSITIVE_INFINITY;
      lease.inExpiryHeap = false;
      lease.inCheckpointHeap = false;
      this.#settle(lease, (waiter) => waiter.notPrimary());
    }
  }

  /** Looks for expired leases and due checkpoints; to be called every LEASE_TICK_MS. */
  tick(): void {
    if (!this.#primary) return;
    const expired = this.#takeExpired(LEASE_REVOKES_PER_TICK);
    if (expired.length > 0) this.#effects.expired(expired);
    for (let entry = 0; entry < LEASE_CHECKPOINT_ENTRIES_PER_TICK; entry++) {
      const records = this.#takeDueCheckpoints(LEASE_CHECKPOINTS_PER_ENTRY);
      if (records.length > 0) this.#effects.checkpoint(records);
      if (records.length < LEASE_CHECKPOINTS_PER_ENTRY) break;
    }
  }

  #takeExpired(limit: number): bigint[] {
    const nowMs = this.#clock.nowMs();
    const expired: bigint[] = [];
    while (expired.length < limit && this.#expiryHeap.soonestMs <= nowMs) {
      const lease = this.#expiryHeap.pop() as Lease;
      lease.inExpiryHeap = false;
      if (!lease.alive) continue;
      if (lease.expiryMs > nowMs) {
        this.#queueExpiry(lease); // renewed since it was queued
        continue;
      }
      expired.push(lease.id);
      lease.inExpiryHeap = true;
      this.#expiryHeap.push(nowMs + this.#revokeRetryMs, lease);
    }
    return expired;
  }

  #takeDueCheckpoints(limit: number): LeaseCheckpointRecord[] {
    const nowMs = this.#clock.nowMs();
    const due: LeaseCheckpointRecord[] = [];
    while (due.length < limit && this.#checkpointHeap.soonestMs <= nowMs) {
      const lease = this.#checkpointHeap.pop() as Lease;
      lease.inCheckpointHeap = false;
      if (!lease.alive || lease.expiryMs <= nowMs) continue;
      const remainingTtlSeconds = Math.ceil((lease.expiryMs - nowMs) / 1000);
      // Renewed a moment ago, there is nothing to tell yet; being renewed, there will not be.
      if (remainingTtlSeconds >= lease.ttlSeconds || lease.reset !== undefined) {
        this.#scheduleCheckpoint(lease);
        continue;
      }
      lease.shortening = true;
      due.push({ id: lease.id, remainingTtlSeconds });
    }
    return due;
  }

  // Expiries within one second of each other may not exceed the pace; later ones are pushed back.
  #spreadExpiries(): void {
    const leases = this.leases();
    const perSecond = LEASE_EXPIRIES_PER_SECOND_AFTER_PROMOTION;
    let slotMs = (leases[0] as Lease).expiryMs;
    let inSlot = 0;
    for (const lease of leases) {
      if (lease.expiryMs >= slotMs + 1000) {
        slotMs = lease.expiryMs;
        inSlot = 0;
      } else if (inSlot >= perSecond) {
        slotMs += 1000;
        inSlot = 0;
      }
      inSlot++;
      if (lease.expiryMs < slotMs) lease.expiryMs = slotMs;
    }
  }

  #refresh(lease: Lease, extendMs: number): void {
    lease.expiryMs = this.#clock.nowMs() + lease.ttlSeconds * 1000 + extendMs;
    this.#queueExpiry(lease);
  }

  // A queued lease stays where it is when its deadline moves back; it is queued anew when its old time comes.
  #queueExpiry(lease: Lease): void {
    if (lease.inExpiryHeap) return;
    lease.inExpiryHeap = true;
    this.#expiryHeap.push(lease.expiryMs, lease);
  }

  #scheduleCheckpoint(lease: Lease): void {
    if (!this.#makesCheckpoints || lease.inCheckpointHeap) return;
    if (lease.effectiveTtlSeconds() * 1000 <= this.#checkpointIntervalMs) return;
    lease.inCheckpointHeap = true;
    this.#checkpointHeap.push(this.#clock.nowMs() + this.#checkpointIntervalMs, lease);
  }

  #save(lease: Lease): void {
    const record = LeaseRecord.create({
      ID: lease.id,
      TTL: lease.ttlSeconds,
      remainingTTL: lease.remainingTtlSeconds,
    });
    this.#bucket.put(leaseKey(lease.id), LeaseRecord.encode(record));
  }

  #wait(lease: Lease, sink: RenewSink): void {
    lease.waiters ??= [];
    if (lease.waiters.length >= LEASE_WAITERS_PER_LEASE) sink.overloaded();
    else lease.waiters.push(sink);
  }

  #settle(lease: Lease, tell: (waiter: RenewSink) => void): void {
    const { waiters } = lease;
    if (waiters === undefined) return;
    lease.waiters = undefined;
    for (const waiter of waiters) tell(waiter);
  }
}
