// A member's connections to its peers over the simulated network. Messages travel encoded, as they do in the real one.
import { type Clock, errors } from '@quorate/base';
import { RaftMessage } from '@quorate/proto';
import { type Message, MessageType, type Snapshot } from '@quorate/raft';
import { type PeerReceiver, type PeerTransport, removedFromCluster } from '@quorate/server';
import { type BucketName, bucketNames, MemoryBackend } from '@quorate/storage';
import type { SimNetwork } from './sim-network.ts';
import type { SimNode } from './sim-node.ts';

/** What the transport needs of the world. */
export interface TransportWorld {
  readonly network: SimNetwork;
  /** The machine of a member. */
  nodeOf(memberId: bigint): SimNode | undefined;
  /** Runs as an event of the machine, unless it is down. */
  onNode(node: SimNode, run: () => void): void;
  /** A message goes out: checkers look at it. */
  sending(from: SimNode, message: Message): void;
  after(delayMs: number, run: () => void): void;
}

/** Type number for what is not a raft message. */
const QUESTION = -1;
const QUESTION_TIMEOUT_MS = 1000;
const DIAL_MS = 1000;
const SNAPSHOT_TIMEOUT_MS = 5000;

export class SimTransport implements PeerTransport {
  readonly #world: TransportWorld;
  readonly #node: SimNode;
  readonly #receiver: PeerReceiver;
  readonly #life: number;
  readonly #peers = new Set<bigint>();
  /** Members that are dialled before the log names any. */
  #remotes: readonly bigint[];

  /** @param remotes members that can be reached before the log names them */
  constructor(world: TransportWorld, node: SimNode, receiver: PeerReceiver, remotes: readonly bigint[]) {
    this.#world = world;
    this.#node = node;
    this.#receiver = receiver;
    this.#life = node.clock.life;
    this.#remotes = remotes;
    for (const id of remotes) this.#peers.add(id);
    if (remotes.length > 0) this.#dial();
  }

  /** The real transport asks for streams of messages, and is told if this member was removed. */
  #dial(): void {
    if (this.#isDead) return;
    const { network } = this.#world;
    for (const id of this.#remotes) {
      const target = this.#world.nodeOf(id);
      if (target === undefined) continue;
      network.carry(this.#node.index, target.index, this.#node.clock.worldMs, QUESTION, () => {
        this.#world.onNode(target, () => {
          const isThere = target.memberId === id;
          if (isThere && target.receiver?.isRemoved(this.#node.memberId) === true)
            this.#refuseRemoved(target);
        });
      });
    }
    if (this.#remotes.length > 0) this.#node.clock.setTimer(DIAL_MS, () => this.#dial());
  }

