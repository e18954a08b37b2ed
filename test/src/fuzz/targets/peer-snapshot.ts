// The body of a snapshot between members: a message and the store behind it, cut anywhere, at the pace of a slow sink.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Random } from '@quorate/base';
import { DecodeError, RaftMessage } from '@quorate/proto';
import {
  encodeSnapshotHead,
  receiveSnapshot,
  type SinkEvents,
} from '../../../../packages/server/dist/peer/snapshot-body.js';
import type { FuzzTarget } from '../target.ts';
import { hostileMessage } from './raft.ts';

/** How a body ends besides well. */
const ENDS = ['end', 'end', 'end', 'aborted', 'error', 'full', 'end', 'given up'] as const;

/** A body that stops when it is told to. */
class Body extends EventEmitter {
  readonly #pieces: Buffer[];
  readonly #end: () => void;
  #isPaused = false;
  #isRunning = false;

  constructor(pieces: readonly Buffer[], end: () => void) {
    super();
    this.#pieces = [...pieces];
    this.#end = end;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (!this.#isPaused) {
      const piece = this.#pieces.shift();
      if (piece === undefined) {
        this.#isPaused = true;
        this.#end();
        break;
      }
      this.emit('data', piece);
    }
    this.#isRunning = false;
  }
}

const settled = Promise.resolve();

interface Outcome {
  readonly message: Buffer | undefined;
  readonly stored: Buffer;
}

/** @param slowEvery one of so many pieces fills the sink up */
async function receive(
  content: Buffer,
  pieceBytes: number,
  end: (typeof ENDS)[number],
  slowEvery: number,
): Promise<Outcome> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; at += pieceBytes) pieces.push(content.subarray(at, at + pieceBytes));
  const stored: Buffer[] = [];
  const abort = end === 'given up' ? new AbortController() : undefined;
  let abandoned = 0;
  let finished = 0;
  let events: SinkEvents | undefined;
  const body = new Body(pieces, () => {
    if (end === 'error') body.emit('error', new Error('reset'));
    else if (end === 'full') events?.failed(new Error('no space left'));
    else if (end === 'given up') abort?.abort(new Error('another snapshot came'));
    else body.emit(end);
  });
  const receiving = receiveSnapshot(
    body,
    (given) => {
      events = given;
      return {
        write: (chunk) => {
          assert.equal(abandoned + finished, 0, 'nothing is written behind the end');
          stored.push(Buffer.from(chunk));
          if (slowEvery === 0 || stored.length % slowEvery > 0) return true;
          void settled.then(given.drained);
          return false;
        },
        finish: async () => {
          finished++;
        },
        abandon: () => abandoned++,
      };
    },
    abort?.signal,
  );
  body.resume();
  try {
    const { message, bytes } = await receiving;
    assert.equal(end, 'end', 'only what came whole is taken');
    assert.ok(finished === 1 && abandoned === 0, 'a store that came whole is kept');
    const store = Buffer.concat(stored);
    assert.equal(bytes, store.length);
    return { message: encoded(message), stored: store };
  } catch (error) {
    if (
      !(error instanceof DecodeError || error instanceof RangeError) &&
      (error as Error).constructor !== Error
    )
      throw error;
    assert.equal(abandoned, 1, 'a store that did not come whole is given up');
    return { message: undefined, stored: Buffer.concat(stored) };
  }
}

/** Empty for a message with numbers that are not sent on. */
function encoded(message: RaftMessage): Buffer {
  try {
    return RaftMessage.encode(message);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return Buffer.alloc(0);
  }
}

async function converse(input: Buffer): Promise<void> {
  const [piece = 0, how = 0] = input;
  const content = input.subarray(2);
  const end = ENDS[how & 7] as (typeof ENDS)[number];
  const pieces = await receive(content, 1 + piece, end, how >> 4);
  const whole = await receive(content, Math.max(1, content.length), end, 0);
  assert.equal(pieces.message === undefined, whole.message === undefined, 'the cuts make no difference');
  if (pieces.message === undefined || whole.message === undefined) return;
  assert.ok(pieces.message.equals(whole.message) && pieces.stored.equals(whole.stored), 'nor in what comes');
  assert.ok(
    content.subarray(content.length - whole.stored.length).equals(whole.stored),
    'the store is what was sent',
  );
}

function generate(random: Random): Buffer {
  const store = random.fill(Buffer.alloc(random.nextBelow(300)));
  let head = encodeSnapshotHead(RaftMessage.create({ type: 7 }));
  try {
    head = encodeSnapshotHead(hostileMessage(random));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return Buffer.concat([Buffer.from([random.nextBelow(256), random.nextBelow(256)]), head, store]);
}

export const targets: readonly FuzzTarget[] = [
  {
    name: 'peer-snapshot',
    run: converse,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => [Buffer.alloc(12), Buffer.alloc(9)],
    generate,
  },
];
