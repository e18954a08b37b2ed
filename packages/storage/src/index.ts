export * from './backend/index.ts';
export * from './mvcc/index.ts';
