// Whether a peer can be reached, since when, and what it says it runs. Only changes are logged.
import { type Clock, hex64 } from '@quorate/base';
import type { Logger } from '../member/logger.ts';

export class PeerStatus {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #peerId: string;
  #activeSinceMs: number | undefined;
  #version: string | undefined;
  #lastReason = '';
  /** How often the peer was lost. */
  disconnections = 0;

  constructor(clock: Clock, logger: Logger, peerId: bigint) {
    this.#clock = clock;
    this.#logger = logger;
    this.#peerId = hex64(peerId);
  }

  /** Monotonic time; undefined while the peer cannot be reached. */
  get activeSinceMs(): number | undefined {
    return this.#activeSinceMs;
  }

  /** The version it last told while it can be reached. */
  get version(): string | undefined {
    return this.#activeSinceMs === undefined ? undefined : this.#version;
  }

  noteVersion(version: string | undefined): void {
    if (version !== undefined) this.#version = version;
  }

  activate(): void {
    this.#lastReason = '';
    if (this.#activeSinceMs !== undefined) return;
    this.#activeSinceMs = this.#clock.nowMs();
    this.#logger.info('peer became active', { 'peer-id': this.#peerId });
  }

  deactivate(action: string, reason: string): void {
    if (this.#activeSinceMs === undefined) {
      if (reason === this.#lastReason) return;
      this.#lastReason = reason;
      this.#logger.debug('peer deactivated again', { 'peer-id': this.#peerId, action, error: reason });
      return;
    }
    this.#activeSinceMs = undefined;
    this.disconnections++;
    this.#lastReason = reason;
    this.#logger.warn('peer became inactive (message send to peer failed)', {
      'peer-id': this.#peerId,
      action,
      error: reason,
    });
  }
}
