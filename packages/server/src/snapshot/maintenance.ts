// What Maintenance.Snapshot streams.
import { API_LEVEL, EtcdError, GrpcCode } from '@quorate/base';
import type { SnapshotSource } from '../api/v3/options.ts';
import type { MemberApi } from '../member/seam.ts';
import { confStateMeta } from './conf-state.ts';
import { storeSource } from './store-source.ts';

/** What is needed of a member. */
export type SnapshotMember = Pick<MemberApi, 'backend' | 'membership' | 'status'>;

/** Opens a snapshot of everything applied so far. @throws EtcdError (rejects) */
export async function openMaintenanceSnapshot(member: SnapshotMember): Promise<SnapshotSource> {
  const source = storeSource(member.backend);
  try {
    await source.pin();
    const members = member.membership.members();
    const ids = (isLearner: boolean): bigint[] =>
      members.filter((one) => one.isLearner === isLearner).map(({ id }) => id);
    const file = await source.plan(confStateMeta({ voters: ids(false), learners: ids(true) }));
    const version = member.status().storageVersion || API_LEVEL;
    return {
      sizeBytes: file.sizeBytes,
      version,
      read: (maxBytes) => file.read(maxBytes).catch(refuse),
      close: () => file.close(),
    };
  } catch (error) {
    source.close();
    return refuse(error);
  }
}

function refuse(error: unknown): never {
  if (error instanceof EtcdError) throw error;
  throw new EtcdError(GrpcCode.Unknown, `etcdserver: snapshot failed: ${(error as Error).message}`);
}
