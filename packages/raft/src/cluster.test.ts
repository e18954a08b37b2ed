// Safety under an adversary, then liveness after it: fixed seeds, every setting that changes the protocol.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { runAdversary } from './testing/adversary.ts';
import type { ClusterSettings } from './testing/cluster.ts';

/** More seeds and longer runs on demand: RAFT_ADVERSARY=20 multiplies the seeds. */
const FACTOR = Number(process.env['RAFT_ADVERSARY'] ?? '1');

const VARIANTS: ReadonlyArray<{ name: string; settings: ClusterSettings; confChanges: boolean }> = [
  { name: 'plain elections', settings: {}, confChanges: false },
  { name: 'check-quorum and pre-vote', settings: { checkQuorum: true, preVote: true }, confChanges: false },
  {
    name: 'asynchronous storage writes',
    settings: { asyncStorageWrites: true, preVote: true },
    confChanges: false,
  },
  {
    name: 'membership changes',
    settings: { checkQuorum: true, preVote: true },
    confChanges: true,
  },
  {
    name: 'membership changes, asynchronous storage writes, stepping down on removal',
    settings: { checkQuorum: true, preVote: true, asyncStorageWrites: true, stepDownOnRemoval: true },
    confChanges: true,
  },
  {
    name: 'commit news deferred',
    settings: { checkQuorum: true, preVote: true, deferCommitNews: true },
    confChanges: true,
  },
  {
    name: 'small windows and one entry a Ready',
    settings: {
      maxInflightMessages: 1,
      maxSizePerMessage: 1,
      maxCommittedSizePerReady: 1,
      maxUncommittedSize: 64,
      checkQuorum: true,
      preVote: true,
    },
    confChanges: false,
  },
];

for (const { name, settings, confChanges } of VARIANTS) {
  test(`safety and recovery under loss, reordering and crashes: ${name}`, () => {
    let committed = 0;
    let crashes = 0;
    let reads = 0;
    for (let seed = 1; seed <= 6 * FACTOR; seed++) {
      for (const nodes of [3, 5]) {
        try {
          const report = runAdversary({
            seed,
            nodes: confChanges ? nodes + 2 : nodes,
            voters: nodes,
            events: 20_000,
            settings,
            confChanges,
          });
          committed += report.committed;
          crashes += report.crashes;
          reads += report.reads;
        } catch (error) {
          throw new Error(`seed ${seed} with ${nodes} nodes`, { cause: error });
        }
      }
    }
    assert.ok(committed > 1_000 * FACTOR, `the runs made progress: ${committed} entries`);
    assert.ok(crashes > 300 * FACTOR, `the runs crashed nodes: ${crashes}`);
    assert.ok(reads > 200 * FACTOR, `the runs answered reads: ${reads}`);
  });
}
