// What writes cost against the backend quota, and whether it is exceeded. etcd's arithmetic.
import type { PutRequest, RequestOp, TxnRequest } from '@quorate/proto';
import {
  DEFAULT_QUOTA_BYTES,
  KEY_OVERHEAD_BYTES,
  LEASE_OVERHEAD_BYTES,
  QUOTA_CLEAR_SHARE,
} from './limits.ts';

export function putCost(request: PutRequest): number {
  return KEY_OVERHEAD_BYTES + request.key.length + request.value.length;
}

export function leaseGrantCost(): number {
  return LEASE_OVERHEAD_BYTES;
}

function opsCost(ops: readonly RequestOp[]): number {
  let cost = 0;
  for (const op of ops) {
    if (op.requestPut !== undefined) cost += putCost(op.requestPut);
    else if (op.requestTxn !== undefined) cost += txnCost(op.requestTxn);
  }
  return cost;
}

/** The dearer branch, nested txns included. 0: nothing is put. */
export function txnCost(request: TxnRequest): number {
  return Math.max(opsCost(request.success), opsCost(request.failure));
}

/** Tells how much of the backend is in use. */
export interface UsageGauge {
  /** The last measurement and what was written since; cheap. */
  estimateBytes(): number;
  /** Measures now. */
  measureBytes(): number;
  noteWritten(bytes: number): void;
}

/** The space a member grants its backend. */
export class Quota {
  /** Bytes; Infinity when disabled. */
  readonly limitBytes: number;
  readonly #usage: UsageGauge;

  /** `configured`: 0 means the default, negative no quota. */
  constructor(configured: number, usage: UsageGauge) {
    this.limitBytes =
      configured === 0 ? DEFAULT_QUOTA_BYTES : configured < 0 ? Number.POSITIVE_INFINITY : configured;
    this.#usage = usage;
  }

  /** Whether a write of this cost fits. What costs nothing always fits. */
  fits(cost: number): boolean {
    if (cost === 0 || this.#usage.estimateBytes() + cost < this.limitBytes) return true;
    // The estimate errs on the high side; refusing takes a measurement.
    return this.#usage.measureBytes() + cost < this.limitBytes;
  }

  /** A write of this cost was applied. */
  charge(cost: number): void {
    this.#usage.noteWritten(cost);
  }

  /** Whether usage is so far below the quota that the alarm can go. */
  hasRecovered(): boolean {
    return this.#usage.measureBytes() < this.limitBytes * QUOTA_CLEAR_SHARE;
  }
}
