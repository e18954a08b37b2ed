// The peer's half of a stream: we dial, and read from the answer what the peer sends. Dialed again whenever it ends.
import { type Clock, hex64, type Timer } from '@quorate/base';
import { DecodeError } from '@quorate/proto';
import type { Message } from '@quorate/raft';
import type { Logger } from '../member/logger.ts';
import { REMOVED_TEXT } from '../membership/removed.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { type Identity, requestHeaders, STREAM_PATHS, type StreamKind, serverVersionOf } from './headers.ts';
import type { PeerHttpClient } from './http-client.ts';
import { DIAL_TIMEOUT_MS, REDIAL_MAX_MS, REDIAL_MIN_MS, STREAM_TIMEOUT_MS } from './limits.ts';
import { PlainReader } from './message-codec.ts';
import { AppendReader } from './msgapp-codec.ts';
import type { PeerStatus } from './peer-status.ts';
import type { StreamCall } from './stream-call.ts';
import type { UrlPicker } from './url-picker.ts';

/** Of the text of a refusal. */
const MAX_REFUSAL_CHARS = 1024;

export interface StreamReaderOptions {
  readonly kind: StreamKind;
  readonly identity: Identity;
  readonly peerId: bigint;
  readonly client: PeerHttpClient;
  readonly picker: UrlPicker;
  readonly status: PeerStatus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deliver: (message: Message) => void;
  /** The peer was there, and now its port is closed. */
  readonly gone: () => void;
  /** The peer says that we were removed from the cluster. */
  readonly removed: () => void;
}

export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #fields: Readonly<Record<string, string>>;
  #call: StreamCall | undefined;
  #retry: Timer | undefined;
  #delayMs = REDIAL_MIN_MS;
  #established = false;
  /** A stream has been there and has ended, and no other has come since. */
  #hasLost = false;
  #lastReadMs = 0;
  #stopped = false;
  bytesReceived = 0;
  /** Streams that broke. */
  failures = 0;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.#fields = {
      'stream-reader-type': options.kind === 'msgapp' ? 'stream MsgApp v2' : 'stream Message',
      'local-member-id': hex64(options.identity.id),
      'remote-peer-id': hex64(options.peerId),
    };
  }

  start(): void {
    this.#dial();
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#call?.destroy();
  }

  /** Dials at once instead of waiting: the peer has just shown that it is there. */
  hurry(): void {
    if (this.#retry === undefined || this.#stopped) return;
    this.#retry.cancel();
    this.#retry = undefined;
    this.#delayMs = REDIAL_MIN_MS;
    this.#dial();
  }

  /** Ends a stream on which nothing comes any more. */
  sweep(nowMs: number): void {
    if (this.#established && nowMs - this.#lastReadMs >= STREAM_TIMEOUT_MS) {
      this.#call?.destroy(new Error('read timeout'));
    }
  }

  #dial(): void {
    const { client, picker, identity, peerId, kind, status } = this.#options;
    const url = picker.pick();
    let refused: { readonly statusCode: number; text: string } | undefined;
    let frames: FrameBuffer | undefined;
    const call = client.stream(
      {
        url,
        path: `${STREAM_PATHS[kind]}/${hex64(identity.id)}`,
        headers: { ...requestHeaders(identity), 'X-Raft-To': hex64(peerId) },
        timeoutMs: DIAL_TIMEOUT_MS,
      },
      {
        answered: (statusCode, headers) => {
          status.noteVersion(serverVersionOf(headers));
          if (statusCode === 200) frames = this.#establish();
          else refused = { statusCode, text: '' };
        },
        received: (bytes) => {
          if (frames !== undefined) this.#read(call, frames, bytes);
          else if (refused !== undefined && refused.text.length < MAX_REFUSAL_CHARS)
            refused.text += bytes.toString();
        },
        ended: () => {
          if (refused === undefined) this.#failed(url, new Error('connection closed'));
          else this.#refused(url, refused.statusCode, refused.text.trim());
        },
        failed: (error) => this.#failed(url, error),
      },
    );
    this.#call = call;
  }

  #establish(): FrameBuffer {
    const { kind, identity, peerId, deliver, status, clock, logger } = this.#options;
    status.activate();
    this.#established = true;
    this.#hasLost = false;
    this.#delayMs = REDIAL_MIN_MS;
    this.#lastReadMs = clock.nowMs();
    logger.info('established TCP streaming connection with remote peer', this.#fields);
    return new FrameBuffer(
      kind === 'msgapp' ? new AppendReader(identity.id, peerId, deliver) : new PlainReader(deliver),
    );
  }

  #read(call: StreamCall, frames: FrameBuffer, bytes: Buffer): void {
    if (this.#stopped) return;
    this.#lastReadMs = this.#options.clock.nowMs();
    this.bytesReceived += bytes.length;
    try {
      frames.push(bytes);
    } catch (error) {
      // Bytes that are no messages: from here on nothing on this connection can be trusted. All else is not its fault.
      if (!(error instanceof DecodeError || error instanceof RangeError)) throw error;
      call.destroy(error);
    }
  }

  #refused(url: string, statusCode: number, text: string): void {
    const { removed, identity, peerId, logger } = this.#options;
    if (this.#stopped) return;
    if (statusCode === 410) {
      this.#failed(url, new Error(REMOVED_TEXT));
      removed();
      return;
    }
    const why =
      statusCode === 404
        ? `peer ${hex64(peerId)} failed to find local node ${hex64(identity.id)}`
        : statusCode === 412
          ? text
          : `unhandled http status ${statusCode}`;
    if (statusCode === 412) {
      logger.warn('request sent was ignored by remote peer', { ...this.#fields, error: text });
    }
    this.#failed(url, new Error(why));
  }

  #failed(url: string, error: Error): void {
    const { picker, status, logger, clock, kind } = this.#options;
    this.#call?.destroy();
    this.#call = undefined;
    if (this.#stopped) return;
    if (this.#established) {
      this.#established = false;
      this.failures++;
      logger.warn('lost TCP streaming connection with remote peer', {
        ...this.#fields,
        error: error.message,
      });
      // The peer closed it; whether it is gone shows when it is dialed again.
      this.#hasLost = true;
    } else {
      if (this.#hasLost && (error as NodeJS.ErrnoException).code === 'ECONNREFUSED') {
        this.#hasLost = false;
        this.#options.gone();
      }
      picker.failed(url);
      status.deactivate(`dial ${kind}`, error.message);
    }
    this.#retry = clock.setTimer(this.#delayMs, () => {
      this.#retry = undefined;
      if (!this.#stopped) this.#dial();
    });
    this.#delayMs = Math.min(this.#delayMs * 2, REDIAL_MAX_MS);
  }
}
