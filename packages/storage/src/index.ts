export * from './backend/index.ts';
export * from './bbolt/index.ts';
export * from './interchange/index.ts';
export * from './mvcc/index.ts';
export * from './pages/index.ts';
export * from './snap/index.ts';
export * from './wal/index.ts';
