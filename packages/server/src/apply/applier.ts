// Applies requests of the log to the key-value store, leases, alarms and cluster attributes. Everything here is replicated:
// the outcome may depend on nothing but the log and the state made from it.
import { AssertionError, EtcdError, errors, FatalError, GrpcCode } from '@quorate/base';
import {
  AlarmAction,
  type AlarmMember,
  type AlarmRequest,
  AlarmType,
  type ClusterMemberAttrSetRequest,
  type DeleteRangeRequest,
  type PutRequest,
} from '@quorate/proto';
import type { MvccStore } from '@quorate/storage';
import type { Lessor } from '../lease/lessor.ts';
import type {
  AlarmResult,
  ApplyResult,
  AuthResult,
  DeleteRangeResult,
  PlainResult,
  PutResult,
  Requester,
} from '../member/seam.ts';
import type { Cluster } from '../membership/cluster.ts';
import { CHECKPOINT_PERSIST_VERSION, compareVersions } from '../membership/version.ts';
import type { Alarms } from './alarms.ts';
import type { LogOp } from './internal-op.ts';
import { leaseGrantCost, putCost, type Quota, txnCost } from './quota.ts';
import { toEtcdError } from './range.ts';
import { putInto, runWriteTxn } from './txn.ts';
import { NO_KVS } from './txn-response.ts';

/** The auth store as apply needs it. */
export interface AuthApplier {
  /** Applies an auth request. @throws EtcdError */
  apply(op: LogOp, index: number): AuthResult;
  /** Whether the requester may have this applied now. @throws EtcdError permissionDenied, authOldRevision, … */
  check(op: LogOp, requester: Requester | undefined): void;
}

export interface ApplierOptions {
  readonly kv: MvccStore;
  readonly lessor: Lessor;
  readonly alarms: Alarms;
  readonly cluster: Cluster;
  readonly quota: Quota;
  readonly auth: AuthApplier | undefined;
  /** Keep lease checkpoints on disk whatever the cluster version. */
  readonly persistLeaseCheckpoints: boolean;
  /** Told about alarms that came or went. */
  readonly onAlarm: (alarm: AlarmMember, raised: boolean) => void;
}

/** What a compaction leaves to wait for, beside its result. */
export interface CompactionProgress {
  readonly revision: number;
  readonly finished: Promise<void>;
}

export class Applier {
  readonly #kv: MvccStore;
  readonly #lessor: Lessor;
  readonly #alarms: Alarms;
  readonly #cluster: Cluster;
  readonly #quota: Quota;
  readonly #auth: AuthApplier | undefined;
  readonly #persistLeaseCheckpoints: boolean;
  readonly #onAlarm: (alarm: AlarmMember, raised: boolean) => void;
  /** Set by a write that did not fit the quota: it is applied everywhere, but its owner is to be told noSpace. */
  #exceededQuota = false;
  #compaction: CompactionProgress | undefined;

  constructor(options: ApplierOptions) {
    this.#kv = options.kv;
    this.#lessor = options.lessor;
    this.#alarms = options.alarms;
    this.#cluster = options.cluster;
    this.#quota = options.quota;
    this.#auth = options.auth;
    this.#persistLeaseCheckpoints = options.persistLeaseCheckpoints;
    this.#onAlarm = options.onAlarm;
  }

