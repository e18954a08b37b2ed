// Sends a follower that is too far behind everything there is: the v2 store within the message, then the key-value
// store as a bbolt file (or as pages, to members that take them), both as of now rather than as of the snapshot that raft has in mind.
import type { ClientRequest } from 'node:http';
import { type Clock, hex64 } from '@quorate/base';
import type { Message, Snapshot } from '@quorate/raft';
import type { Logger } from '../member/logger.ts';
import type { PeerReceiver } from '../member/transport.ts';
import { type Headers, headerText, type Identity, requestHeaders, SNAPSHOT_PATH } from './headers.ts';
import type { PeerHttpClient } from './http-client.ts';
import {
  DIAL_TIMEOUT_MS,
  MAX_SNAPSHOTS_SENDING,
  SNAPSHOT_ANSWER_TIMEOUT_MS,
  SNAPSHOT_CHUNK_BYTES,
  SNAPSHOT_STALL_MS,
} from './limits.ts';
import type { Peer } from './peer.ts';
import { postFailure } from './pipeline.ts';
import { BBOLT_FORM, encodeSnapshotHead, PAGES_FORM } from './snapshot-body.ts';

/** The store in one of the forms of snapshot-body.ts. */
export interface StoreFile {
  readonly sizeBytes: number;
  /** The next bytes, at most `maxBytes`; an empty array at the end. Valid until the next call. */
  read(maxBytes: number): Promise<Uint8Array>;
  close(): void;
}

/** Everything a member has applied. */
export interface WholeState {
  /** The v2 store and the membership as of an index. */
  readonly snapshot: Snapshot;
  /** The key-value store as of that index or later. */
  readonly store: StoreFile;
  /** Whether `store` is pages, or a bbolt file. */
  readonly isPages: boolean;
}

export interface SnapshotSenderOptions {
  readonly identity: Identity;
  readonly client: PeerHttpClient;
  readonly receiver: PeerReceiver;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `takesPages`: whether the other side understands pages; not rejected. */
  readonly openState: (takesPages: Promise<boolean>) => Promise<WholeState>;
}

export class SnapshotSender {
  readonly #options: SnapshotSenderOptions;
  readonly #sending = new Map<bigint, ClientRequest | undefined>();
  #stopped = false;

  constructor(options: SnapshotSenderOptions) {
    this.#options = options;
  }

  /** Sends the present state in place of the snapshot in `message`; the receiver is told how it went. */
  send(peer: Peer, message: Message): void {
    const { receiver, logger } = this.#options;
    if (this.#stopped || this.#sending.has(peer.id) || this.#sending.size >= MAX_SNAPSHOTS_SENDING) {
      receiver.reportSnapshot(peer.id, false);
      return;
    }
    this.#sending.set(peer.id, undefined);
    const { counters } = peer;
    const startedMs = this.#options.clock.nowMs();
    counters.snapshotsSending++;
    this.#send(peer, message).then(
      () => {
        this.#sending.delete(peer.id);
        counters.snapshotsSending--;
        counters.snapshotsSent++;
        counters.snapshotSends.observeMs(this.#options.clock.nowMs() - startedMs);
        peer.status.activate();
        receiver.reportSnapshot(peer.id, true);
      },
      (error: unknown) => {
        this.#sending.delete(peer.id);
        counters.snapshotsSending--;
        counters.snapshotSendFailures++;
        if (this.#stopped) return;
        const reason = error instanceof Error ? error.message : String(error);
        logger.warn('failed to send database snapshot', { 'remote-peer-id': hex64(peer.id), error: reason });
        receiver.reportUnreachable(peer.id);
        receiver.reportSnapshot(peer.id, false);
      },
    );
  }

  stop(): void {
    this.#stopped = true;
    for (const call of this.#sending.values()) call?.destroy();
  }

  async #send(peer: Peer, message: Message): Promise<void> {
    const { logger, clock, openState } = this.#options;
    const startedMs = clock.nowMs();
    const { snapshot, store, isPages } = await openState(this.#takesPages(peer));
    try {
      const fields = {
        'snapshot-index': snapshot.metadata.index,
        'remote-peer-id': hex64(peer.id),
        bytes: store.sizeBytes,
      };
      logger.info('sending database snapshot', fields);
      await this.#post(peer, { ...message, snapshot }, store, isPages ? PAGES_FORM : BBOLT_FORM);
      logger.info('sent database snapshot', {
        ...fields,
        took: `${(clock.nowMs() - startedMs).toFixed(0)}ms`,
      });
    } finally {
      store.close();
    }
  }

  /** Go's members answer 405, and a file they would not understand would take the place of their store. */
  async #takesPages(peer: Peer): Promise<boolean> {
    const { client, identity } = this.#options;
    const headers = requestHeaders(identity);
    const url = peer.picker.pick();
    try {
      const answer = await client.fetch({
        method: 'OPTIONS',
        url,
        path: SNAPSHOT_PATH,
        headers,
        timeoutMs: DIAL_TIMEOUT_MS,
      });
      return answer.status === 200 && acceptedForms(answer.headers).includes(PAGES_FORM);
    } catch {
      // Whether it can be reached at all is found out by what follows.
      return false;
    }
  }

  async #post(peer: Peer, message: Message, store: StoreFile, form: string): Promise<void> {
    const { client, identity } = this.#options;
    const url = peer.picker.pick();
    let resolve: () => void = () => {};
    let reject: (error: Error) => void = () => {};
    const outcome = new Promise<void>((resolved, rejected) => {
      resolve = resolved;
      reject = rejected;
    });
    const call = client.open(
      {
        method: 'POST',
        url,
        path: SNAPSHOT_PATH,
        headers: {
          ...requestHeaders(identity),
          'Content-Type': form,
          'Transfer-Encoding': 'chunked',
        },
      },
      {
        answered: (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const body = Buffer.concat(chunks);
            const failure = postFailure({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body,
            });
            if (failure === undefined) resolve();
            else reject(new Error(failure));
          });
        },
        failed: (error) => {
          peer.picker.failed(url);
          reject(error);
        },
      },
    );
    this.#sending.set(peer.id, call);
    // Awaited below; until then a failure only ends the writing.
    outcome.catch(() => {});
    const timer = { handle: setTimeout(() => {}, 0) };
    const arm = (ms: number): void => {
      clearTimeout(timer.handle);
      timer.handle = setTimeout(() => call.destroy(new Error(`no progress within ${ms} ms`)), ms);
    };
    try {
      let chunk = encodeSnapshotHead(message);
      while (chunk.length > 0 && !call.destroyed) {
        arm(SNAPSHOT_STALL_MS);
        await Promise.race([written(call, chunk), outcome]);
        chunk = await store.read(SNAPSHOT_CHUNK_BYTES);
      }
      call.end();
      arm(SNAPSHOT_ANSWER_TIMEOUT_MS);
      await outcome;
    } catch (error) {
      call.destroy();
      throw error;
    } finally {
      clearTimeout(timer.handle);
    }
  }
}

function acceptedForms(headers: Headers): string[] {
  return headerText(headers, 'accept-post')
    .split(',')
    .map((form) => form.trim());
}

/** The kernel has it all. A call that fails tells its outcome. */
function written(call: ClientRequest, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    call.write(chunk, (error) => {
      if (error === null || error === undefined) resolve();
    });
  });
}
