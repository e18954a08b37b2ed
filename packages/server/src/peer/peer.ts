// One other member: two streams that it writes for us to read, two that we write, posts for when there is no stream,
// and snapshots.
import { type Clock, hex64 } from '@quorate/base';
import { type Message, MessageType } from '@quorate/raft';
import type { Logger } from '../member/logger.ts';
import type { Identity, StreamKind } from './headers.ts';
import type { PeerHttpClient } from './http-client.ts';
import { REPORT_INTERVAL_MS } from './limits.ts';
import { PeerCounters } from './peer-counters.ts';
import { PeerStatus } from './peer-status.ts';
import { Pipeline } from './pipeline.ts';
import { Prober } from './prober.ts';
import { StreamReader } from './stream-reader.ts';
import { type Outgoing, StreamWriter } from './stream-writer.ts';
import { UrlPicker } from './url-picker.ts';

/** What a peer tells the transport. */
export interface PeerHooks {
  deliver(message: Message): void;
  unreachable(id: bigint): void;
  /** Messages reach the peer from now on. */
  reachable(id: bigint): void;
  /** The peer's process has ended. */
  gone(id: bigint): void;
  /** A MsgSnap has to be sent, the store with it. */
  sendSnapshot(peer: Peer, message: Message): void;
  /** An append was handed over or was not. */
  appendSent(id: bigint, latencyMs: number, succeeded: boolean): void;
  /** We were removed from the cluster. */
  removed(): void;
}

export interface PeerOptions {
  readonly id: bigint;
  readonly peerURLs: readonly string[];
  readonly identity: Identity;
  readonly client: PeerHttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hooks: PeerHooks;
}

export class Peer {
  readonly id: bigint;
  readonly picker: UrlPicker;
  readonly status: PeerStatus;
  readonly prober: Prober;
  readonly #counters = new PeerCounters();
  readonly #hooks: PeerHooks;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #fields: Readonly<Record<string, string>>;
  readonly #writers: Readonly<Record<StreamKind, StreamWriter>>;
  readonly #readers: Readonly<Record<StreamKind, StreamReader>>;
  readonly #pipeline: Pipeline;
  #nextDropReportMs = 0;

