// The store behind everything but the log: named buckets, batched commits, in LMDB or in memory.

export { type IndexPortion, memoryOfPortion, portionMarks, portionNumbers } from './index-portion.ts';
export { LmdbBackend, type LmdbBackendOptions } from './lmdb-backend.ts';
export { MemoryBackend, type MemoryBackendOptions } from './memory-backend.ts';
export { encodeRevisionKey, isTombstoneKey, mainOf, subOf } from './revision-key.ts';
export * from './types.ts';
