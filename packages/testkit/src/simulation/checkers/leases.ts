// Leases: a key of a lease that is kept alive does not vanish; a lease that nobody keeps alive does, in bounded time.
import type { LoggedEvent, RevisionLog } from '../revision-log.ts';
import type { Report } from '../violation.ts';

export interface TrackedLease {
  readonly id: bigint;
  readonly ttlMs: number;
  /** World time before which the lease was certainly not yet renewed for the last time. */
  renewedMs: number;
  /** Somebody has asked for its end. */
  revoking: boolean;
}

export class LeaseChecker {
  readonly leases = new Map<bigint, TrackedLease>();
  expired = 0;
  readonly #report: Report;
  readonly #drift: number;
  readonly #prefix: string;

  /** @param prefix of keys that only the end of their lease deletes; `drift`: how far clock rates may be off */
  constructor(log: RevisionLog, report: Report, prefix: string, drift: number) {
    this.#report = report;
    this.#prefix = prefix;
    this.#drift = drift;
    log.listeners.push((event) => this.#seen(event));
  }

  /** A grant was answered. `askedMs`: when it was asked for. */
  granted(id: bigint, ttlMs: number, askedMs: number): TrackedLease {
    const lease = { id, ttlMs, renewedMs: askedMs, revoking: false };
    this.leases.set(id, lease);
    return lease;
  }

  #seen(event: LoggedEvent): void {
    if (!event.deleted || !event.key.startsWith(this.#prefix)) return;
    const lease = this.leases.get(event.previousLease);
    if (lease === undefined || lease.revoking) return;
    this.expired++;
    const earliest = lease.renewedMs + lease.ttlMs * (1 - 2 * this.#drift);
    if (event.atMs < earliest) {
      this.#report(
        'lease-safety',
        `${event.key} was deleted at ${event.atMs.toFixed(0)} ms, ${(earliest - event.atMs).toFixed(0)} ms before its lease ${lease.id.toString(16)} (ttl ${lease.ttlMs} ms, renewed at ${lease.renewedMs.toFixed(0)}) could end`,
      );
    }
  }
}
