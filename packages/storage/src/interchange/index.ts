// Stores and files of etcd's: each made out of the other. See DESIGN.md in this folder.
export { type LoadedFile, type LoadOptions, loadStoreFile } from './load-file.ts';
export {
  confStateKey,
  consistentIndexKey,
  encodePositionNumber,
  readPosition,
  type StorePosition,
  scheduledCompactKey,
  termKey,
} from './position.ts';
export { StoreBuilder } from './store-builder.ts';
export { type ExtraMeta, planStoreFile, withExtra } from './store-file.ts';
export { StoreView } from './store-view.ts';
