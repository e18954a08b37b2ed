// The Election service: the leader of an election is the oldest key under its name; its value is the proclamation.
import {
  CampaignRequest,
  CampaignResponse,
  DeleteRangeRequest,
  type LeaderKey,
  LeaderRequest,
  LeaderResponse,
  ProclaimRequest,
  RequestOp,
  ResignRequest,
  services,
  TxnRequest,
} from '@quorate/proto';
import type { GrpcRouter } from '@quorate/wire';
import { enterUnary, type V3Context } from './context.ts';
import { registerObserve } from './election-observe.ts';
import {
  createRevisionIs,
  getOp,
  oldestUnder,
  plainError,
  putOp,
  type Session,
  waiterKey,
  waitersPrefix,
} from './session.ts';
import { runSession } from './session-call.ts';

const missingLeader = '"leader" field must be provided';
const notLeader = 'election: not leader';
const noLeader = 'election: no leader';

/** Registers the Election service. */
export function registerElection(router: GrpcRouter, context: V3Context): void {
  const { headers } = context;

  router.unary(services.Election.Campaign.path, (call, bytes) => {
    const request = enterUnary(context, CampaignRequest, call, bytes);
    if (request === undefined) return;
    runSession(context, call, async (session) => {
      const { leader, revision } = await campaign(session, request);
      return [headers.field(revision), CampaignResponse.encode(CampaignResponse.create({ leader }))];
    });
  });

  router.unary(services.Election.Proclaim.path, (call, bytes) => {
    const request = enterUnary(context, ProclaimRequest, call, bytes);
    if (request === undefined) return;
    runSession(context, call, async (session) => {
      if (request.leader === undefined) throw plainError(missingLeader);
      return [headers.field(await proclaim(session, request.leader, request.value))];
    });
  });

  router.unary(services.Election.Leader.path, (call, bytes) => {
    const request = enterUnary(context, LeaderRequest, call, bytes);
    if (request === undefined) return;
    runSession(context, call, async (session) => {
      const { kvs, revision } = await session.read(oldestUnder(waitersPrefix(request.name)));
      const [kv] = kvs;
      if (kv === undefined) throw plainError(noLeader);
      return [headers.field(revision), LeaderResponse.encode(LeaderResponse.create({ kv }))];
    });
  });

  router.unary(services.Election.Resign.path, (call, bytes) => {
    const request = enterUnary(context, ResignRequest, call, bytes);
    if (request === undefined) return;
    runSession(context, call, async (session) => {
      if (request.leader === undefined) throw plainError(missingLeader);
      return [headers.field(await resign(session, request.leader))];
    });
  });

  registerObserve(router, context);
}

/** Stands for election and returns once elected; resigns when called off before. */
async function campaign(
  session: Session,
  request: CampaignRequest,
): Promise<{ leader: LeaderKey; revision: number }> {
  const lease = await session.lease(request.lease);
  const prefix = waitersPrefix(request.name);
  const key = waiterKey(prefix, lease);
  const lineUp = await session.txn(
    TxnRequest.create({
      compare: [createRevisionIs(key, 0)],
      success: [putOp(key, request.value, lease)],
      failure: [getOp(key)],
    }),
  );
  const standing = lineUp.responses[0]?.responseRange?.kvs[0];
  const rev = lineUp.succeeded || standing === undefined ? lineUp.revision : standing.createRevision;
  const leader: LeaderKey = { name: request.name, key, rev, lease };
  try {
    if (standing !== undefined && !Buffer.from(standing.value).equals(request.value)) {
      await proclaim(session, leader, request.value);
    }
    await session.waitForTurn(prefix, rev);
  } catch (thrown) {
    if (session.cancelled) await resign(session, leader);
    throw thrown;
  }
  // As etcd: the revision at which it stood for election, not the one at which it won.
  return { leader, revision: lineUp.revision };
}

/** Changes the leader's value. @returns the revision */
async function proclaim(session: Session, leader: LeaderKey, value: Uint8Array): Promise<number> {
  const outcome = await session.txn(
    TxnRequest.create({
      compare: [createRevisionIs(leader.key, leader.rev)],
      success: [putOp(leader.key, value, leader.lease)],
    }),
  );
  if (!outcome.succeeded) throw plainError(notLeader);
  return outcome.revision;
}

/** Takes the key away if it is still the one that was elected. @returns the revision */
async function resign(session: Session, leader: LeaderKey): Promise<number> {
  const outcome = await session.txn(
    TxnRequest.create({
      compare: [createRevisionIs(leader.key, leader.rev)],
      success: [RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: leader.key }) })],
    }),
  );
  return outcome.revision;
}
