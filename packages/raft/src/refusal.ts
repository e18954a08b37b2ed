// Why a call had no effect. These are outcomes of normal operation, so they are returned, not thrown: dropping a
// proposal while there is no leader must not cost a stack trace for each request.

/** Code of a refusal. */
export type RefusalCode = 'proposal-dropped' | 'local-message' | 'unknown-peer' | 'invalid-message';

/** A call that had no effect. The texts are those of etcd's library, which its transcripts show. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

/** The proposal was not taken over (no leader, transfer under way, too much uncommitted): the caller may retry. */
export const PROPOSAL_DROPPED: Refusal = { code: 'proposal-dropped', message: 'raft proposal dropped' };

/** A message that only a node itself may step came from elsewhere. */
export const LOCAL_MESSAGE: Refusal = {
  code: 'local-message',
  message: 'raft: cannot step raft local message',
};

/** An answer came from a node that is not in the configuration. */
export const UNKNOWN_PEER: Refusal = {
  code: 'unknown-peer',
  message: 'raft: cannot step as peer not found',
};

/** A message from the network that no node sends: a vote, append, … without a term, or entries out of order. */
export const INVALID_MESSAGE: Refusal = {
  code: 'invalid-message',
  message: 'raft: cannot step invalid message',
};
