// The Lock service: a lock is held by the oldest key under its name; every key hangs on its holder's lease.
import {
  LockRequest,
  LockResponse,
  RangeRequest,
  RequestOp,
  services,
  TxnRequest,
  UnlockRequest,
} from '@quorate/proto';
import type { GrpcRouter } from '@quorate/wire';
import { enterUnary, type V3Context } from './context.ts';
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

const noValue = new Uint8Array(0);

/** Registers the Lock service. */
export function registerLock(router: GrpcRouter, context: V3Context): void {
  router.unary(services.Lock.Lock.path, (call, bytes) => {
    const request = enterUnary(context, LockRequest, call, bytes);
    if (request === undefined) return;
    runSession(context, call, async (session) => {
      const { key, revision } = await lock(session, request);
      return [context.headers.field(revision), LockResponse.encode(LockResponse.create({ key }))];
    });
  });

  router.unary(services.Lock.Unlock.path, (call, bytes) => {
    const request = enterUnary(context, UnlockRequest, call, bytes);
    if (request === undefined) return;
    runSession(context, call, async (session) => {
      return [context.headers.field(await session.delete(request.key))];
    });
  });
}

/** Takes the lock: lines up, waits for all who came before, and makes sure that its own key outlived the wait. */
async function lock(session: Session, request: LockRequest): Promise<{ key: Uint8Array; revision: number }> {
  const lease = await session.lease(request.lease);
  const prefix = waitersPrefix(request.name);
  const key = waiterKey(prefix, lease);
  const owner = RequestOp.create({ requestRange: oldestUnder(prefix) });
  const lineUp = await session.txn(
    TxnRequest.create({
      compare: [createRevisionIs(key, 0)],
      success: [putOp(key, noValue, lease), owner],
      failure: [getOp(key), owner], // this lease is in line already
    }),
  );
  const mine = lineUp.responses[0]?.responseRange?.kvs[0];
  const myRevision = lineUp.succeeded || mine === undefined ? lineUp.revision : mine.createRevision;
  const first = lineUp.responses[1]?.responseRange?.kvs[0];
  if (first === undefined || first.createRevision === myRevision) return { key, revision: lineUp.revision };
  try {
    await session.waitForTurn(prefix, myRevision);
    const own = await session.read(RangeRequest.create({ key }));
    if (own.kvs.length === 0) throw plainError('mutex: session is expired');
    return { key, revision: own.revision };
  } catch (thrown) {
    // Whoever gives up leaves the line; otherwise those behind would wait for its lease to run out.
    await session.delete(key);
    throw thrown;
  }
}
