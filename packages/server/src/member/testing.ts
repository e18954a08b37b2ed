// Members for tests: real files in a temporary directory, or an injected disk, and a backend in memory.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Clock,
  type Disk,
  type EtcdError,
  FatalError,
  nodeDisk,
  seededRandom,
  systemClock,
} from '@quorate/base';
import { DeleteRangeRequest, PutRequest, RangeRequest, TxnRequest } from '@quorate/proto';
import { type Backend, type BackendOptions, MemoryBackend } from '@quorate/storage';
import { createMember } from '../bootstrap/create-member.ts';
import { silentLogger } from './logger.ts';
import type { Member } from './member.ts';
import type { MemberOptions } from './options.ts';
import type { ApplyResult, RaftOp, ReadSink, ResultSink } from './seam.ts';

/** A place in which a member can be started again and again. */
export class TestPlace {
  readonly directory: string;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly fatals: FatalError[] = [];
  backend: MemoryBackend | undefined;

  constructor(options: { clock?: Clock; disk?: Disk; directory?: string } = {}) {
    this.directory = options.directory ?? mkdtempSync(join(tmpdir(), 'quorate-member-'));
    this.clock = options.clock ?? systemClock;
    this.disk = options.disk ?? nodeDisk;
  }

  /** Starts a member; the backend keeps what it had committed. */
  start(overrides: Partial<MemberOptions> = {}): Promise<Member> {
    return createMember({
      dataDir: this.directory,
      name: 'default',
      peerURLs: ['http://localhost:2380'],
      clientURLs: ['http://localhost:2379'],
      initialCluster: 'default=http://localhost:2380',
      initialClusterToken: 'etcd-cluster',
      initialClusterState: 'new',
      clock: this.clock,
      random: seededRandom(1),
      disk: this.disk,
      logger: silentLogger,
      openBackend: (_path: string, options: BackendOptions): Backend => {
        // A MemoryBackend that was closed or crashed opens again with what it had committed.
        this.backend = this.backend === undefined ? new MemoryBackend(options) : this.backend.crash(options);
        return this.backend;
      },
      onFatal: (error) => this.fatals.push(error),
      ...overrides,
    });
  }

  /** Ends a member as a power failure would, as far as one process can: nothing is finished, nothing committed. */
  async crash(member: Member): Promise<void> {
    this.backend = this.backend?.crash();
    member.reportFailure(new FatalError('power failure'));
    // The dead backend never answers, but the log is given up first.
    void member.stop().catch(() => {});
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Resolves once the member serves requests. */
export function whenReady(member: Member): Promise<void> {
  return new Promise((resolve) => {
    member.onReady(resolve);
  });
}

/** Proposes and waits. @throws EtcdError (rejects) */
export function request<R extends ApplyResult>(member: Member, op: RaftOp): Promise<R> {
  return new Promise((resolve, reject) => {
    const sink: ResultSink = {
      cancelled: false,
      done: (result) => resolve(result as R),
      failed: (error: EtcdError) => reject(error),
    };
    member.propose(op, sink);
  });
}

export function readPoint(member: Member): Promise<void> {
  return new Promise((resolve, reject) => {
    const sink: ReadSink = { cancelled: false, ready: () => resolve(), failed: reject };
    member.readBarrier(sink);
  });
}

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

export function putOp(key: string, value: string, more: Partial<PutRequest> = {}): RaftOp {
  const put = PutRequest.create({ key: bytes(key), value: bytes(value), ...more });
  return { kind: 'put', request: put, raw: PutRequest.encode(put), requester: undefined };
}

export function deleteOp(key: string, rangeEnd = '', prevKv = false): RaftOp {
  const deletion = DeleteRangeRequest.create({ key: bytes(key), rangeEnd: bytes(rangeEnd), prevKv });
  return { kind: 'deleteRange', request: deletion, raw: undefined, requester: undefined };
}

export function txnOp(txn: Partial<TxnRequest>): RaftOp {
  return { kind: 'txn', request: TxnRequest.create(txn), raw: undefined, requester: undefined };
}

export function rangeOf(key: string, more: Partial<RangeRequest> = {}): RangeRequest {
  return RangeRequest.create({ key: bytes(key), ...more });
}