  /**
   * Applies one request. With `wantResult` false nobody waits for the result and reads may be skipped; the result is
   * then undefined or incomplete. @throws EtcdError the request's failure, without effect; FatalError
   */
  apply(op: LogOp, index: number, wantResult: boolean): ApplyResult | undefined {
    this.#exceededQuota = false;
    if (this.#auth !== undefined) this.#auth.check(op, op.requester);
    switch (op.kind) {
      case 'put':
        return this.#put(op.request, wantResult);
      case 'deleteRange':
        return this.#deleteRange(op.request, wantResult);
      case 'txn': {
        const cost = txnCost(op.request);
        this.#refuseWhenCorrupt();
        if (cost > 0) this.#refuseWhenCapped();
        this.#charge(cost);
        try {
          return runWriteTxn(this.#kv, this.#lessor, op.request, wantResult);
        } catch (error) {
          this.#exceededQuota = false;
          throw error instanceof EtcdError ? error : toEtcdError(error);
        }
      }
      case 'compaction':
        return this.#compact(op.request.revision);
      case 'leaseGrant': {
        this.#refuseWhenCorrupt();
        this.#refuseWhenCapped();
        const lease = this.#lessor.grant(op.request.ID, op.request.TTL);
        this.#charge(leaseGrantCost());
        return { kind: 'leaseGrant', revision: this.#kv.revision, id: lease.id, ttl: lease.ttlSeconds };
      }
      case 'leaseRevoke':
        this.#refuseWhenCorrupt();
        this.#revoke(op.request.ID);
        return { kind: 'leaseRevoke', revision: this.#kv.revision };
      case 'leaseCheckpoint': {
        const persist = this.#keepsCheckpoints();
        for (const { ID, remainingTTL } of op.request.checkpoints) {
          this.#lessor.checkpoint(ID, remainingTTL, persist);
        }
        return this.#plain('leaseCheckpoint');
      }
      case 'alarm':
        return this.#alarm(op.request);
      case 'clusterVersionSet':
      case 'clusterMemberAttrSet':
      case 'downgradeInfo':
        throw new AssertionError(`${op.kind} is applied by applyCluster`);
      default:
        if (this.#auth === undefined) {
          throw new FatalError(
            `log entry ${index} changes users or roles (${op.kind}), which needs the auth store`,
          );
        }
        return this.#auth.apply(op, index);
    }
  }

  /** Applies a request about the cluster itself; needed by the v2 store even when the backend has seen the entry. */
  applyCluster(op: LogOp, toBackend: boolean): PlainResult {
    switch (op.kind) {
      case 'clusterVersionSet':
        this.#cluster.setVersion(op.request.ver, toBackend);
        return this.#plain('clusterVersionSet');
      case 'clusterMemberAttrSet':
        this.#setAttributes(op.request, toBackend);
        return this.#plain('clusterMemberAttrSet');
      case 'downgradeInfo':
        this.#cluster.setDowngradeInfo(
          { enabled: op.request.enabled, targetVersion: op.request.ver },
          toBackend,
        );
        return this.#plain('downgradeInfoSet');
      default:
        throw new AssertionError(`${op.kind} is not about the cluster`);
    }
  }

  /** Whether the request applied last went over the quota; asking resets it. */
  takeExceededQuota(): boolean {
    const exceeded = this.#exceededQuota;
    this.#exceededQuota = false;
    return exceeded;
  }

  /** The compaction begun by the request applied last, if it was one. */
  takeCompaction(): CompactionProgress | undefined {
    const compaction = this.#compaction;
    this.#compaction = undefined;
    return compaction;
  }

  #put(request: PutRequest, wantResult: boolean): PutResult | undefined {
    this.#refuseWhenCorrupt();
    this.#refuseWhenCapped();
    if (request.lease !== 0n && !this.#lessor.has(request.lease)) throw errors.leaseNotFound;
    if ((request.ignoreValue || request.ignoreLease) && !this.#kv.has(request.key)) throw errors.keyNotFound;
    this.#charge(putCost(request));
    const write = this.#kv.beginWrite();
    const prevKv = putInto(write, request);
    const revision = write.end();
    return wantResult ? { kind: 'put', revision, prevKv } : undefined;
  }

  #deleteRange(request: DeleteRangeRequest, wantResult: boolean): DeleteRangeResult | undefined {
    this.#refuseWhenCorrupt();
    const write = this.#kv.beginWrite();
    const wantPrev = request.prevKv && wantResult;
    const { deleted, prevKvs } = write.deleteRange(request.key, request.rangeEnd, wantPrev);
    const revision = write.end();
    if (!wantResult) return undefined;
    return { kind: 'deleteRange', revision, deleted, prevKvs: wantPrev ? prevKvs : NO_KVS };
  }

  #compact(revision: number): ApplyResult {
    this.#refuseWhenCorrupt();
    try {
      const finished = this.#kv.compact(revision);
      this.#compaction = { revision, finished };
      return { kind: 'compaction', revision: this.#kv.revision };
    } catch (error) {
      throw toEtcdError(error);
    }
  }

  #revoke(id: bigint): void {
    this.#lessor.revoke(id, (keys) => {
      if (keys.length === 0) return;
      const write = this.#kv.beginWrite();
      for (const key of keys) write.deleteRange(Buffer.from(key, 'latin1'), NO_RANGE_END, false);
      write.end();
    });
  }

  #alarm(request: AlarmRequest): AlarmResult {
    const { alarm: type, memberID } = request;
    let alarms: readonly AlarmMember[];
    switch (request.action) {
      case AlarmAction.GET:
        alarms = this.#alarms.list(type);
        break;
      case AlarmAction.ACTIVATE: {
        const isNew = this.#alarms.find(memberID, type) === undefined;
        const alarm = this.#alarms.activate(memberID, type);
        if (isNew) this.#onAlarm(alarm, true);
        alarms = [alarm];
        break;
      }
      case AlarmAction.DEACTIVATE: {
        const alarm = this.#alarms.deactivate(memberID, type);
        if (alarm !== undefined) this.#onAlarm(alarm, false);
        alarms = alarm === undefined ? [] : [alarm];
        break;
      }
      default:
        throw unknownAlarmAction;
    }
    return { kind: 'alarm', revision: this.#kv.revision, alarms };
  }

  #setAttributes(request: ClusterMemberAttrSetRequest, toBackend: boolean): void {
    const attributes = request.memberAttributes;
    this.#cluster.updateAttributes(
      request.memberID,
      { name: attributes?.name ?? '', clientURLs: attributes?.clientUrls ?? [] },
      toBackend,
    );
  }

  /** The write is applied in either case: sizes differ between members, the outcome must not. */
  #charge(cost: number): void {
    if (!this.#quota.fits(cost)) this.#exceededQuota = true;
    this.#quota.charge(cost);
  }

  #keepsCheckpoints(): boolean {
    if (this.#persistLeaseCheckpoints) return true;
    const { version } = this.#cluster;
    return version !== undefined && compareVersions(version, CHECKPOINT_PERSIST_VERSION) >= 0;
  }

  #refuseWhenCapped(): void {
    if (this.#alarms.noSpace) throw errors.noSpace;
  }

  #refuseWhenCorrupt(): void {
    if (this.#alarms.corrupt) throw errors.corrupt;
  }

  #plain(kind: PlainResult['kind']): PlainResult {
    return { kind, revision: this.#kv.revision };
  }
}

const NO_RANGE_END = new Uint8Array(0);

/** etcd 3.4 crashes on one; the api refuses it before it gets here. */
export const unknownAlarmAction = new EtcdError(GrpcCode.InvalidArgument, 'etcdserver: unknown alarm action');

/** Name of an alarm for logs and status: `NOSPACE`. */
export function alarmName(type: number): string {
  return type === AlarmType.NOSPACE ? 'NOSPACE' : type === AlarmType.CORRUPT ? 'CORRUPT' : 'NONE';
}
