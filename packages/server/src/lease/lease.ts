// One lease: what the log says about it (ttl, remaining, keys) and, on the primary, when it expires.

/** Told how a renewal ended. Exactly one method is called, once. */
export interface RenewSink {
  renewed(ttlSeconds: number): void;
  /** No such lease (any more). */
  notFound(): void;
  /** This member does not manage expiry; ask the leader. */
  notPrimary(): void;
  /** Too many renewals wait for the same lease. */
  overloaded(): void;
}

/** State of one lease. Only the lessor changes it. */
export class Lease {
  readonly id: bigint;
  /** Granted time to live in seconds, at least the minimum. */
  readonly ttlSeconds: number;
  /** Last remaining time written to the log, seconds; 0: none, the full TTL counts. */
  remainingTtlSeconds = 0;
  /** Monotonic deadline on the primary, Infinity elsewhere. */
  expiryMs = Number.POSITIVE_INFINITY;
  /** Whether the lease has its entry in the expiry heap (it has at most one). */
  inExpiryHeap = false;
  /** Likewise for the checkpoint heap. */
  inCheckpointHeap = false;
  /** A shorter remaining time was given to the log and may still be applied: on the primary, until a reset has been. */
  shortening = false;
  /** The newest reset of the remaining time that was given to the log, while it is not known whether it is in. */
  reset: object | undefined = undefined;
  /** False once revoked; heap entries of dead leases are dropped when met. */
  alive = true;
  /** Attached keys as latin-1 strings; made when the first key is attached. */
  keys: Set<string> | undefined = undefined;
  /** Renewals that wait for the revocation or the checkpoint of this lease. */
  waiters: RenewSink[] | undefined = undefined;

  constructor(id: bigint, ttlSeconds: number) {
    this.id = id;
    this.ttlSeconds = ttlSeconds;
  }

  /** The time that counts after a change of leader. */
  effectiveTtlSeconds(): number {
    return this.remainingTtlSeconds > 0 ? this.remainingTtlSeconds : this.ttlSeconds;
  }

  /** Whether less than the full time may count after a change of leader. */
  get mayBeShortened(): boolean {
    return this.remainingTtlSeconds > 0 || this.shortening;
  }

  /** Attached keys in byte order. */
  sortedKeys(): string[] {
    return this.keys === undefined ? [] : [...this.keys].sort(compareCodeUnits);
  }
}

// The default sort compares UTF-16 code units too, but converts to strings first; keys are strings already.
function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
