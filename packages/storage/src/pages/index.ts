// Stores that go from member to member page by page. See DESIGN.md in this folder.
export { PageChecker, type RecordVisitor } from './checker.ts';
export { PageError } from './errors.ts';
export { pieceBytes } from './limits.ts';
export { PagePacker } from './packer.ts';
export { PagedStore, type PagedStoreResult } from './paged-store.ts';
export { StoreRecords } from './store-records.ts';
