// @quorate/raft: the consensus state machine. No I/O, no clock, no asynchrony.
export * from './config.ts';
export * from './limits.ts';
export * from './messages.ts';
export * from './storage.ts';
export * from './types.ts';
