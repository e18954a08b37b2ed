// bbolt files, for interchange with etcd's tools. See DESIGN.md in this folder.
export { BboltError, type BboltErrorCode } from './errors.ts';
export {
  ETCD_BUCKETS,
  type EtcdBucket,
  type EtcdBucketReader,
  type EtcdEntries,
  type EtcdSnapshot,
  type EtcdSnapshotPlan,
  type EtcdSnapshotStatus,
  etcdSnapshotStatus,
  readEtcdSnapshot,
  SNAPSHOT_HASH_BYTES,
  writeEtcdSnapshot,
} from './etcd-snapshot.ts';
export { type ByteSource, byteSource } from './page-reader.ts';
export { BboltBucket, BboltFile, type BboltItem } from './reader.ts';
export {
  type BboltBucketSource,
  type BboltPlan,
  type BboltSourceEntry,
  type LayoutPass,
  planBbolt,
} from './writer.ts';