  constructor(options: PeerOptions) {
    const { id, identity, client, clock, logger, hooks } = options;
    this.id = id;
    this.#hooks = hooks;
    this.#logger = logger;
    this.#clock = clock;
    this.#fields = { 'local-member-id': hex64(identity.id), 'remote-peer-id': hex64(id) };
    this.picker = new UrlPicker(options.peerURLs);
    this.status = new PeerStatus(clock, logger, id);
    const { picker, status } = this;
    const writer = (kind: StreamKind): StreamWriter =>
      new StreamWriter(kind, clock, {
        attached: () => {
          status.activate();
          logger.info('established TCP streaming connection with remote peer', {
            'stream-writer-type': streamName(kind),
            ...this.#fields,
          });
          this.#readers.msgapp.hurry();
          this.#readers.message.hurry();
          if (kind === 'message') hooks.reachable(id);
        },
        lost: (_kind, reason, dropped) => {
          logger.warn('lost TCP streaming connection with remote peer', {
            'stream-writer-type': streamName(kind),
            ...this.#fields,
            error: reason,
          });
          this.#counters.sendFailures++;
          if (dropped) hooks.unreachable(id);
        },
      });
    const reader = (kind: StreamKind): StreamReader =>
      new StreamReader({
        kind,
        identity,
        peerId: id,
        client,
        picker,
        status,
        clock,
        logger,
        deliver: (message) => hooks.deliver(message),
        gone: () => hooks.gone(id),
        removed: () => hooks.removed(),
      });
    this.#writers = { msgapp: writer('msgapp'), message: writer('message') };
    this.#readers = { msgapp: reader('msgapp'), message: reader('message') };
    this.#pipeline = new Pipeline({
      identity,
      client,
      picker,
      clock,
      succeeded: (message, latencyMs) => {
        status.activate();
        if (message.type === MessageType.MsgApp) hooks.appendSent(id, latencyMs, true);
      },
      failed: (message, reason) => {
        status.deactivate('post', reason);
        this.#counters.sendFailures++;
        if (message.type === MessageType.MsgApp) hooks.appendSent(id, 0, false);
        hooks.unreachable(id);
      },
      removed: () => hooks.removed(),
    });
    const measured = (rttMs: number): void => this.#counters.roundTrips.observeMs(rttMs);
    this.prober = new Prober({ peerId: id, client, picker, clock, logger, measured });
  }

  /** Live numbers; those that the connections keep are added up when asked for. */
  get counters(): PeerCounters {
    const counters = this.#counters;
    const [writers, readers] = [this.#writers, this.#readers];
    counters.bytesSent = writers.msgapp.bytesSent + writers.message.bytesSent + this.#pipeline.bytesSent;
    counters.bytesReceived = readers.msgapp.bytesReceived + readers.message.bytesReceived;
    counters.receiveFailures = readers.msgapp.failures + readers.message.failures;
    counters.disconnections = this.status.disconnections;
    return counters;
  }

  start(): void {
    this.#logger.info('starting remote peer', { 'remote-peer-id': hex64(this.id) });
    this.#readers.msgapp.start();
    this.#readers.message.start();
  }

  stop(): void {
    this.#readers.msgapp.stop();
    this.#readers.message.stop();
    this.#writers.msgapp.stop();
    this.#writers.message.stop();
    this.#pipeline.stop();
    this.prober.stop();
    this.#logger.info('stopped remote peer', { 'remote-peer-id': hex64(this.id) });
  }

  update(peerURLs: readonly string[]): void {
    this.picker.update(peerURLs);
    this.#logger.info('updated remote peer', {
      'remote-peer-id': hex64(this.id),
      'updated-remote-peer-urls': peerURLs,
    });
  }

  /** Sends on the best way there is now. */
  send(message: Message): void {
    if (message.type === MessageType.MsgSnap) {
      this.#hooks.sendSnapshot(this, message);
      return;
    }
    const { msgapp, message: plain } = this.#writers;
    const isAppend = message.type === MessageType.MsgApp;
    if (isAppend && msgapp.working) {
      if (!msgapp.send(message)) this.#dropped(message);
      else this.#hooks.appendSent(this.id, 0, true);
    } else if (plain.working) {
      if (!plain.send(message)) this.#dropped(message);
    } else if (!this.#pipeline.send(message)) this.#dropped(message);
  }

  /** Gives all that was sent to the sockets at the end of the turn. */
  flushSoon(): void {
    this.#writers.msgapp.flushSoon();
    this.#writers.message.flushSoon();
  }

  /** Gives all that was sent to the sockets now. */
  flush(): void {
    this.#writers.msgapp.flushNow();
    this.#writers.message.flushNow();
  }

  attach(kind: StreamKind, connection: Outgoing): void {
    this.#writers[kind].attach(connection);
  }

  sweep(nowMs: number): void {
    this.#readers.msgapp.sweep(nowMs);
    this.#readers.message.sweep(nowMs);
    this.#writers.msgapp.sweep(nowMs);
    this.#writers.message.sweep(nowMs);
    this.prober.sweep(nowMs);
  }

  #dropped(message: Message): void {
    this.#counters.sendFailures++;
    this.#hooks.unreachable(this.id);
    if (message.type === MessageType.MsgApp) this.#hooks.appendSent(this.id, 0, false);
    const nowMs = this.#clock.nowMs();
    if (this.status.activeSinceMs === undefined || nowMs < this.#nextDropReportMs) return;
    this.#nextDropReportMs = nowMs + REPORT_INTERVAL_MS;
    this.#logger.warn('dropped internal Raft message since sending buffer is full (overloaded network)', {
      'message-type': message.type,
      ...this.#fields,
    });
  }
}

function streamName(kind: StreamKind): string {
  return kind === 'msgapp' ? 'stream MsgApp v2' : 'stream Message';
}
