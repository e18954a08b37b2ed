// Messages from peers, before raft sees them: what no correct peer sends is refused and told, and nothing else comes of it.
import { type Clock, FatalError, hex64, utf8Text } from '@quorate/base';
import { ConfChange, DecodeError } from '@quorate/proto';
import {
  ConfChangeType,
  type Entry,
  EntryType,
  INVALID_MESSAGE,
  isFromPeer,
  LOCAL_MESSAGE,
  type Message,
  MessageType,
  type RawNode,
} from '@quorate/raft';
import { decodeEntry } from '../apply/entry-decode.ts';
import { toLogOp } from '../apply/internal-op.ts';
import { parseMemberContext } from '../membership/cluster-member.ts';
import { REFUSAL_REPORT_INTERVAL_MS } from './limits.ts';
import type { Logger } from './logger.ts';

export interface PeerMessagesOptions {
  readonly node: RawNode;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hasAuth: boolean;
}

export class PeerMessages {
  readonly #options: PeerMessagesOptions;
  #nextReportMs = 0;
  #refused = 0;

  constructor(options: PeerMessagesOptions) {
    this.#options = options;
  }

  /** Hands a message to raft. */
  step(message: Message): void {
    const { node, hasAuth } = this.#options;
    const isAcceptable =
      isFromPeer(message, node.id) &&
      (message.type !== MessageType.MsgProp ||
        message.entries.every((entry) => isApplicable(entry, hasAuth)));
    const refusal = isAcceptable ? node.step(message) : INVALID_MESSAGE;
    if (refusal === INVALID_MESSAGE || refusal === LOCAL_MESSAGE) this.#report(message);
  }

  #report(message: Message): void {
    const { clock, logger } = this.#options;
    this.#refused++;
    const nowMs = clock.nowMs();
    if (nowMs < this.#nextReportMs) return;
    this.#nextReportMs = nowMs + REFUSAL_REPORT_INTERVAL_MS;
    logger.warn('refused a message that no member sends', {
      from: hex64(message.from),
      type: message.type,
      term: message.term,
      'refused-so-far': this.#refused,
    });
  }
}

const V2_WRITES: readonly string[] = ['PUT', 'POST', 'DELETE', 'QGET', 'SYNC'];

/**
 * Whether members know what to do with an entry that another one asks to be put into the log. One that they do not know
 * would end all of them, and again after each start.
 */
export function isApplicable(entry: Entry, hasAuth: boolean): boolean {
  try {
    if (entry.type === EntryType.EntryConfChange) return isMembershipChange(ConfChange.decode(entry.data));
    if (entry.type !== EntryType.EntryNormal) return false;
    if (entry.data.length === 0) return true;
    const { v2, v3 } = decodeEntry(entry.data, entry.index);
    if (v2 !== undefined) return V2_WRITES.includes(v2.method);
    const op = v3 === undefined ? undefined : toLogOp(v3, entry.index);
    return op === undefined || hasAuth || !op.kind.startsWith('auth');
  } catch (error) {
    if (error instanceof FatalError || error instanceof DecodeError || error instanceof SyntaxError)
      return false;
    throw error;
  }
}

/** @throws SyntaxError when the context of an added or updated member is none */
function isMembershipChange({ type, nodeID, context }: ConfChange): boolean {
  switch (type) {
    case ConfChangeType.ConfChangeRemoveNode:
      return true;
    case ConfChangeType.ConfChangeAddNode:
    case ConfChangeType.ConfChangeAddLearnerNode:
    case ConfChangeType.ConfChangeUpdateNode:
      return nodeID !== 0n && parseMemberContext(utf8Text(context)).member.id === nodeID;
    default:
      return false;
  }
}
