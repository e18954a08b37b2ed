// The Cluster service. Its headers carry no revision, as in etcd: membership is no part of the key space.
import { type EtcdError, errors } from '@quorate/base';
import {
  Member,
  MemberAddRequest,
  MemberAddResponse,
  MemberListRequest,
  MemberListResponse,
  MemberPromoteRequest,
  MemberRemoveRequest,
  MemberUpdateRequest,
  services,
} from '@quorate/proto';
import type { GrpcRouter, UnaryCall } from '@quorate/wire';
import type { ApplyResult, MembershipResult } from '../../member/seam.ts';
import type { ClusterMember } from '../../membership/cluster-member.ts';
import { enterUnary, replyWith, type V3Context } from './context.ts';
import type { V3Observer } from './options.ts';
import { parsePeerUrls } from './peer-urls.ts';
import { CallReadSink, CallSink } from './result-sinks.ts';

const noRevision = 0;

/** Registers the Cluster service. */
export function registerCluster(router: GrpcRouter, context: V3Context): void {
  const { member } = context;

  const answerList = (call: UnaryCall): void => {
    replyWith(context, call, noRevision, membersBody(member.membership.members()));
  };
  router.unary(services.Cluster.MemberList.path, (call, bytes) => {
    const request = enterUnary(context, MemberListRequest, call, bytes);
    if (request === undefined) return;
    if (request.linearizable) member.readBarrier(new CallReadSink(call, request, answerList));
    else answerList(call);
  });

  const answerAdd = (call: UnaryCall, result: MembershipResult): void => {
    const body = MemberAddResponse.create({ members: result.members.map(toProto) });
    if (result.member !== undefined) body.member = toProto(result.member);
    replyWith(context, call, noRevision, MemberAddResponse.encode(body));
  };
  router.unary(services.Cluster.MemberAdd.path, (call, bytes) => {
    const request = enterUnary(context, MemberAddRequest, call, bytes, checkUrls);
    if (request === undefined) return;
    const change = { peerURLs: parsePeerUrls(request.peerURLs) ?? [], isLearner: request.isLearner };
    member.propose(
      { kind: 'memberAdd', request: change, raw: undefined, requester: undefined },
      new CallSink(call, answerAdd),
    );
  });

  const answerMembers = (call: UnaryCall, result: MembershipResult): void => {
    replyWith(context, call, noRevision, membersBody(result.members));
  };
  router.unary(services.Cluster.MemberRemove.path, (call, bytes) => {
    const request = enterUnary(context, MemberRemoveRequest, call, bytes);
    if (request === undefined) return;
    member.propose(
      { kind: 'memberRemove', request: { id: request.ID }, raw: undefined, requester: undefined },
      new CallSink(call, answerMembers),
    );
  });
  router.unary(services.Cluster.MemberUpdate.path, (call, bytes) => {
    const request = enterUnary(context, MemberUpdateRequest, call, bytes, checkUrls);
    if (request === undefined) return;
    const change = { id: request.ID, peerURLs: request.peerURLs };
    member.propose(
      { kind: 'memberUpdate', request: change, raw: undefined, requester: undefined },
      new CallSink(call, answerMembers),
    );
  });
  router.unary(services.Cluster.MemberPromote.path, (call, bytes) => {
    const request = enterUnary(context, MemberPromoteRequest, call, bytes);
    if (request === undefined) return;
    member.propose(
      { kind: 'memberPromote', request: { id: request.ID }, raw: undefined, requester: undefined },
      new PromotionSink(call, answerMembers, context.options.observer),
    );
  });
}

/** Tells the observer how promotions end. */
class PromotionSink extends CallSink<MembershipResult> {
  readonly #observer: V3Observer | undefined;

  constructor(
    call: UnaryCall,
    answer: (call: UnaryCall, result: MembershipResult) => void,
    observer: V3Observer | undefined,
  ) {
    super(call, answer);
    this.#observer = observer;
  }

  override done(result: ApplyResult): void {
    this.#observer?.learnerPromoted?.(undefined);
    super.done(result);
  }

  override failed(error: EtcdError): void {
    this.#observer?.learnerPromoted?.(error.message);
    super.failed(error);
  }
}

function checkUrls(request: { readonly peerURLs: readonly string[] }): EtcdError | undefined {
  return parsePeerUrls(request.peerURLs) === undefined ? errors.memberBadUrls : undefined;
}

/** List, remove, update and promote answer with `members = 2` alike. */
function membersBody(members: readonly ClusterMember[]): Uint8Array {
  return MemberListResponse.encode(MemberListResponse.create({ members: members.map(toProto) }));
}

function toProto(member: ClusterMember): Member {
  return Member.create({
    ID: member.id,
    name: member.name,
    peerURLs: [...member.peerURLs],
    clientURLs: [...member.clientURLs],
    isLearner: member.isLearner,
  });
}
