// What Maintenance.Snapshot streams.
import { API_LEVEL, EtcdError, GrpcCode } from '@quorate/base';
import type { MemberApi } from '../member/seam.ts';
import { confStateMeta } from './conf-state.ts';
import { type StoreFile, storeSource } from './store-source.ts';

/** The store as a bbolt file, and the version of its schema (`3.7.0`) for the response. */
export interface MaintenanceSnapshot extends StoreFile {
  readonly version: string;
}

/** What is needed of a member. */
export type SnapshotMember = Pick<MemberApi, 'backend' | 'membership' | 'status'>;

/** Opens a snapshot of everything applied so far. @throws EtcdError (rejects) */
export async function openMaintenanceSnapshot(member: SnapshotMember): Promise<MaintenanceSnapshot> {
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
      digest: () => file.digest().catch(refuse),
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