  get #isDead(): boolean {
    return this.#life !== this.#node.clock.life || this.#node.disk.crashed;
  }

  send(messages: readonly Message[]): void {
    if (this.#isDead) return;
    for (const message of messages) {
      if (!this.#peers.has(message.to) && !this.#node.heard.has(message.to)) continue;
      this.#world.sending(this.#node, message);
      const target = this.#world.nodeOf(message.to);
      if (target === undefined) {
        this.#unreachable(message);
        continue;
      }
      if (message.type === MessageType.MsgSnap) this.#sendSnapshot(target, message);
      else this.#sendTo(target, message);
    }
  }

  /** The present state in place of the snapshot in the message, as the real sender does it: first the store, then raft. */
  #sendSnapshot(target: SimNode, message: Message) {
    const receiver = this.#receiver;
    const { network } = this.#world;
    let reported = false;
    const report = (succeeded: boolean): void => {
      if (reported || this.#isDead) return;
      reported = true;
      receiver.reportSnapshot(message.to, succeeded);
    };
    this.#node.clock.setTimer(SNAPSHOT_TIMEOUT_MS, () => report(false));
    wholeState(receiver, this.#node.clock).then(
      ({ snapshot, store }) => {
        if (this.#isDead) return;
        const bytes = RaftMessage.encode({ ...message, snapshot });
        const { index } = snapshot.metadata;
        const arrive = (): void => {
          this.#world.onNode(target, () => {
            if (target.receiver === undefined || target.memberId !== message.to) return;
            target.heard.add(message.from);
            const taken = target.receiver.takesSnapshots();
            if (taken) {
              target.stage(index, store);
              target.receiver.step(RaftMessage.decode(bytes));
            }
            network.carry(target.index, this.#node.index, target.clock.worldMs, QUESTION, () => {
              if (!this.#isDead) this.#world.onNode(this.#node, () => report(taken));
            });
          });
        };
        const sentMs = this.#node.clock.worldMs + 5;
        if (!network.carry(this.#node.index, target.index, sentMs, message.type, arrive))
          this.#later(() => report(false));
      },
      () => this.#later(() => report(false)),
    );
  }

  #sendTo(target: SimNode, message: Message): void {
    const { network } = this.#world;
    const open = sealed(message);
    const arrive = (): void => {
      if (target.receiver === undefined) {
        this.#later(() => this.#unreachable(message));
        return;
      }
      this.#world.onNode(target, () => {
        // Another member may be where it was sent to by now.
        if (target.memberId !== message.to) return;
        if (target.receiver?.isRemoved(message.from) === true) return this.#refuseRemoved(target);
        target.heard.add(message.from);
        target.receiver?.step(open());
      });
    };
    const sentMs = this.#node.clock.worldMs;
    if (!network.carry(this.#node.index, target.index, sentMs, message.type, arrive))
      this.#unreachable(message);
  }

  /** `target` knows that this member was removed, and says so. */
  #refuseRemoved(target: SimNode): void {
    this.#world.network.carry(target.index, this.#node.index, target.clock.worldMs, QUESTION, () => {
      if (!this.#isDead)
        this.#world.onNode(this.#node, () => this.#receiver.reportFailure(removedFromCluster()));
    });
  }

  #unreachable(message: Message): void {
    this.#later(() => {
      this.#receiver.reportUnreachable(message.to);
      if (message.type === MessageType.MsgSnap) this.#receiver.reportSnapshot(message.to, false);
    });
  }

  /** In a turn of its own: raft is not to be called from within a send. */
  #later(run: () => void): void {
    if (!this.#isDead) this.#node.clock.defer(run);
  }

  addPeer(id: bigint): void {
    this.#remotes = [];
    this.#peers.add(id);
  }

  removePeer(id: bigint): void {
    this.#peers.delete(id);
  }

  updatePeer(): void {}

  activeSinceMs(id: bigint): number | undefined {
    const target = this.#world.nodeOf(id);
    if (target === undefined || !target.isUp) return undefined;
    const upSinceMs = this.#world.network.upSinceMs(this.#node.index, target.index);
    if (upSinceMs === undefined) return undefined;
    return Math.max(upSinceMs, target.upSinceMs, this.#node.upSinceMs) * this.#node.clock.rate;
  }

  versionOf(id: bigint): string | undefined {
    return this.#world.nodeOf(id) === undefined ? undefined : '3.7.0';
  }

  renewLease(leader: bigint, leaseId: bigint): Promise<number> {
    return this.#ask(leader, (target, resolve, reject) => {
      target.member?.lease.keepAlive(leaseId, { cancelled: false, renewed: resolve, failed: reject });
    });
  }

  leaseTimeToLive(
    leader: bigint,
    leaseId: bigint,
    withKeys: boolean,
  ): Promise<{ ttl: number; grantedTtl: number; keys: readonly Uint8Array[] } | undefined> {
    return this.#ask(leader, (target, resolve, reject) => {
      target.member?.lease.timeToLive(leaseId, withKeys, {
        cancelled: false,
        answered: (ttl, grantedTtl, keys) => resolve(ttl < 0 ? undefined : { ttl, grantedTtl, keys }),
        failed: reject,
      });
    });
  }

  promoteMember(leader: bigint, id: bigint): Promise<void> {
    return this.#ask(leader, (target, resolve, reject) => {
      target.member?.propose(
        { kind: 'memberPromote', request: { id }, raw: undefined, requester: undefined },
        { cancelled: false, done: () => resolve(), failed: reject },
      );
    });
  }

  async stop(): Promise<void> {
    this.#peers.clear();
  }

  /** A question to the leader and its answer, both over the network. */
  #ask<T>(
    leader: bigint,
    put: (target: SimNode, resolve: (answer: T) => void, reject: (error: Error) => void) => void,
  ): Promise<T> {
    const { network } = this.#world;
    const node = this.#node;
    return new Promise<T>((resolve, reject) => {
      const target = this.#world.nodeOf(leader);
      const fail = (): void => reject(errors.timeout);
      node.clock.setTimer(QUESTION_TIMEOUT_MS, fail);
      if (target === undefined || this.#isDead) return fail();
      const answer = (give: () => void): void => {
        network.carry(target.index, node.index, target.clock.worldMs, QUESTION, () => {
          if (!this.#isDead) this.#world.onNode(node, give);
        });
      };
      const reached = network.carry(node.index, target.index, node.clock.worldMs, QUESTION, () => {
        this.#world.onNode(target, () => {
          if (target.member?.isLeader() !== true) answer(fail);
          else
            put(
              target,
              (value) => answer(() => resolve(value)),
              () => answer(fail),
            );
        });
      });
      if (!reached) fail();
    });
  }
}

/**
 * A message on its way, to be opened at every arrival: bytes, as in the real network. Of a heartbeat that carries nothing a
 * copy is as good; most of what an idle cluster says is that.
 */
function sealed(message: Message): () => Message {
  const { type, context } = message;
  const isHeartbeat = type === MessageType.MsgHeartbeat || type === MessageType.MsgHeartbeatResp;
  if (isHeartbeat && (context === undefined || context.length === 0))
    return () => ({ ...message, entries: [] });
  const bytes = RaftMessage.encode(message);
  return () => RaftMessage.decode(bytes);
}

/** Everything that the member has applied, all of the same entry; the store as one of its own. */
async function wholeState(
  receiver: PeerReceiver,
  clock: Clock,
): Promise<{ readonly snapshot: Snapshot; readonly store: MemoryBackend }> {
  // With nothing under way, the cut that the snapshot makes carries the applied index of its data.
  await receiver.appliedState().backend.forceCommit();
  const { backend, v2, index, term, confState } = receiver.appliedState();
  const snapshot = { data: v2.save(), metadata: { index, term, confState } };
  const view = await backend.snapshot();
  const store = new MemoryBackend({ clock, onError: () => {} });
  for (const bucket of bucketNames as readonly BucketName[]) {
    for (const { key, value } of view.read(bucket, undefined, Number.POSITIVE_INFINITY)) {
      store.put(bucket, key, value);
    }
  }
  view.close();
  await store.forceCommit();
  return { snapshot, store };
}
