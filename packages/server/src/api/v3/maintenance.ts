// The Maintenance service but for Snapshot and Downgrade, which have files of their own.
import { API_LEVEL, EtcdError, errors, GrpcCode } from '@quorate/base';
import {
  AlarmAction,
  AlarmRequest,
  AlarmResponse,
  DefragmentRequest,
  HashKVRequest,
  HashKVResponse,
  HashRequest,
  HashResponse,
  MoveLeaderRequest,
  StatusRequest,
  StatusResponse,
  services,
} from '@quorate/proto';
import type { GrpcRouter, UnaryCall } from '@quorate/wire';
import type { AlarmResult } from '../../member/seam.ts';
import { decodeUnary, enterUnary, replyWith, type V3Context } from './context.ts';
import { refusalOf } from './mvcc-errors.ts';
import { CallSink } from './result-sinks.ts';
import { failWith } from './status.ts';

const noBody = new Uint8Array(0);

/** Registers Alarm, Status, Defragment, Hash, HashKV and MoveLeader. */
export function registerMaintenance(router: GrpcRouter, context: V3Context): void {
  const { member, admission } = context;

  const answerAlarm = (call: UnaryCall, result: AlarmResult): void => {
    const body = AlarmResponse.create({ alarms: [...result.alarms] });
    replyWith(context, call, result.revision, AlarmResponse.encode(body));
  };
  router.unary(services.Maintenance.Alarm.path, (call, bytes) => {
    const request = enterUnary(context, AlarmRequest, call, bytes, checkAlarm);
    if (request === undefined) return;
    member.propose(
      { kind: 'alarm', request, raw: bytes, requester: undefined },
      new CallSink(call, answerAlarm),
    );
  });

  router.unary(services.Maintenance.Status.path, (call, bytes) => {
    const refusal = admission.refuseUnary(call, true);
    if (refusal !== undefined) return failWith(call, refusal);
    if (decodeUnary(StatusRequest, call, bytes) === undefined) return;
    replyWith(context, call, member.revision(), statusBody(context));
  });

  router.unary(services.Maintenance.Defragment.path, (call, bytes) => {
    if (enterUnary(context, DefragmentRequest, call, bytes) === undefined) return;
    answerLater(call, member.defragment(), () => replyWith(context, call, member.revision(), noBody));
  });

  router.unary(services.Maintenance.Hash.path, (call, bytes) => {
    if (enterUnary(context, HashRequest, call, bytes) === undefined) return;
    answerLater(call, member.hash(), (hash) => {
      replyWith(context, call, member.revision(), HashResponse.encode(HashResponse.create({ hash })));
    });
  });

  router.unary(services.Maintenance.HashKV.path, (call, bytes) => {
    const request = enterUnary(context, HashKVRequest, call, bytes);
    if (request === undefined) return;
    answerLater(call, member.kv.hashByRevision(request.revision), (found) => {
      const { hash, compactRevision, hashRevision, currentRevision } = found;
      const body = HashKVResponse.create({ hash, compactRevision, hashRevision });
      replyWith(context, call, currentRevision, HashKVResponse.encode(body));
    });
  });

  router.unary(services.Maintenance.MoveLeader.path, (call, bytes) => {
    const request = enterUnary(context, MoveLeaderRequest, call, bytes);
    if (request === undefined) return;
    if (!member.isLeader()) return failWith(call, errors.notLeader);
    answerLater(call, member.moveLeader(request.targetID), () => {
      replyWith(context, call, member.revision(), noBody);
    });
  });
}

/** A value outside the enum would make a Go member answer with nothing at all, and crash on it. */
function checkAlarm(request: AlarmRequest): EtcdError | undefined {
  if (request.action >= AlarmAction.GET && request.action <= AlarmAction.DEACTIVATE) return undefined;
  return new EtcdError(GrpcCode.InvalidArgument, `etcdserver: unknown alarm action ${request.action}`);
}

/** Answers when the promise is settled; a refusal becomes the call's error, anything else ends the process. */
export function answerLater<T>(call: UnaryCall, work: Promise<T>, answer: (value: T) => void): void {
  void work.then(answer, (thrown: unknown) => failWith(call, refusalOf(thrown)));
}

function statusBody(context: V3Context): Uint8Array {
  const { member } = context;
  const status = member.status();
  const body = StatusResponse.create({
    version: API_LEVEL,
    dbSize: status.dbSize,
    leader: member.leaderId(),
    raftIndex: member.committedIndex(),
    raftTerm: member.term(),
    raftAppliedIndex: member.appliedIndex(),
    errors: [...status.errors],
    dbSizeInUse: status.dbSizeInUse,
    isLearner: member.isLearner(),
    storageVersion: status.storageVersion,
    dbSizeQuota: status.dbSizeQuota,
    downgradeInfo: { ...status.downgradeInfo },
  });
  return StatusResponse.encode(body);
}
