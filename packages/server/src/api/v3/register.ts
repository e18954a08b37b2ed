// Puts the whole v3 API on a router.
import type { GrpcRouter } from '@quorate/wire';
import type { MemberApi } from '../../member/seam.ts';
import { Admission } from './admission.ts';
import { registerAuth } from './auth.ts';
import { ChunkPool } from './chunk-pool.ts';
import { registerCluster } from './cluster.ts';
import type { V3Context } from './context.ts';
import { registerDowngrade } from './downgrade.ts';
import { registerElection } from './election.ts';
import { registerHealth } from './health.ts';
import { registerKvRange } from './kv-read.ts';
import { registerKvWrites } from './kv-write.ts';
import { registerLease } from './lease.ts';
import { registerLock } from './lock.ts';
import { registerMaintenance } from './maintenance.ts';
import { resolveOptions, type V3Options } from './options.ts';
import { registerRangeStream } from './range-stream.ts';
import { ResponseHeaders } from './response-header.ts';
import { Slices } from './sliced.ts';
import { registerSnapshot } from './snapshot.ts';
import { registerWatch } from './watch.ts';

/** The running v3 API. */
export interface V3Server {
  /** Ends all watch and health streams; also happens by itself when the member stops. */
  close(): void;
}

/**
 * Registers KV, Watch, Lease, Cluster, Maintenance, Auth, Lock, Election and grpc.health.v1.Health on `router`.
 * @throws Error when one of the paths is taken
 */
export function registerV3(router: GrpcRouter, member: MemberApi, options: V3Options): V3Server {
  const resolved = resolveOptions(options);
  const context: V3Context = {
    member,
    headers: new ResponseHeaders(member),
    options: resolved,
    admission: new Admission(member, resolved),
    slices: new Slices(resolved.clock),
    chunks: new ChunkPool(resolved.clock),
  };
  registerKvRange(router, context);
  registerRangeStream(router, context);
  registerKvWrites(router, context);
  const endWatches = registerWatch(router, context);
  registerLease(router, context);
  registerCluster(router, context);
  registerMaintenance(router, context);
  registerSnapshot(router, context);
  registerDowngrade(router, context);
  registerAuth(router, context);
  registerLock(router, context);
  registerElection(router, context);
  const endHealth = registerHealth(router, context);

  let closed = false;
  let forget: (() => void) | undefined;
  const close = (): void => {
    if (closed) return;
    closed = true;
    forget?.();
    endWatches();
    endHealth();
    context.admission.close();
    context.chunks.close();
  };
  forget = member.onStopping(close);
  return { close };
}
