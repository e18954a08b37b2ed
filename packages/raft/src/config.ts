// Settings of a node, their defaults and their check.
import type { Random } from '@quorate/base';
import { NO_LIMIT } from './limits.ts';
import { isLocalTarget } from './messages.ts';
import type { Storage } from './storage.ts';
import type { Logger } from './types.ts';
import { NO_NODE, ReadOnlyOption } from './types.ts';

/** Settings of a node. Sizes are bytes, times are ticks. */
export interface Config {
  /** Id of this node; not 0. */
  readonly id: bigint;
  /** Ticks without a message from a leader before a follower campaigns; the actual time is drawn from [n, 2n). */
  readonly electionTicks: number;
  /** Ticks between heartbeats; below electionTicks. */
  readonly heartbeatTicks: number;
  /** The stable log. */
  readonly storage: Storage;
  /** Source of the election time-outs. */
  readonly random: Random;
  /** Index up to which the state machine has applied the log already (restart). Default 0. */
  readonly applied?: number;
  /** Hand storage work out as messages to local threads instead of awaiting `advance`. Default false. */
  readonly asyncStorageWrites?: boolean;
  /** Encoded size of the entries of one append message. Default: no limit; 0: one entry per message. */
  readonly maxSizePerMessage?: number;
  /** Encoded size of the committed entries handed out and not yet applied. Default: maxSizePerMessage. */
  readonly maxCommittedSizePerReady?: number;
  /** Payload bytes of proposals not yet committed, beyond which proposals are refused. Default: no limit. */
  readonly maxUncommittedSize?: number;
  /** Append messages in flight to one follower. */
  readonly maxInflightMessages: number;
  /** Payload bytes in flight to one follower; at least maxSizePerMessage. Default: no limit. */
  readonly maxInflightBytes?: number;
  /** A leader steps down when it has not heard from a quorum for an election time-out. Default false. */
  readonly checkQuorum?: boolean;
  /** Ask whether an election could be won before starting it (Raft thesis, 9.6). Default false. */
  readonly preVote?: boolean;
  /** How reads are confirmed; leaseBased requires checkQuorum. Default safe. */
  readonly readOnlyOption?: ReadOnlyOption;
  /** Followers refuse proposals instead of passing them to the leader. Default false. */
  readonly disableProposalForwarding?: boolean;
  /** Accept membership changes into the log without checking them against the configuration known here. */
  readonly disableConfChangeValidation?: boolean;
  /**
   * A leader's new commit index goes to its followers with the entries and heartbeats that they are sent anyway, or when
   * the application calls `announceCommit`, instead of in an append of its own at once. Membership changes are announced
   * at once all the same. Default false.
   */
  readonly deferCommitNews?: boolean;
  /** A leader that is removed or demoted steps down when it applies that change. Default false. */
  readonly stepDownOnRemoval?: boolean;
  /** Where log lines go; default nowhere. */
  readonly logger?: Logger | undefined;
}

/** Settings with every default filled in. */
export interface CheckedConfig {
  readonly id: bigint;
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly storage: Storage;
  readonly random: Random;
  readonly applied: number;
  readonly asyncStorageWrites: boolean;
  readonly maxSizePerMessage: number;
  readonly maxCommittedSizePerReady: number;
  readonly maxUncommittedSize: number;
  readonly maxInflightMessages: number;
  readonly maxInflightBytes: number;
  readonly checkQuorum: boolean;
  readonly preVote: boolean;
  readonly readOnlyOption: ReadOnlyOption;
  readonly disableProposalForwarding: boolean;
  readonly disableConfChangeValidation: boolean;
  readonly deferCommitNews: boolean;
  readonly stepDownOnRemoval: boolean;
  readonly logger: Logger | undefined;
}

/** A setting that cannot work. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

function require(condition: boolean, message: string): void {
  if (!condition) throw new ConfigError(message);
}

/** Fills in the defaults and checks. @throws ConfigError */
export function checkConfig(config: Config): CheckedConfig {
  const maxSizePerMessage = config.maxSizePerMessage ?? NO_LIMIT;
  const checked: CheckedConfig = {
    id: config.id,
    electionTicks: config.electionTicks,
    heartbeatTicks: config.heartbeatTicks,
    storage: config.storage,
    random: config.random,
    applied: config.applied ?? 0,
    asyncStorageWrites: config.asyncStorageWrites ?? false,
    maxSizePerMessage,
    maxCommittedSizePerReady: config.maxCommittedSizePerReady || maxSizePerMessage,
    maxUncommittedSize: config.maxUncommittedSize || NO_LIMIT,
    maxInflightMessages: config.maxInflightMessages,
    maxInflightBytes: config.maxInflightBytes || NO_LIMIT,
    checkQuorum: config.checkQuorum ?? false,
    preVote: config.preVote ?? false,
    readOnlyOption: config.readOnlyOption ?? ReadOnlyOption.safe,
    disableProposalForwarding: config.disableProposalForwarding ?? false,
    disableConfChangeValidation: config.disableConfChangeValidation ?? false,
    deferCommitNews: config.deferCommitNews ?? false,
    stepDownOnRemoval: config.stepDownOnRemoval ?? false,
    logger: config.logger,
  };
  require(checked.id !== NO_NODE, 'id 0 stands for no node and cannot be used');
  require(!isLocalTarget(checked.id), 'id is reserved for a local storage thread');
  require(checked.heartbeatTicks > 0, 'heartbeatTicks must be greater than 0');
  require(checked.electionTicks >
    checked.heartbeatTicks, 'electionTicks must be greater than heartbeatTicks');
  require(checked.maxInflightMessages > 0, 'maxInflightMessages must be greater than 0');
  require(checked.maxSizePerMessage >= 0, 'maxSizePerMessage must not be negative');
  require(checked.maxCommittedSizePerReady >= 0, 'maxCommittedSizePerReady must not be negative');
  require(checked.maxInflightBytes === NO_LIMIT ||
    checked.maxInflightBytes >=
      checked.maxSizePerMessage, 'maxInflightBytes must be at least maxSizePerMessage');
  require(checked.readOnlyOption !== ReadOnlyOption.leaseBased ||
    checked.checkQuorum, 'lease-based reads require checkQuorum');
  return checked;
}
