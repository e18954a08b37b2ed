// What the v3 API is told when it is set up.
import { assert, type Clock, type Random } from '@quorate/base';
import {
  defaultMaxRequestBytes,
  defaultMaxTxnOps,
  defaultWatchProgressIntervalMs,
  minWatchProgressIntervalMs,
} from './limits.ts';

/** Counters that observability may hang in; every method is cheap and never throws. */
export interface V3Observer {
  /** A call with the given `client-api-version` metadata ('unknown' without it): etcd_server_client_requests_total. */
  clientRequest(type: 'unary' | 'stream', clientApiVersion: string): void;
  /** The same for `count` calls at once. With it unary calls are reported about once a second, which costs them less. */
  clientRequests?(type: 'unary' | 'stream', clientApiVersion: string, count: number): void;
  /** A watcher came (+1) or went (−1). */
  watchers(change: number): void;
  /** A watch stream came (+1) or went (−1). */
  watchStreams(change: number): void;
  /** Events given to watch streams. */
  watchEvents(count: number): void;
  /** A stream failed for a reason that is not the client's leaving: etcd_network_server_stream_failures_total. */
  streamFailure(direction: 'receive' | 'send', stream: string): void;
  /** A learner was promoted, or could not be for this reason. */
  learnerPromoted?(failure: string | undefined): void;
}

/** All settings are optional but the clock and the randomness. */
export interface V3Options {
  readonly clock: Clock;
  readonly random: Random;
  /** `--max-txn-ops`. */
  readonly maxTxnOps?: number;
  /** `--max-request-bytes`. */
  readonly maxRequestBytes?: number;
  /** `--watch-progress-notify-interval`. */
  readonly watchProgressIntervalMs?: number;
  /** `--election-timeout`; streams with `hasleader` end after three of them without a leader. */
  readonly electionTimeoutMs?: number;
  readonly observer?: V3Observer;
}

/** The options with every default filled in. */
export interface ResolvedOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly maxTxnOps: number;
  readonly maxRequestBytes: number;
  readonly watchProgressIntervalMs: number;
  readonly electionTimeoutMs: number;
  readonly observer: V3Observer | undefined;
}

/** Fills in defaults and lifts a too short progress interval to the least allowed, as etcd does. */
export function resolveOptions(options: V3Options): ResolvedOptions {
  const maxTxnOps = options.maxTxnOps ?? defaultMaxTxnOps;
  const maxRequestBytes = options.maxRequestBytes ?? defaultMaxRequestBytes;
  assert(maxTxnOps >= 0 && maxRequestBytes > 0, 'request limits must be positive');
  return {
    clock: options.clock,
    random: options.random,
    maxTxnOps,
    maxRequestBytes,
    watchProgressIntervalMs: Math.max(
      options.watchProgressIntervalMs || defaultWatchProgressIntervalMs,
      minWatchProgressIntervalMs,
    ),
    electionTimeoutMs: options.electionTimeoutMs ?? 1_000,
    observer: options.observer,
  };
}
