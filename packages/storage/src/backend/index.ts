// The store behind everything but the log: named buckets, batched commits, in LMDB or in memory.
export * from './types.ts';
