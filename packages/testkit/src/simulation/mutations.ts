// Deliberate mistakes, each of which the simulator has to catch: changes of single places in a scratch copy of the built
// product. A place that is no longer found is a failure as well, so that the list cannot rot.
import type { GivenSettings } from './settings.ts';

export interface Mutation {
  readonly name: string;
  /** Built file, from the packages folder. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Seeds within which it must be caught. */
  readonly seeds: number;
  /** What brings it to light, where the seeds' own draws would take long. */
  readonly settings?: GivenSettings;
}

const STORM: GivenSettings = {
  members: 3,
  durationMs: 40_000,
  restMs: 0,
  faultMeanMs: 1500,
  restartMeanMs: 1000,
  thinkMeanMs: 30,
  syncMeanMs: 1,
  snapshotCount: 1_000_000,
  quotaBytes: 0,
  otherSettings: 0,
};

const LEASE_STORM: GivenSettings = {
  ...STORM,
  clients: 8,
  keys: 2,
  networkMeanMs: 5,
  syncMeanMs: 5,
  faultMeanMs: 2000,
  faults: { kill: 2, partition: 3, isolateLeader: 3, slowDisk: 2, pause: 1 },
  operations: { lease: 20, put: 1 },
};

/** Leases whose remaining time is written down often, and leaders that change. */
const CHECKPOINT_STORM: GivenSettings = {
  ...LEASE_STORM,
  leaseCheckpointIntervalMs: 1000,
  otherSettings: 0,
};

/** Followers that lag behind short logs, on slow disks. */
const SNAPSHOT_STORM: GivenSettings = {
  ...STORM,
  members: 5,
  snapshotCount: 10,
  snapshotCatchUpEntries: 1,
  networkMeanMs: 30,
  duplication: 0.2,
  reordering: true,
  syncMeanMs: 5,
  faults: { slowDisk: 6, partition: 2, flapping: 2 },
};

/** Members come and go. */
const CHANGES: GivenSettings = {
  members: 3,
  durationMs: 40_000,
  restMs: 0,
  faultMeanMs: 1500,
  thinkMeanMs: 50,
  faults: { replaceMember: 6, growCluster: 3, shrinkCluster: 3, kill: 1, partition: 3, isolateLeader: 2 },
  quotaBytes: 0,
};

/** Members start again with other flags. */
const RESTARTS: GivenSettings = {
  members: 3,
  durationMs: 40_000,
  restMs: 0,
  faultMeanMs: 1500,
  restartMeanMs: 500,
  thinkMeanMs: 30,
  clients: 8,
  otherSettings: 1,
  faults: { restartAll: 6, kill: 3, stop: 3 },
  operations: { lease: 20 },
  quotaBytes: 0,
};

/** Stores that run full. */
const SMALL_QUOTA: GivenSettings = {
  members: 3,
  durationMs: 20_000,
  restMs: 0,
  thinkMeanMs: 30,
  clients: 8,
  faultMeanMs: 2500,
  keys: 4,
  quotaBytes: 30_000,
  faults: { kill: 1, partition: 1 },
  operations: { put: 6, multi: 2, swap: 1, get: 1 },
};

/** Disks go bad, one at a time. */
const ROT: GivenSettings = {
  members: 3,
  durationMs: 40_000,
  restMs: 0,
  thinkMeanMs: 50,
  faultMeanMs: 2000,
  restartMeanMs: 500,
  quotaBytes: 0,
  faults: { rot: 8, kill: 1, partition: 1, leaderTransfer: 1 },
};

/** Many v2 writes, and clients that watch them. */
const V2_WATCHES: GivenSettings = {
  members: 3,
  durationMs: 30_000,
  restMs: 0,
  thinkMeanMs: 20,
  clients: 8,
  faultMeanMs: 2000,
  restartMeanMs: 500,
  v2Watchers: 4,
  faults: { kill: 1, stop: 1, partition: 1 },
  operations: { v2Put: 6, v2Delete: 3, v2Swap: 2, v2Create: 2, v2Post: 2, v2Ttl: 3, put: 1 },
  quotaBytes: 0,
};

