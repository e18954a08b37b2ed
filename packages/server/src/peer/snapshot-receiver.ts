// Takes a snapshot from the leader: the message first, then the key-value store, which goes to disk as it comes. Only when
// the store is complete, durable and found to be good is raft told of the message.
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeDisk } from '@quorate/base';
import { type Message, MessageType } from '@quorate/raft';
import { snapDatabaseName } from '@quorate/storage';
import type { HttpRequest } from '@quorate/wire';
import type { Logger } from '../member/logger.ts';
import { headerText } from './headers.ts';
import {
  PAGES_FORM,
  receiveSnapshot,
  type SinkEvents,
  type StoreSink,
  storeSnapshot,
} from './snapshot-body.ts';
import type { SnapshotReceiveCounters } from './snapshot-receive-counters.ts';

export interface SnapshotReceiverOptions {
  /** `member/snap`. */
  readonly directory: string;
  readonly logger: Logger;
  readonly counters: SnapshotReceiveCounters;
  /** Whether a store may be staged: not over one that raft has been told of. */
  readonly isOpen: () => boolean;
  /** Checks a file and makes a store of it beside the member's own. Rejects when it is no good. */
  readonly stage: (path: string, message: Message) => Promise<void>;
  /** Makes a store of pages beside the member's own while they come. `place` is called when it is good. */
  readonly openPages: (events: SinkEvents) => StoreSink<StagedPages>;
}

/** A store made of pages, complete and durable: from `place` on it waits; `drop` removes it. */
export interface StagedPages {
  place(): void;
  drop(): void;
}

export class SnapshotReceiver {
  readonly #options: SnapshotReceiverOptions;
  /** Of the snapshot whose file is still coming. */
  #coming: AbortController | undefined;
  #isStaging = false;
  #files = 0;

  constructor(options: SnapshotReceiverOptions) {
    this.#options = options;
  }

  /** The message of a snapshot whose file has been stored. Rejects when it could not be, or another one comes. */
  async receive(request: HttpRequest): Promise<Message> {
    if (this.#isStaging) throw new Error('another snapshot is being received');
    if (!this.#options.isOpen()) throw new Error('another snapshot is being installed');
    // A leader sends one at a time: whoever sends now has given the last one up, or has taken the place of its sender, which
    // may have been cut off and would be waited for until the connection is given up.
    this.#coming?.abort(new Error('another snapshot came'));
    const coming = new AbortController();
    this.#coming = coming;
    const sender = this.#options.counters.sender(memberText(request));
    const started = performance.now();
    sender.receiving++;
    try {
      const isPages = headerText(request.headers, 'content-type') === PAGES_FORM;
      const message = await (isPages ? this.#receivePages(request, coming) : this.#receive(request, coming));
      sender.received++;
      sender.durations.observeMs(performance.now() - started);
      return message;
    } catch (error) {
      sender.failed++;
      throw error;
    } finally {
      sender.receiving--;
      if (this.#coming === coming) this.#coming = undefined;
    }
  }

  async #receive(request: HttpRequest, coming: AbortController): Promise<Message> {
    const { directory, logger, stage, counters } = this.#options;
    const temporary = join(directory, `tmp.${process.pid}.${this.#files++}.snap.db`);
    const started = performance.now();
    try {
      const { message, bytes, stored } = await storeSnapshot(request, temporary, coming.signal);
      coming.signal.throwIfAborted();
      const index = indexOf(message);
      this.#coming = undefined;
      this.#isStaging = true;
      counters.fileSyncs.observeMs(stored.syncMs);
      const path = join(directory, snapDatabaseName(index));
      await rename(temporary, path);
      nodeDisk.syncDirectory(directory);
      counters.fileSaves.observeMs(performance.now() - started);
      logReceived(logger, message, bytes, started);
      counters.staging++;
      try {
        await stage(path, message);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      } finally {
        counters.staging--;
      }
      return message;
    } finally {
      // Nobody else is staging while this one's file was coming.
      if (!coming.signal.aborted) this.#isStaging = false;
      await rm(temporary, { force: true });
    }
  }

  /** The store is made while it comes, and is there when all has come. */
  async #receivePages(request: HttpRequest, coming: AbortController): Promise<Message> {
    const { logger, counters, openPages } = this.#options;
    const started = performance.now();
    const { message, bytes, stored } = await receiveSnapshot(request, openPages, coming.signal);
    try {
      indexOf(message);
      coming.signal.throwIfAborted();
      if (!this.#options.isOpen()) throw new Error('another snapshot is being installed');
    } catch (error) {
      stored.drop();
      throw error;
    }
    stored.place();
    counters.fileSaves.observeMs(performance.now() - started);
    logReceived(logger, message, bytes, started);
    return message;
  }
}

function logReceived(logger: Logger, message: Message, bytes: number, startedMs: number): void {
  logger.info('received and saved database snapshot', {
    'remote-snapshot-sender-id': message.from.toString(16),
    'incoming-snapshot-index': message.snapshot?.metadata?.index,
    'incoming-snapshot-size-bytes': bytes,
    'download-took': `${(performance.now() - startedMs).toFixed(0)}ms`,
  });
}

/** The index of the snapshot in a message. @throws Error when it is no snapshot */
function indexOf(message: Message): number {
  const index = message.snapshot?.metadata?.index ?? 0;
  if (message.type !== MessageType.MsgSnap || index === 0) throw new Error('wrong raft message type');
  return index;
}

/** The id of the member that sends; those that send none are unknown. */
function memberText(request: HttpRequest): string {
  const value = headerText(request.headers, 'x-server-from');
  return /^[0-9a-f]{1,16}$/.test(value) ? value : 'unknown';
}
