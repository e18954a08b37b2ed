// A member for tests: what is proposed is applied to a V2Store in the next turn, without log or disk.
import { createServer, type Server } from 'node:http';
import { errors, hex64 } from '@quorate/base';
import type { V2Request } from '@quorate/proto';
import { momentFromUnixNano, permanent, V2Store } from '@quorate/v2store';
import { applyV2Request } from '../../../apply/v2-apply.ts';
import type { ResultSink } from '../../../member/seam.ts';
import { attributesPath } from '../../../membership/cluster.ts';
import {
  type ClusterMember,
  computeClusterId,
  computeMemberId,
  encodeAttributes,
  encodeRaftAttributes,
} from '../../../membership/cluster-member.ts';
import { createHandler } from '../handler.ts';
import type { V2MemberChange, V2Needs } from '../needs.ts';

const peerURL = 'http://localhost:2380';
const clientURL = 'http://localhost:2379';

/** A lone member whose log is the order of the calls. */
export class DirectMember implements V2Needs {
  readonly store = new V2Store();
  readonly auth = undefined;
  readonly commonHeaders: Readonly<Record<string, string>>;
  readonly clusterId: bigint;
  readonly #members = new Map<bigint, ClusterMember>();
  readonly #memberId = computeMemberId([peerURL], 'etcd-cluster', undefined);
  readonly #startTimeMs = Date.now();
  #queue: { request: V2Request; sink: ResultSink }[] = [];
  /** Set to make every proposal fail. */
  failWith: (typeof errors)['stopped'] | undefined = undefined;
  leader: bigint;
  /** As a fresh single member of etcd: conf change, publication, cluster version. */
  #raftIndex = 4;

  constructor(commonHeaders: Readonly<Record<string, string>> = {}) {
    this.commonHeaders = commonHeaders;
    const member = {
      id: this.#memberId,
      name: 'default',
      peerURLs: [peerURL],
      clientURLs: [clientURL],
      isLearner: false,
    };
    this.clusterId = computeClusterId([member.id]);
    this.leader = member.id;
    this.#members.set(member.id, member);
    this.store.create(
      attributesPath(member.id).replace('attributes', 'raftAttributes'),
      false,
      encodeRaftAttributes(member),
      permanent,
      0,
    );
    this.store.set(attributesPath(member.id), false, encodeAttributes(member), permanent, 0);
    this.store.set('/0/version', false, '3.4.0', permanent, 0);
  }

  committedIndex(): number {
    return this.#raftIndex;
  }
  term(): number {
    return 2;
  }
  wallMs(): number {
    return Date.now();
  }
  nowMs(): number {
    return performance.now();
  }
  defer(fn: () => void): void {
    setImmediate(fn);
  }

  propose(request: V2Request, sink: ResultSink): void {
    if (this.#queue.push({ request, sink }) === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const queue = this.#queue;
    this.#queue = [];
    const membership = { updateAttributes: () => undefined, setVersion: () => undefined };
    for (const { request, sink } of queue) {
      if (this.failWith !== undefined) {
        sink.failed(this.failWith);
        continue;
      }
      this.#raftIndex++;
      const applied = applyV2Request(this.store, membership, request, this.wallMs());
      sink.done({ kind: 'v2', revision: 0, applied });
    }
  }

  /** Applies a SYNC with the present time. */
  sync(): void {
    this.#raftIndex++;
    this.store.deleteExpired(momentFromUnixNano(BigInt(Date.now()) * 1_000_000n), Date.now());
  }

  members(): readonly ClusterMember[] {
    return [...this.#members.values()];
  }
  member(id: bigint): ClusterMember | undefined {
    return this.#members.get(id);
  }
  isRemoved(id: bigint): boolean {
    return id === 0xdeadn;
  }
  leaderId(): bigint {
    return this.leader;
  }
  clientURLs(): readonly string[] {
    return [clientURL];
  }

  proposeMembership(change: V2MemberChange, sink: ResultSink): void {
    setImmediate(() => {
      if (change.kind !== 'memberAdd' && !this.#members.has(change.change.id)) {
        sink.failed(errors.memberNotFound);
        return;
      }
      const peerURLs = change.kind === 'memberRemove' ? [] : change.change.peerURLs;
      if (peerURLs.includes(peerURL)) {
        sink.failed(errors.peerUrlExists);
        return;
      }
      if (change.kind === 'memberRemove') {
        this.#members.delete(change.change.id);
        sink.done({ kind: 'memberRemove', revision: 0, member: undefined, members: this.members() });
        return;
      }
      const id = change.kind === 'memberAdd' ? computeMemberId(peerURLs, '', 1) : change.change.id;
      const member = { id, name: '', peerURLs, clientURLs: [], isLearner: false };
      this.#members.set(id, member);
      sink.done({ kind: change.kind, revision: 0, member, members: this.members() });
    });
  }

  selfStats(): ReturnType<V2Needs['selfStats']> {
    return {
      name: 'default',
      id: hex64(this.#memberId),
      state: 'StateLeader',
      startTimeMs: this.#startTimeMs,
      leaderId: hex64(this.leader),
      leaderSinceMs: this.#startTimeMs + 1,
      recvAppendRequests: 0,
      sendAppendRequests: 0,
    };
  }
  leaderStats(): ReturnType<V2Needs['leaderStats']> {
    return this.leader === this.#memberId ? [] : undefined;
  }
}

/** Serves the v2 API of a member over node:http. Port 0 picks one. */
export async function listenDirect(
  member: DirectMember,
  port = 0,
): Promise<{ server: Server; port: number }> {
  const handler = createHandler(member);
  const server = createServer((request, response) => {
    if (!handler(request, response)) {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : port };
}
