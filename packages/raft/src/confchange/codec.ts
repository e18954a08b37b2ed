// Membership changes as log entries, in both forms, and the short notation used in logs and transcripts.
import { ConfChange, ConfChangeV2 } from '@quorate/proto';
import { NO_BYTES, newEntry } from '../messages.ts';
import type { ConfChangeSingle, Entry } from '../types.ts';
import { ConfChangeTransition, ConfChangeType, EntryType } from '../types.ts';

/** A membership change in either form. */
export type AnyConfChange = ConfChange | ConfChangeV2;

/** Whether a change has the second form. */
export function isConfChangeV2(change: AnyConfChange): change is ConfChangeV2 {
  return 'changes' in change;
}

/** The same change in the second form. */
export function asConfChangeV2(change: AnyConfChange): ConfChangeV2 {
  if (isConfChangeV2(change)) return change;
  return {
    transition: ConfChangeTransition.ConfChangeTransitionAuto,
    changes: [{ type: change.type, nodeID: change.nodeID }],
    context: change.context,
  };
}

/** The log entry that carries a change, in the form it was given. */
export function confChangeEntry(change: AnyConfChange): Entry {
  return isConfChangeV2(change)
    ? newEntry(EntryType.EntryConfChangeV2, ConfChangeV2.encode(change))
    : newEntry(EntryType.EntryConfChange, ConfChange.encode(change));
}

/** The entry that asks to leave a joint configuration: a change without content, written without bytes. */
export function leaveJointEntry(): Entry {
  return newEntry(EntryType.EntryConfChangeV2, NO_BYTES);
}

/** Whether an entry carries a membership change. */
export function isConfChangeEntry(entry: Entry): boolean {
  return entry.type !== EntryType.EntryNormal;
}

/** The change that an entry carries, in the second form; undefined for other entries. @throws DecodeError */
export function decodeConfChangeEntry(entry: Entry): ConfChangeV2 | undefined {
  if (entry.type === EntryType.EntryConfChange) return asConfChangeV2(ConfChange.decode(entry.data));
  if (entry.type === EntryType.EntryConfChangeV2) return ConfChangeV2.decode(entry.data);
  return undefined;
}

/** Whether a change asks to leave the joint configuration. */
export function isLeaveJoint(change: ConfChangeV2): boolean {
  return change.changes.length === 0 && change.transition === ConfChangeTransition.ConfChangeTransitionAuto;
}

/**
 * Whether a change goes through a joint configuration, and if so whether that is left automatically. A single
 * change does not need one; asking for a transition explicitly gets one anyway.
 */
export function jointMode(change: ConfChangeV2): { readonly autoLeave: boolean } | undefined {
  const { transition } = change;
  if (transition === ConfChangeTransition.ConfChangeTransitionAuto && change.changes.length <= 1)
    return undefined;
  return { autoLeave: transition !== ConfChangeTransition.ConfChangeTransitionJointExplicit };
}

const LETTERS: Readonly<Record<number, string>> = {
  [ConfChangeType.ConfChangeAddNode]: 'v',
  [ConfChangeType.ConfChangeAddLearnerNode]: 'l',
  [ConfChangeType.ConfChangeRemoveNode]: 'r',
  [ConfChangeType.ConfChangeUpdateNode]: 'u',
};

/** As `v1 l2 r3 u4`: voter 1, learner 2, remove 3, update 4. */
export function describeConfChanges(changes: readonly ConfChangeSingle[]): string {
  return changes.map((change) => `${LETTERS[change.type] ?? 'unknown'}${change.nodeID}`).join(' ');
}

/** Reads `describeConfChanges`'s notation. @throws Error on a token it does not know */
export function parseConfChanges(text: string): ConfChangeSingle[] {
  const tokens = text
    .trim()
    .split(/\s+/)
    .filter((token) => token !== '');
  return tokens.map((token) => {
    const match = /^([a-z])(\d+)$/.exec(token);
    if (match === null) throw new Error(`unknown token ${token}`);
    const type = Object.keys(LETTERS).find((key) => LETTERS[Number(key)] === match[1]);
    if (type === undefined) throw new Error(`unknown input: ${token}`);
    return { type: Number(type), nodeID: BigInt(match[2] as string) };
  });
}
