// Snapshot files in etcd's format. See DESIGN.md in this folder.
export { decodeSnapFile, SnapFileError } from './snap-file.ts';
export {
  type SnapPosition,
  Snapshotter,
  type SnapshotterOptions,
  type SnapWarn,
  snapDatabaseName,
  snapFileName,
} from './snapshotter.ts';
