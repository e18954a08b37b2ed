import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FatalError } from '@quorate/base';
import { MvccError, MvccErrorKind, type MvccStore, type RevisionHash } from '@quorate/storage';
import { silentLogger } from '../member/logger.ts';
import type { ClusterMember } from '../membership/cluster-member.ts';
import type { PeerAnswer, PeerHttpClient, PeerRequest } from '../peer/http-client.ts';
import { UNKNOWN_MEMBER } from './alarm.ts';
import { differences } from './compare.ts';
import { checkInitially } from './initial-check.ts';
import { answerHash, createHashAsker, type HashAnswer, type PeerHash } from './peer-hash.ts';

const CLUSTER = 0xabcn;

function storeWith(answer: RevisionHash | MvccErrorKind): MvccStore {
  const hashByRevision = (): Promise<RevisionHash> =>
    typeof answer === 'string' ? Promise.reject(new MvccError(answer)) : Promise.resolve(answer);
  return { hashByRevision } as unknown as MvccStore;
}

const found: RevisionHash = { hash: 4242, compactRevision: -1, hashRevision: 5, currentRevision: 7 };
const ask = (body: string, store = storeWith(found), cluster = '') =>
  answerHash(store, CLUSTER, cluster, Buffer.from(body));

test("a hash is answered in the form of Go's encoding/json", async () => {
  assert.deepEqual(await ask('{"revision":5}'), {
    status: 200,
    body: '{"header":{"revision":7},"hash":4242,"compact_revision":-1,"hash_revision":5}',
  });
  assert.equal((await ask('{}')).status, 200);
  assert.equal((await ask('null', undefined, 'abc')).status, 200);
});

test('what is no question, or cannot be answered, has etcd’s status and words', async () => {
  const bad = { status: 400, body: 'error unmarshalling request' };
  for (const body of ['', '{', '[]', '7', '{"revision":"5"}', '{"revision":1.5}']) {
    assert.deepEqual(await ask(body), bad, body);
  }
  assert.deepEqual(await ask('{}', storeWith(MvccErrorKind.compacted)), {
    status: 400,
    body: 'mvcc: required revision has been compacted',
  });
  assert.deepEqual(await ask('{}', storeWith(MvccErrorKind.futureRevision)), {
    status: 400,
    body: 'mvcc: required revision is a future revision',
  });
  assert.deepEqual(await ask('{}', storeWith(found), 'abd'), { status: 412, body: 'cluster ID mismatch' });
  assert.equal((await ask('{}', storeWith(MvccErrorKind.closed))).status, 500);
});

/** A client whose members answer by URL. */
function clientOf(answers: Readonly<Record<string, Partial<PeerAnswer> & { text?: string }>>): {
  client: PeerHttpClient;
  asked: string[];
} {
  const asked: string[] = [];
  const fetch = (request: PeerRequest): Promise<PeerAnswer> => {
    asked.push(`${request.url}${request.path} ${Buffer.from(request.body ?? []).toString()}`.trim());
    const answer = answers[`${request.url}${request.path}`];
    if (answer === undefined) return Promise.reject(new Error('connect ECONNREFUSED'));
    return Promise.resolve({ status: 200, headers: {}, body: Buffer.from(answer.text ?? ''), ...answer });
  };
  return { client: { fetch } as unknown as PeerHttpClient, asked };
}

const question = { clusterId: CLUSTER, revision: 5, timeoutMs: 100, probe: false };