/** Members compare their hashes all the time, over compactions and restarts with other batches. */
const HASHES: GivenSettings = {
  members: 3,
  durationMs: 40_000,
  restMs: 0,
  thinkMeanMs: 30,
  clients: 8,
  faultMeanMs: 800,
  restartMeanMs: 500,
  otherSettings: 1,
  corruptCheckMs: 200,
  keys: 4,
  faults: { compaction: 10, kill: 2 },
  operations: { put: 10, multi: 3, deleteRange: 1 },
  quotaBytes: 0,
};

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'acknowledge before fsync',
    file: 'server/dist/member/log-driver.js',
    find: 'if (this.#policy.inline) {',
    replace: 'if (this.#policy.inline) { this.#finish(ready); return;',
    seeds: 30,
    settings: { ...STORM, members: 1, syncMeanMs: 0 },
  },
  {
    name: 'a vote is not persisted',
    file: 'server/dist/member/log-driver.js',
    find: 'this.#wal.save(hardState, ready.entries);',
    replace: 'this.#wal.save(hardState && { ...hardState, vote: 0n }, ready.entries);',
    seeds: 100,
    settings: {
      ...STORM,
      ...{
        members: 5,
        preVote: false,
        faultMeanMs: 200,
        restartMeanMs: 300,
        networkMeanMs: 30,
        durationMs: 60_000,
        thinkMeanMs: 400,
      },
      faults: { kill: 5, blackout: 1, isolateLeader: 3, partition: 2 },
    },
  },
  {
    name: 'a read does not confirm leadership',
    file: 'server/dist/member/leadership.js',
    find: 'this.#isSoleVoter && this.#termBegan',
    replace: 'this.#termBegan',
    seeds: 100,
    settings: STORM,
  },
  {
    name: 'a lone voter reads before it has committed in its term',
    file: 'raft/dist/read-index.js',
    find: 'if (hasCommittedInTerm(raft))',
    replace: 'if (hasCommittedInTerm(raft) || raft.tracker.isSingleton())',
    seeds: 100,
    settings: { ...STORM, members: 1 },
  },
  {
    name: 'a read does not wait for apply',
    file: 'server/dist/member/read-barriers.js',
    find: 'if (batch.index <= this.#hooks.appliedIndex())',
    replace: 'if (batch.index >= 0)',
    seeds: 30,
    settings: STORM,
  },
  {
    name: 'entries are applied again after a restart',
    file: 'server/dist/member/state-machine.js',
    find: 'const isNew = entry.index > this.#kv.consistentIndex;',
    replace: 'const isNew = true;',
    seeds: 20,
    settings: STORM,
  },
  {
    name: 'the applied index is committed apart from the data',
    file: 'storage/dist/mvcc/store.js',
    find: 'this.backend.setBeforeCommit(() => this.writeMeta());',
    replace: '',
    seeds: 20,
    settings: STORM,
  },
  {
    name: 'a follower reads entries without looking at the one before',
    file: 'raft/dist/log.js',
    find: 'return this.term(index) === term;',
    replace: 'return index <= this.lastIndex();',
    seeds: 200,
    settings: STORM,
  },
  {
    name: 'a minority commits',
    file: 'raft/dist/quorum/majority.js',
    find: 'return indexes[count - majorityOf(count)];',
    replace: 'return indexes[count - 1];',
    seeds: 20,
    settings: STORM,
  },
  {
    name: 'a minority elects',
    file: 'raft/dist/quorum/majority.js',
    find: 'if (granted >= needed)',
    replace: 'if (granted >= needed - 1)',
    seeds: 20,
    settings: STORM,
  },
  {
    name: 'votes go to candidates with an older log',
    file: 'raft/dist/election.js',
    find: 'const upToDate = raft.log.isUpToDate(message.index, message.logTerm);',
    replace: 'const upToDate = true;',
    seeds: 60,
    settings: { ...STORM, loss: 0.1 },
  },
  {
    name: 'two votes in a term',
    file: 'raft/dist/election.js',
    find: 'raft.vote = message.from;',
    replace: '',
    seeds: 100,
    settings: { ...STORM, preVote: false, faultMeanMs: 600 },
  },
  {
    name: 'a synced watcher misses an event',
    file: 'storage/dist/mvcc/watch-hub.js',
    find: 'if (event.modRevision < this.next)',
    replace: 'if (event.modRevision < this.next || event.modRevision % 97 === 0)',
    seeds: 20,
    settings: { ...STORM, watchers: 5 },
  },
  {
    name: 'a watcher goes on one revision too late',
    file: 'storage/dist/mvcc/watch-hub.js',
    find: 'this.next = query.startRevision > 0 ? query.startRevision :',
    replace: 'this.next = query.startRevision > 2 ? query.startRevision + 1 :',
    seeds: 20,
    settings: { ...STORM, watchers: 5 },
  },
  {
    name: 'a renewal does not extend a lease',
    file: 'server/dist/lease/lessor.js',
    find: `        this.#refresh(lease, 0);
        this.counters.renewed++;`,
    replace: '        this.counters.renewed++;',
    seeds: 20,
    settings: { ...STORM, operations: { lease: 20, put: 2 } },
  },
  {
    name: 'an expired lease is revoked after a change of leadership has renewed it',
    file: 'server/dist/member/proposals.js',
    find: 'if (proposal.isInternal && this.#isRenewed(proposal.op)) {',
    replace: 'if (false) {',
    seeds: 300,
    settings: LEASE_STORM,
  },
  {
    name: 'a renewal does not wait until a shorter remaining time on record is gone',
    file: 'server/dist/lease/lessor.js',
    find: 'if (lease.mayBeShortened) {',
    replace: 'if (false) {',
    seeds: 100,
    settings: CHECKPOINT_STORM,
  },
  {
    name: 'expired leases are not revoked',
    file: 'server/dist/member/housekeeping.js',
    find: 'for (const id of ids) {',
    replace: 'for (const id of []) {',
    seeds: 20,
    settings: STORM,
  },
  {
    name: 'a torn record of the log is taken for a whole one',
    file: 'storage/dist/wal/record-reader.js',
    find: 'if (crc !== recordCrc) {',
    replace: 'if (false) {',
    seeds: 100,
    settings: { ...STORM, members: 1 },
  },
  {
    name: 'a new segment of the log is not made durable by name',
    file: 'storage/dist/wal/create.js',
    find: 'disk.syncDirectory(parentPath(directory));',
    replace: '',
    seeds: 60,
    settings: { ...STORM, members: 1, durationMs: 10_000, faultMeanMs: 500 },
  },
  {
    name: 'a snapshot is staged over one that raft has been told of',
    file: 'server/dist/member/member.js',
    find: "return this.#state === 'running' && !this.#node.hasPendingSnapshot;",
    replace: 'return true;',
    seeds: 100,
    settings: SNAPSHOT_STORM,
  },
  {
    name: "an answer goes to whoever's request stood at the index before",
    file: 'server/dist/member/proposals.js',
    find: 'if (proposal === undefined || proposal.term === term)',
    replace: 'if (proposal === undefined || proposal.term > 0)',
    seeds: 100,
    settings: STORM,
  },
  {
    name: 'requests are told that they failed when the leader changes',
    file: 'server/dist/member/proposals.js',
    find: 'if (proposal.deadlineMs > nowMs)\n                return false;',
    replace: 'if (proposal.startedMs + 100 > nowMs) return false; this.#lost(proposal); return true;',
    seeds: 60,
    settings: STORM,
  },
  {
    name: 'v2 keys expire by the local clock',
    file: 'server/dist/apply/v2-apply.js',
    find: 'store.deleteExpired(momentFromUnixNano(request.time), nowMs);',
    replace: 'store.deleteExpired(momentFromUnixNano(BigInt(Math.floor(nowMs)) * 1000000n), nowMs);',
    seeds: 40,
    settings: { ...STORM, clockDrift: 0.01 },
  },
  {
    name: 'a swap that fails writes nevertheless',
    file: 'server/dist/apply/txn.js',
    find: 'const succeeded = comparesHold(store, txn.compare);',
    replace: 'const succeeded = true;',
    seeds: 20,
    settings: STORM,
  },
  {
    name: 'a follower promises before it has synced',
    file: 'server/dist/member/log-driver.js',
    find: 'this.#messagesSent = this.#toldRole === Role.leader;',
    replace: 'this.#messagesSent = true;',
    seeds: 150,
    settings: { ...STORM, faults: { powerLoss: 5, blackout: 1, isolateLeader: 1 } },
  },
  {
    name: 'members do not tell a removed one that it is',
    file: 'server/dist/member/member.js',
    find: 'return this.#cluster.isRemoved(id);',
    replace: 'return false;',
    seeds: 100,
    settings: CHANGES,
  },
  {
    name: 'who is not known is taken for removed',
    file: 'server/dist/member/member.js',
    find: 'return this.#cluster.isRemoved(id);',
    replace: 'return this.#cluster.member(id) === undefined;',
    seeds: 60,
    settings: CHANGES,
  },
  {
    name: 'snapshots name the members of the start',
    file: 'server/dist/member/snapshot-keeper.js',
    find: `noteConfState(state) {
        this.#confState = state;`,
    replace: 'noteConfState(state) {',
    seeds: 60,
    settings: { ...CHANGES, snapshotCount: 50, snapshotCatchUpEntries: 10 },
  },
  {
    name: "the shortest lease is each member's own",
    file: 'server/dist/member/proposals.js',
    find: 'Math.max(op.request.TTL, lessor.minTtlSeconds)',
    replace: 'op.request.TTL',
    seeds: 60,
    settings: RESTARTS,
  },
  {
    name: 'a filter leaves its bound out',
    file: 'storage/dist/mvcc/range.js',
    find: 'candidate.main >= query.minModRevision',
    replace: 'candidate.main > query.minModRevision',
    seeds: 40,
    settings: { ...STORM, operations: { put: 3, delete: 1, multi: 1, rangeOptions: 4 } },
  },
  {
    name: 'puts are applied under the alarm NOSPACE',
    file: 'server/dist/apply/applier.js',
    find: 'if (this.#alarms.noSpace)',
    replace: 'if (false)',
    seeds: 20,
    settings: SMALL_QUOTA,
  },
  {
    name: 'the quota is not looked at',
    file: 'server/dist/apply/quota.js',
    find: 'if (cost === 0 ||',
    replace: 'if (cost >= 0 ||',
    seeds: 20,
    settings: SMALL_QUOTA,
  },
  {
    name: 'the alarm NOSPACE stays',
    file: 'server/dist/member/quota-alarm.js',
    find: 'if (!quota.hasRecovered())',
    replace: 'if (true)',
    seeds: 20,
    settings: SMALL_QUOTA,
  },
  {
    name: 'the alarm NOSPACE of a removed member stays',
    file: 'server/dist/member/quota-alarm.js',
    find: 'if (cluster.isRemoved(memberID))',
    replace: 'if (false)',
    seeds: 30,
    settings: { ...SMALL_QUOTA, faults: { replaceMember: 3, shrinkCluster: 1 } },
  },
  {
    name: 'an alarm NOSPACE of before a crash is not known for its own',
    file: 'server/dist/member/quota-alarm.js',
    find: 'this.#isOwn ||= alarms',
    replace: 'false && alarms',
    seeds: 30,
    settings: SMALL_QUOTA,
  },
  {
    name: 'rot in the log is not noticed',
    file: 'storage/dist/wal/record-reader.js',
    find: 'if (crc !== recordCrc) {',
    replace: 'if (false) {',
    seeds: 40,
    settings: ROT,
  },
  {
    name: 'rot in a snapshot file is not noticed',
    file: 'storage/dist/snap/snap-file.js',
    find: 'if (crc !== file.crc) {',
    replace: 'if (false) {',
    seeds: 60,
    settings: { ...ROT, snapshotCount: 50, operations: { put: 1, v2Put: 5, v2Post: 2 } },
  },
  {
    name: 'damage is not said where',
    file: 'storage/dist/wal/errors.js',
    find: 'place.file === undefined',
    replace: 'true',
    seeds: 20,
    settings: ROT,
  },
  {
    name: 'a v2 watcher misses an event',
    file: 'v2store/dist/watcher-hub.js',
    find: 'if (event.node.modifiedIndex >= watcher.sinceIndex)',
    replace: 'if (event.node.modifiedIndex >= watcher.sinceIndex && event.node.modifiedIndex % 97 !== 0)',
    seeds: 20,
    settings: V2_WATCHES,
  },
  {
    name: 'the v2 history forgets an event too early',
    file: 'v2store/dist/event-history.js',
    find: 'if (index < this.#startIndex)',
    replace: 'if (index < this.#startIndex + 500 && this.#size === 1000)',
    seeds: 20,
    settings: V2_WATCHES,
  },
  {
    name: 'v2 keys expire before their time',
    file: 'server/dist/apply/v2-apply.js',
    find: 'momentFromUnixNano(request.time)',
    replace: 'momentFromUnixNano(request.time + 2000000000n)',
    seeds: 20,
    settings: V2_WATCHES,
  },
  {
    name: 'hashes of different revisions are compared',
    file: 'server/dist/corruption/monitor.js',
    find: 'askAll(asking, hashRevision)',
    replace: 'askAll(asking, 0)',
    seeds: 20,
    settings: { ...STORM, corruptCheckMs: 1000 },
  },
  {
    name: 'a hash counts what a compaction is about to remove',
    file: 'storage/dist/mvcc/revision-hash.js',
    find: 'compaction.pendingInto(skip);',
    replace: '',
    seeds: 40,
    settings: HASHES,
  },
];
