// Connections to all other members, in etcd's peer protocol.
import { type Clock, hex64, type Timer } from '@quorate/base';
import { type Message, MessageType } from '@quorate/raft';
import type { Logger } from '../member/logger.ts';
import type { PeerReceiver, PeerTransport, SendTime } from '../member/transport.ts';
import { removedFromCluster } from '../membership/removed.ts';
import type { Identity, StreamKind } from './headers.ts';
import type { PeerHttpClient } from './http-client.ts';
import { MAX_REMOTES, REPORT_INTERVAL_MS, SWEEP_MS } from './limits.ts';
import { Peer, type PeerHooks } from './peer.ts';
import { leaseTimeToLive, promoteMember, renewLease } from './peer-questions.ts';
import { Pipeline } from './pipeline.ts';
import type { SnapshotSender } from './snapshot-sender.ts';
import type { Outgoing } from './stream-writer.ts';
import { UrlPicker } from './url-picker.ts';

/** A member that we know of only because it has spoken to us, or because we join a cluster that has it. */
interface Remote {
  readonly picker: UrlPicker;
  readonly pipeline: Pipeline;
}

export interface TransportOptions {
  readonly identity: Identity;
  readonly receiver: PeerReceiver;
  readonly client: PeerHttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Sends the whole store; undefined when that is not possible: then a snapshot fails and is tried again. */
  readonly snapshots: SnapshotSender | undefined;
}

