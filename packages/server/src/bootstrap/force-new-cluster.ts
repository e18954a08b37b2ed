// `--force-new-cluster`: the other members are lost for good, and this one goes on alone with what it has. Entries that
// were never committed are given up, and the log goes on with the removal of everybody else.
import { hex64, utf8Bytes } from '@quorate/base';
import { ConfChange } from '@quorate/proto';
import { ConfChangeType, type Entry, EntryType } from '@quorate/raft';
import type { MemberOptions } from '../member/options.ts';
import { encodeMember, sortedIds } from '../membership/cluster-member.ts';
import type { OpenedLog } from './open-log.ts';

/** Everybody whom the committed log has made a member, voter or learner. */
function memberIds(log: OpenedLog, entries: readonly Entry[]): Set<bigint> {
  const { voters, learners } = log.snapshot?.metadata.confState ?? { voters: [], learners: [] };
  const ids = new Set([...voters, ...learners]);
  for (const entry of entries) {
    if (entry.type !== EntryType.EntryConfChange) continue;
    const change = ConfChange.decode(entry.data);
    if (change.type === ConfChangeType.ConfChangeRemoveNode) ids.delete(change.nodeID);
    else if (change.type !== ConfChangeType.ConfChangeUpdateNode) ids.add(change.nodeID);
  }
  ids.delete(0n);
  return ids;
}

/**
 * The log with the removals written to it. @param committed index up to which entries are known to be committed
 */
export function goOnAlone(options: MemberOptions, log: OpenedLog, committed: number): OpenedLog {
  const { logger, peerURLs, name } = options;
  const { contents, memberId, wal } = log;
  const kept = contents.entries.filter(({ index }) => index <= committed);
  if (kept.length < contents.entries.length) {
    logger.info('discarding uncommitted WAL entries', {
      'commit-index-from-wal': committed,
      'number-of-discarded-entries': contents.entries.length - kept.length,
    });
  }
  const ids = memberIds(log, kept);
  const changes: ConfChange[] = [];
  const self = (type: number, urls: readonly string[]): ConfChange =>
    ConfChange.create({
      type,
      nodeID: memberId,
      context: utf8Bytes(
        encodeMember({ id: memberId, name, peerURLs: urls, clientURLs: [], isLearner: false }),
      ),
    });
  // Never without a voter: this member first. A member that is about to go may have its URLs, so it begins with others.
  const isNew = !ids.has(memberId);
  if (isNew) changes.push(self(ConfChangeType.ConfChangeAddNode, [`http://${hex64(memberId)}.invalid:2380`]));
  for (const nodeID of sortedIds(ids)) {
    if (nodeID !== memberId) {
      changes.push(ConfChange.create({ type: ConfChangeType.ConfChangeRemoveNode, nodeID }));
    }
  }
  if (isNew) changes.push(self(ConfChangeType.ConfChangeUpdateNode, peerURLs));
  const { term, vote } = contents.hardState;
  const appended = changes.map(
    (change, at): Entry => ({
      type: EntryType.EntryConfChange,
      term,
      index: committed + 1 + at,
      data: ConfChange.encode(change),
    }),
  );
  const hardState = { term, vote, commit: committed + appended.length };
  wal.save(hardState, appended);
  wal.sync();
  logger.info('forcing restart member', {
    'cluster-id': hex64(log.clusterId),
    'local-member-id': hex64(memberId),
    'commit-index': hardState.commit,
  });
  return { ...log, contents: { ...contents, hardState, entries: [...kept, ...appended] } };
}
