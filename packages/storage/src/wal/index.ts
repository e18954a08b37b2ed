// The write-ahead log in etcd's format. See DESIGN.md in this folder.
export { WalError, type WalErrorCode } from './errors.ts';
export { SEGMENT_BYTES as WAL_SEGMENT_BYTES } from './limits.ts';
export type {
  WalContents,
  WalOptions,
  WalPosition,
  WalSnapshotMark,
  WalWarn,
} from './types.ts';
export { Wal, type WalCallback } from './wal.ts';