export class EtcdTransport implements PeerTransport {
  readonly identity: Identity;
  readonly #options: TransportOptions;
  readonly #receiver: PeerReceiver;
  readonly #peers = new Map<bigint, Peer>();
  readonly #remotes = new Map<bigint, Remote>();
  readonly #hooks: PeerHooks;
  #sweeper: Timer | undefined;
  #stopped = false;
  #nextMisdirectedReportMs = 0;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.identity = options.identity;
    this.#receiver = options.receiver;
    const { receiver } = options;
    this.#hooks = {
      deliver: (message) => this.receive(message),
      unreachable: (id) => receiver.reportUnreachable(id),
      reachable: (id) => receiver.peerReachable(id),
      gone: (id) => receiver.peerGone(id),
      sendSnapshot: (peer, message) => this.#sendSnapshot(peer, message),
      appendSent: (id, latencyMs, succeeded) => receiver.appendSent(id, latencyMs, succeeded),
      removed: () => this.#removed(),
    };
    this.#scheduleSweep();
  }

  get peers(): ReadonlyMap<bigint, Peer> {
    return this.#peers;
  }

  // ------------------------------------------------------------------------------------------------ PeerTransport

  send(messages: readonly Message[], when: SendTime): void {
    if (this.#stopped) return;
    for (const message of messages) {
      if (message.to === 0n) continue;
      const peer = this.#peers.get(message.to);
      if (peer !== undefined) peer.send(message);
      else if (message.type === MessageType.MsgSnap) this.#receiver.reportSnapshot(message.to, false);
      else this.#remotes.get(message.to)?.pipeline.send(message);
    }
    for (const peer of this.#peers.values()) {
      if (when === 'now') peer.flush();
      // In the order in which clients and peers were written to.
      else peer.flushSoon();
    }
  }

  addPeer(id: bigint, peerURLs: readonly string[]): void {
    if (this.#stopped || id === this.identity.id) return;
    this.#dropRemote(id);
    const known = this.#peers.get(id);
    if (known !== undefined) {
      if (known.picker.urls.join() !== peerURLs.join()) known.update(peerURLs);
      return;
    }
    const { client, clock, logger } = this.#options;
    const peer = new Peer({
      id,
      peerURLs,
      identity: this.identity,
      client,
      clock,
      logger,
      hooks: this.#hooks,
    });
    this.#peers.set(id, peer);
    peer.start();
    logger.info('added remote peer', {
      'local-member-id': hex64(this.identity.id),
      'remote-peer-id': hex64(id),
      'remote-peer-urls': peerURLs,
    });
  }

  removePeer(id: bigint): void {
    this.#dropRemote(id);
    this.#peers.get(id)?.stop();
    this.#peers.delete(id);
  }

  updatePeer(id: bigint, peerURLs: readonly string[]): void {
    this.#peers.get(id)?.update(peerURLs);
  }

  activeSinceMs(id: bigint): number | undefined {
    return this.#peers.get(id)?.status.activeSinceMs;
  }

  versionOf(id: bigint): string | undefined {
    return this.#peers.get(id)?.status.version;
  }

  renewLease(leader: bigint, leaseId: bigint): Promise<number> {
    return renewLease(this.#options.client, this.#urlsOf(leader), leaseId);
  }

  leaseTimeToLive(leader: bigint, leaseId: bigint, withKeys: boolean) {
    return leaseTimeToLive(this.#options.client, this.#urlsOf(leader), leaseId, withKeys);
  }

  promoteMember(leader: bigint, id: bigint): Promise<void> {
    return promoteMember(this.#options.client, this.#urlsOf(leader), id);
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#sweeper?.cancel();
    for (const peer of this.#peers.values()) peer.stop();
    for (const { pipeline } of this.#remotes.values()) pipeline.stop();
    this.#options.snapshots?.stop();
    this.#options.client.close();
    return Promise.resolve();
  }

  // ------------------------------------------------------------------------------------------ for the peer's port

  /** A message has arrived. */
  receive(message: Message): void {
    if (this.#stopped) return;
    if (message.to !== this.identity.id) {
      this.#reportMisdirected(message);
      return;
    }
    if (message.type === MessageType.MsgApp) this.#receiver.appendReceived();
    this.#receiver.step(message);
  }

  isRemoved(id: bigint): boolean {
    return this.#receiver.isRemoved(id);
  }

  /** A member that we do not know has told where it is: answers can go there. */
  addRemote(id: bigint, peerURLs: readonly string[]): void {
    if (this.#stopped || id === this.identity.id || this.#peers.has(id) || this.#remotes.has(id)) return;
    if (this.isRemoved(id)) return;
    if (!peerURLs.every((url) => /^(https?|unixs?):\/\/[^/]+$/.test(url))) return;
    if (this.#remotes.size >= MAX_REMOTES) this.#dropRemote(this.#remotes.keys().next().value as bigint);
    const { client, clock, logger } = this.#options;
    const picker = new UrlPicker(peerURLs);
    const pipeline = new Pipeline({
      identity: this.identity,
      client,
      picker,
      clock,
      succeeded: () => {},
      failed: (_message, reason) => {
        logger.debug('failed to send to a remote that is no peer', {
          'remote-peer-id': hex64(id),
          error: reason,
        });
      },
      removed: () => this.#removed(),
    });
    this.#remotes.set(id, { picker, pipeline });
    logger.info('added new remote peer', { 'remote-peer-id': hex64(id), 'remote-peer-urls': peerURLs });
  }

  /** Whether a connection for our messages can be taken: the sender is a peer. */
  attach(id: bigint, kind: StreamKind, connection: Outgoing): void {
    this.#peers.get(id)?.attach(kind, connection);
  }

  // ----------------------------------------------------------------------------------------------------- internal

  #urlsOf(id: bigint): readonly string[] {
    return this.#peers.get(id)?.picker.urls ?? [];
  }

  #dropRemote(id: bigint): void {
    this.#remotes.get(id)?.pipeline.stop();
    this.#remotes.delete(id);
  }

  #sendSnapshot(peer: Peer, message: Message): void {
    const { snapshots } = this.#options;
    if (snapshots === undefined) this.#receiver.reportSnapshot(peer.id, false);
    else snapshots.send(peer, message);
  }

  #removed(): void {
    this.#receiver.reportFailure(removedFromCluster());
  }

  #reportMisdirected(message: Message): void {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs < this.#nextMisdirectedReportMs) return;
    this.#nextMisdirectedReportMs = nowMs + REPORT_INTERVAL_MS;
    this.#options.logger.warn('rejected Raft message; mismatch member ID', {
      'local-member-id': hex64(this.identity.id),
      'mismatch-member-id': hex64(message.to),
      from: hex64(message.from),
    });
  }

  #scheduleSweep(): void {
    this.#sweeper = this.#options.clock.setTimer(SWEEP_MS, () => {
      if (this.#stopped) return;
      const nowMs = this.#options.clock.nowMs();
      for (const peer of this.#peers.values()) peer.sweep(nowMs);
      this.#scheduleSweep();
    });
  }
}
