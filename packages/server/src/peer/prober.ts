// Asks a peer for its time: how far away it is, and whether its clock agrees with ours (leases and TTLs run on it).
import { type Clock, hex64 } from '@quorate/base';
import type { Logger } from '../member/logger.ts';
import { PROBING_PATH } from './headers.ts';
import type { Call, PeerAnswer, PeerHttpClient } from './http-client.ts';
import { CLOCK_SKEW_WARN_MS, PROBE_INTERVAL_MS, REPORT_INTERVAL_MS, RTT_WEIGHT } from './limits.ts';
import type { UrlPicker } from './url-picker.ts';

export interface ProberOptions {
  readonly peerId: bigint;
  readonly client: PeerHttpClient;
  readonly picker: UrlPicker;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A round trip was measured. */
  readonly measured: (rttMs: number) => void;
}

/** The answer of `/raft/probing`. */
export function probingBody(wallMs: number): string {
  return `${JSON.stringify({ OK: true, Now: new Date(wallMs).toISOString() })}\n`;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #fields: Readonly<Record<string, string>>;
  #call: Call | undefined;
  #nextMs: number;
  #rttMs = 0;
  #skewMs = 0;
  #healthy = true;
  #nextReportMs = 0;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#nextMs = options.clock.nowMs() + PROBE_INTERVAL_MS;
    this.#fields = {
      'round-tripper-name': 'ROUND_TRIPPER_RAFT_MESSAGE',
      'remote-peer-id': hex64(options.peerId),
    };
  }

  /** Average round trip; 0 before the first. */
  get rttMs(): number {
    return this.#rttMs;
  }

  /** How far the peer's clock is from ours. */
  get clockSkewMs(): number {
    return this.#skewMs;
  }

  /** Asks if it is time to. */
  sweep(nowMs: number): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + PROBE_INTERVAL_MS;
    this.#call?.cancel();
    const { client, picker, clock } = this.#options;
    const startedWallMs = clock.wallMs();
    this.#call = client.ask(
      { method: 'GET', url: picker.pick(), path: PROBING_PATH, timeoutMs: PROBE_INTERVAL_MS },
      (error, answer) => {
        this.#call = undefined;
        this.#take(startedWallMs, clock.nowMs() - nowMs, error, answer);
      },
    );
  }

  stop(): void {
    this.#call?.cancel();
  }

  #take(
    startedWallMs: number,
    tookMs: number,
    error: Error | undefined,
    answer: PeerAnswer | undefined,
  ): void {
    const theirMs = answer?.status === 200 ? timeOf(answer.body) : undefined;
    if (theirMs === undefined) {
      const reason = error?.message ?? `unexpected answer (status ${answer?.status})`;
      if (this.#healthy || this.#mayReport()) {
        this.#options.logger.warn('prober detected unhealthy status', { ...this.#fields, error: reason });
      }
      this.#healthy = false;
      return;
    }
    this.#healthy = true;
    this.#options.measured(tookMs);
    this.#rttMs = this.#rttMs === 0 ? tookMs : this.#rttMs + RTT_WEIGHT * (tookMs - this.#rttMs);
    this.#skewMs = Math.abs(theirMs - (startedWallMs + tookMs / 2));
    if (this.#skewMs > CLOCK_SKEW_WARN_MS && this.#mayReport()) {
      this.#options.logger.warn('prober found high clock drift', {
        ...this.#fields,
        'clock-drift': `${this.#skewMs.toFixed(1)}ms`,
        rtt: `${this.#rttMs.toFixed(1)}ms`,
      });
    }
  }

  #mayReport(): boolean {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs < this.#nextReportMs) return false;
    this.#nextReportMs = nowMs + REPORT_INTERVAL_MS;
    return true;
  }
}

function timeOf(body: Buffer): number | undefined {
  try {
    const value = JSON.parse(body.toString('utf8')) as { readonly Now?: unknown };
    const ms = typeof value.Now === 'string' ? Date.parse(value.Now) : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms;
  } catch {
    return undefined;
  }
}
