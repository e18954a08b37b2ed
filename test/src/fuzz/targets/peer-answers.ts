// What other members answer to questions over HTTP: who belongs to the cluster, versions, hashes, leases, promotions, times.
import assert from 'node:assert/strict';
import { AssertionError, EtcdError, type Random } from '@quorate/base';
import { LeaseInternalResponse, LeaseKeepAliveResponse } from '@quorate/proto';
import { createHashAsker } from '../../../../packages/server/dist/corruption/peer-hash.js';
import { silentLogger } from '../../../../packages/server/dist/member/logger.js';
import {
  type Call,
  type PeerAnswer,
  PeerHttpClient,
} from '../../../../packages/server/dist/peer/http-client.js';
import { createInquirer } from '../../../../packages/server/dist/peer/inquirer.js';
import {
  leaseTimeToLive,
  promoteMember,
  renewLease,
} from '../../../../packages/server/dist/peer/peer-questions.js';
import { Prober } from '../../../../packages/server/dist/peer/prober.js';
import { UrlPicker } from '../../../../packages/server/dist/peer/url-picker.js';
import { FakeClock } from '../../../../packages/wire/dist/testing/fake-clock.js';
import type { FuzzTarget } from '../target.ts';
import { randomMessage } from './proto.ts';

const STATUS = [200, 200, 200, 400, 404, 408, 412, 500];
const LEASE = 5n;
const URLS = ['http://a:1'];

/** Every question gets the same answer. */
class AnsweredClient extends PeerHttpClient {
  answer: PeerAnswer = { status: 200, headers: {}, body: Buffer.alloc(0) };

  override async fetch(): Promise<PeerAnswer> {
    return this.answer;
  }

  override ask(
    _request: unknown,
    done: (error: Error | undefined, answer: PeerAnswer | undefined) => void,
  ): Call {
    done(undefined, this.answer);
    return { cancel: () => undefined };
  }
}

const client = new AnsweredClient();
const inquirer = createInquirer(client, silentLogger);
const askHash = createHashAsker(client);

/** These questions may be refused with any error but those of mistakes. */
async function mayFail(asking: Promise<unknown>): Promise<void> {
  try {
    await asking;
  } catch (error) {
    assert.ok(error instanceof Error, 'an error is thrown');
    for (const mistake of [TypeError, ReferenceError, AssertionError])
      if (error instanceof mistake) throw error;
    assert.ok(error.message.length > 0 || error instanceof EtcdError, 'an error says why');
  }
}

const QUESTIONS: readonly (() => Promise<void>)[] = [
  async () => {
    const cluster = await inquirer.members(URLS, 1);
    for (const { id, name, peerURLs, clientURLs } of cluster?.members ?? []) {
      assert.ok(typeof id === 'bigint' && id >= 0n && id < 2n ** 64n, 'an id has 64 bits');
      assert.equal(typeof name, 'string');
      for (const url of [...peerURLs, ...clientURLs]) assert.equal(typeof url, 'string');
    }
  },
  async () => {
    const versions = await inquirer.versions(URLS);
    if (versions !== undefined)
      assert.equal(typeof versions.server + typeof versions.cluster, 'stringstring');
  },
  async () => {
    const probe = { urls: URLS, clusterId: 2n, revision: 1, timeoutMs: 1, probe: true };
    const answer = await askHash(probe);
    if (answer.kind !== 'hash') return;
    for (const value of Object.values(answer.found))
      assert.ok(Number.isInteger(value), 'hashes are integers');
  },
  () => mayFail(renewLease(client, URLS, LEASE)),
  () => mayFail(leaseTimeToLive(client, URLS, LEASE, true)),
  () => mayFail(promoteMember(client, URLS, 1n)),
  async () => {
    const clock = new FakeClock();
    const picker = new UrlPicker(URLS);
    const prober = new Prober({
      peerId: 1n,
      client,
      picker,
      clock,
      logger: silentLogger,
      measured: () => undefined,
    });
    clock.advance(60_000);
    prober.sweep(clock.nowMs());
    assert.ok(!Number.isNaN(prober.rttMs) && !Number.isNaN(prober.clockSkewMs), 'times are numbers');
    prober.stop();
  },
];

/** The question, the status, the length of the cluster's id in the header, that id, and the body. */
async function ask(input: Buffer): Promise<void> {
  const [question = 0, status = 0, idLength = 0] = input;
  const start = 3 + Math.min(idLength, 32);
  const clusterId = input.toString('latin1', 3, start);
  client.answer = {
    status: STATUS[status % STATUS.length] as number,
    headers: idLength === 0 ? {} : { 'x-etcd-cluster-id': clusterId },
    body: input.subarray(start),
  };
  await (QUESTIONS[question % QUESTIONS.length] as () => Promise<void>)();
}

const TEXTS = [
  '[{"id":10276657743932975437,"peerURLs":["http://a:1"],"name":"a","clientURLs":["http://a:2"]}]',
  '{"etcdserver":"3.4.23","etcdcluster":"3.4.0"}',
  '{"header":{"revision":9},"hash":7,"compact_revision":3}',
  '',
  '',
  'etcdserver: can only promote a learner member which is in sync with leader',
  '{"OK":true,"Now":"2030-01-01T00:00:00.5Z"}',
];

function input(question: number, status: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([question, status, 1]), Buffer.from('2'), body]);
}

function generate(random: Random): Buffer {
  const question = random.nextBelow(QUESTIONS.length);
  const ID = random.nextBelow(2) === 0 ? LEASE : 6n;
  let body: Uint8Array = Buffer.from(TEXTS[question] as string);
  if (question === 3) {
    body = LeaseKeepAliveResponse.encode({
      ...(randomMessage(random, LeaseKeepAliveResponse as never) as LeaseKeepAliveResponse),
      ID,
    });
  } else if (question === 4) {
    const message = randomMessage(random, LeaseInternalResponse as never) as LeaseInternalResponse;
    if (message.leaseTimeToLiveResponse !== undefined) message.leaseTimeToLiveResponse.ID = ID;
    body = LeaseInternalResponse.encode(message);
  }
  return input(question, random.nextBelow(STATUS.length), body);
}

export const targets: readonly FuzzTarget[] = [
  {
    name: 'peer-answers',
    run: ask,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => TEXTS.map((body, question) => input(question, 0, Buffer.from(body))),
    words: [
      '"hash":',
      '"revision":',
      '"header":null',
      '"Now":',
      'null',
      '[',
      ']',
      '{',
      '}',
      '1e400',
      '"id":',
      '"etcdcluster":',
    ],
    generate,
  },
];
