// Snapshots of the store: going out to clients and peers, coming in from peers and from Go etcd. See DESIGN.md.
export {
  dropStaged,
  type InstallOptions,
  installSnapshotFile,
  recoverStore,
  stageSnapshot,
  storedPosition,
  switchStore,
} from './install.ts';
export { type IntakeEvents, IntakeThread, type StagedIndex, StoreIntake, type TakenIn } from './intake.ts';
export { type MaintenanceSnapshot, openMaintenanceSnapshot, type SnapshotMember } from './maintenance.ts';
export { BACKUP_SUFFIX, type PrepareOptions, prepareStore } from './prepare.ts';
export {
  type AppliedState,
  SnapshotProvider,
  type SnapshotProviderOptions,
  type WholeState,
} from './provider.ts';
export { type StoreFile, type StoreSource, storeSource } from './store-source.ts';
