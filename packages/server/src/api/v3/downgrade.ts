// Maintenance.Downgrade: check, begin or call off a downgrade of the cluster by one minor version.
import { EtcdError, errors, GrpcCode } from '@quorate/base';
import { DowngradeAction, DowngradeRequest, DowngradeResponse, services } from '@quorate/proto';
import type { GrpcRouter, UnaryCall } from '@quorate/wire';
import type { DowngradeInfo, PlainResult } from '../../member/seam.ts';
import { enterUnary, replyWith, type V3Context } from './context.ts';
import { CallReadSink, CallSink } from './result-sinks.ts';
import { failWith } from './status.ts';

/** Registers Downgrade. */
export function registerDowngrade(router: GrpcRouter, context: V3Context): void {
  const { member } = context;

  const answer = (call: UnaryCall): void => {
    // Major and minor only, as etcd answers it.
    const version = member.membership.clusterVersion()?.split('.').slice(0, 2).join('.') ?? '';
    replyWith(
      context,
      call,
      member.revision(),
      DowngradeResponse.encode(DowngradeResponse.create({ version })),
    );
  };
  const answerSet = (call: UnaryCall, _result: PlainResult): void => answer(call);
  const set = (call: UnaryCall, request: DowngradeInfo): void => {
    member.propose(
      { kind: 'downgradeInfoSet', request, raw: undefined, requester: undefined },
      new CallSink(call, answerSet),
    );
  };

  const decide = (call: UnaryCall, request: DowngradeRequest): void => {
    if (request.action === DowngradeAction.CANCEL) {
      if (!member.membership.downgradeInfo().enabled) {
        failWith(call, errors.noInflightDowngrade);
        return;
      }
      set(call, { enabled: false, targetVersion: '' });
      return;
    }
    const target = clusterVersionOf(request.version);
    if (target === undefined) {
      failWith(call, errors.wrongDowngradeVersionFormat);
      return;
    }
    const failure = checkTarget(
      target,
      member.membership.clusterVersion(),
      member.membership.downgradeInfo(),
    );
    if (failure !== undefined) {
      failWith(call, failure);
      return;
    }
    if (request.action === DowngradeAction.VALIDATE) {
      answer(call);
      return;
    }
    set(call, { enabled: true, targetVersion: target });
  };

  router.unary(services.Maintenance.Downgrade.path, (call, bytes) => {
    const request = enterUnary(context, DowngradeRequest, call, bytes, checkAction);
    if (request === undefined) return;
    member.readBarrier(new CallReadSink(call, request, decide));
  });
}

function checkAction(request: DowngradeRequest): EtcdError | undefined {
  if (request.action >= DowngradeAction.VALIDATE && request.action <= DowngradeAction.CANCEL)
    return undefined;
  return new EtcdError(GrpcCode.InvalidArgument, `etcdserver: unknown downgrade action ${request.action}`);
}

/** `3.6` and `3.6.4` both mean 3.6.0; undefined when it is no version. */
export function clusterVersionOf(text: string): string | undefined {
  const match = /^(\d+)\.(\d+)(\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?)?$/.exec(text);
  return match === null ? undefined : `${Number(match[1])}.${Number(match[2])}.0`;
}

/** Only the minor version right below the cluster's may be aimed at, and one downgrade at a time. */
export function checkTarget(
  target: string,
  clusterVersion: string | undefined,
  inFlight: DowngradeInfo,
): EtcdError | undefined {
  if (clusterVersion === undefined) return errors.clusterVersionUnavailable;
  const [major, minor] = clusterVersion.split('.') as [string, string];
  if (target !== `${major}.${Number(minor) - 1}.0`) return errors.invalidDowngradeTargetVersion;
  return inFlight.enabled ? errors.downgradeInProcess : undefined;
}
