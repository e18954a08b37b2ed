// The peer's half of a stream: we dial, and read from the answer what the peer sends. Dialed again whenever it ends.
import type { ClientRequest, IncomingMessage } from 'node:http';
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
import type { UrlPicker } from './url-picker.ts';

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
  #request: ClientRequest | undefined;
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
    this.#request?.destroy();
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
      this.#request?.destroy(new Error('read timeout'));
    }
  }

  #dial(): void {
    const { client, picker, identity, peerId, kind } = this.#options;
    const url = picker.pick();
    const request = client.open(
      {
        method: 'GET',
        url,
        path: `${STREAM_PATHS[kind]}/${hex64(identity.id)}`,
        headers: { ...requestHeaders(identity), 'X-Raft-To': hex64(peerId) },
        timeoutMs: DIAL_TIMEOUT_MS,
      },
      {
        answered: (response) => this.#answered(url, response),
        failed: (error) => {
          if (this.#request !== request) return;
          this.#failed(url, error);
        },
      },
    );
    this.#request = request;
    request.end();
  }

  #answered(url: string, response: IncomingMessage): void {
    const { status } = this.#options;
    status.noteVersion(serverVersionOf(response.headers));
    if (response.statusCode === 200) {
      this.#read(response);
      return;
    }
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      if (text.length < 1024) text += chunk;
    });
    response.on('error', () => {});
    response.on('end', () => this.#refused(url, response.statusCode ?? 0, text.trim()));
  }

  #read(response: IncomingMessage): void {
    const { kind, identity, peerId, deliver, status, clock, logger } = this.#options;
    status.activate();
    this.#established = true;
    this.#hasLost = false;
    this.#delayMs = REDIAL_MIN_MS;
    this.#lastReadMs = clock.nowMs();
    logger.info('established TCP streaming connection with remote peer', this.#fields);
    const frames = new FrameBuffer(
      kind === 'msgapp' ? new AppendReader(identity.id, peerId, deliver) : new PlainReader(deliver),
    );
    response.on('data', (chunk: Buffer) => {
      if (this.#stopped) return;
      this.#lastReadMs = clock.nowMs();
      this.bytesReceived += chunk.length;
      try {
        frames.push(chunk);
      } catch (error) {
        // Bytes that are no messages: from here on nothing on this connection can be trusted. All else is not its fault.
        if (!(error instanceof DecodeError || error instanceof RangeError)) throw error;
        response.destroy(error);
      }
    });
    response.on('error', (error) => this.#request?.destroy(error));
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
    const request = this.#request;
    this.#request = undefined;
    request?.destroy();
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