test('a member is asked at one URL after the other, and its answers are told apart', async () => {
  const path = '/members/hashkv';
  const { client, asked } = clientOf({
    [`b${path}`]: { text: '{"header":{"revision":9},"hash":1,"compact_revision":3}' },
    [`c${path}`]: { status: 400, text: 'mvcc: required revision has been compacted\n' },
    [`d${path}`]: { status: 400, text: 'mvcc: required revision is a future revision\n' },
    [`e${path}`]: { text: '{"header":{}}', headers: { 'x-etcd-cluster-id': 'def' } },
    [`f${path}`]: { text: '{"hash":"1"}' },
    [`g${path}`]: { text: '{"header":{"member_id":14841639068965178418}}' },
    'h/version': { status: 503, text: 'the member is starting\n' },
  });
  const askHash = createHashAsker(client);
  const answerOf = (urls: string[], probe = false): Promise<HashAnswer> =>
    askHash({ ...question, urls, probe });
  assert.deepEqual(await answerOf(['a', 'b']), {
    kind: 'hash',
    url: 'b',
    found: { hash: 1, compactRevision: 3, revision: 9 },
  });
  assert.deepEqual(asked, [`a${path} {"revision":5}`, `b${path} {"revision":5}`]);
  assert.deepEqual(await answerOf(['c']), { kind: 'compacted' });
  assert.deepEqual(await answerOf(['d']), { kind: 'future' });
  assert.deepEqual(await answerOf(['e']), { kind: 'failed', error: 'cluster ID mismatch' });
  assert.equal((await answerOf(['f'])).kind, 'failed');
  assert.equal((await answerOf(['g'])).kind, 'hash');
  assert.deepEqual(await answerOf(['h'], true), { kind: 'failed', error: 'the member is starting' });
  assert.deepEqual(await answerOf([]), { kind: 'failed', error: 'the member has no URL' });
});

function compared(answers: readonly PeerHash[], own: Partial<PeerHash> = {}, members = answers.length + 1) {
  return differences({
    localId: 1n,
    own: { hash: 10, compactRevision: -1, revision: 5, ...own },
    revision: 8,
    compactRevision: 2,
    answers: new Map(answers.map((answer, at) => [BigInt(at + 2), answer])),
    members,
  }).map(({ id }) => id);
}
const peer = (hash: number, compactRevision = -1, revision = 5): PeerHash => ({
  hash,
  compactRevision,
  revision,
});

test('members whose data differs are named when there is a majority', () => {
  assert.deepEqual(compared([]), []);
  assert.deepEqual(compared([peer(10), peer(10, -1, 8)]), []);
  assert.deepEqual(compared([peer(10), peer(11)]), [3n], 'a follower');
  assert.deepEqual(compared([peer(11), peer(11)]), [1n], 'the leader itself');
  assert.deepEqual(compared([peer(11)]), [UNKNOWN_MEMBER], 'one against one');
  assert.deepEqual(compared([peer(11), peer(12)]), [UNKNOWN_MEMBER], 'nobody agrees');
  assert.deepEqual(compared([peer(10), peer(11)], {}, 5), [UNKNOWN_MEMBER], 'two of five are no majority');
  assert.deepEqual(compared([peer(11, 2), peer(10)]), [], 'compacted elsewhere: not comparable');
  assert.deepEqual(compared([peer(10, -1, 9), peer(10)]), [2n], 'ahead of the leader');
  assert.deepEqual(compared([peer(10, 3), peer(10)]), [2n], 'compacted more than the leader');
});

async function initialCheck(answers: readonly HashAnswer[]): Promise<void> {
  const members = [1, 2, 3].map(
    (id) => ({ id: BigInt(id), peerURLs: [`m${id}`] }) as unknown as ClusterMember,
  );
  const store = storeWith({ hash: 10, compactRevision: -1, hashRevision: 5, currentRevision: 5 });
  await checkInitially(
    { memberId: 1n, clusterId: CLUSTER, kv: store, members },
    {
      timeoutMs: 100,
      logger: silentLogger,
      ask: ({ urls, revision, probe }) => {
        assert.equal(revision, 5);
        assert.equal(probe, true);
        return Promise.resolve(answers[Number((urls[0] as string).slice(1)) - 2] as HashAnswer);
      },
    },
  );
}
const answered = (hash: number, compactRevision = -1): HashAnswer => ({
  kind: 'hash',
  url: '',
  found: { hash, compactRevision, revision: 9 },
});

test('a member starts unless a peer has other data of the same revisions', async () => {
  await initialCheck([answered(10), answered(10)]);
  await initialCheck([{ kind: 'failed', error: 'refused' }, { kind: 'compacted' }]);
  await initialCheck([{ kind: 'future' }, answered(11, 4)]);
  await assert.rejects(
    initialCheck([answered(10), answered(11)]),
    (error) => error instanceof FatalError && error.message === '1 found data inconsistency with peers',
  );
});
