// Read-index requests waiting for the leader to confirm its leadership (Raft thesis, 6.4).
import { assert, latin1Key } from '@quorate/base';
import type { Message } from './types.ts';

/** A request and who has confirmed the leader since. */
export interface PendingRead {
  readonly request: Message;
  readonly context: Uint8Array;
  /** The commit index when the request came; reads at or after it are linearizable. */
  readonly index: number;
  readonly acknowledged: Set<bigint>;
}

/**
 * Requests in the order they came. Heartbeats carry the context of the newest one; a quorum of answers to it
 * confirms every older request too.
 */
export class ReadOnlyQueue {
  #pending = new Map<string, PendingRead>();
  #newest: PendingRead | undefined;

  get length(): number {
    return this.#pending.size;
  }

  /** Adds a request unless one with the same context is waiting already. */
  add(request: Message, context: Uint8Array, index: number): void {
    const key = latin1Key(context);
    if (this.#pending.has(key)) return;
    const read: PendingRead = { request, context, index, acknowledged: new Set() };
    this.#pending.set(key, read);
    this.#newest = read;
  }

  /** Notes that `from` confirmed the leader after the request with `context`; returns all who did. */
  acknowledge(from: bigint, context: Uint8Array): ReadonlySet<bigint> | undefined {
    const read = this.#pending.get(latin1Key(context));
    read?.acknowledged.add(from);
    return read?.acknowledged;
  }

  /** Takes out the request with `context` and all before it. */
  takeThrough(context: Uint8Array): PendingRead[] {
    const last = latin1Key(context);
    if (!this.#pending.has(last)) return [];
    const taken: PendingRead[] = [];
    for (const [key, read] of this.#pending) {
      this.#pending.delete(key);
      taken.push(read);
      if (key === last) break;
    }
    if (this.#pending.size === 0) this.#newest = undefined;
    assert(taken.length > 0, 'a known request was taken');
    return taken;
  }

  /** Context that the next heartbeats carry; undefined if no request waits. */
  newestContext(): Uint8Array | undefined {
    return this.#newest?.context;
  }

  clear(): void {
    this.#pending.clear();
    this.#newest = undefined;
  }
}
