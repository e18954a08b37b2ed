// The whole way through a v3 discovery service that answers anything: sizes, lists, registrations, watches, errors in the
// place of each. It ends with an initial cluster, or with words. (What a connection makes of bytes is for h2-client.)
import assert from 'node:assert/strict';
import { type Clock, FatalError, GrpcCode, type Random, systemClock, utf8Bytes } from '@quorate/base';
import {
  AuthenticateResponse,
  PutResponse,
  RangeResponse,
  ResponseHeader,
  WatchResponse,
} from '@quorate/proto';
import { type ChannelState, type ClientStream, GrpcError } from '@quorate/wire';
import { DiscoveryFailure } from '../../../../packages/server/dist/bootstrap/discovery/failures.js';
import { joinRegistry } from '../../../../packages/server/dist/bootstrap/discovery/join-registry.js';
import type { V3Channel } from '../../../../packages/server/dist/bootstrap/discovery/v3-client.js';
import { V3Registry } from '../../../../packages/server/dist/bootstrap/discovery/v3-registry.js';
import { parseInitialCluster } from '../../../../packages/server/dist/bootstrap/urls.js';
import { silentLogger } from '../../../../packages/server/dist/member/logger.js';
import { accepts, type FuzzTarget } from '../target.ts';

const SELF = { id: '1f', value: 'a=http://a:1' };
const MEMBERS = '/_etcd/registry/t/members/';
const CALL_TIMEOUT_MS = 20_000;

/** What comes next: a message, or an error. The last one ends discovery. */
class Script {
  readonly #input: Buffer;
  #at = 1;

  constructor(input: Buffer) {
    this.#input = input;
  }

  /** Items: a code (0 for a message), two bytes of length, and the message or the error's text. */
  next(): { readonly code: number; readonly bytes: Buffer } {
    if (this.#at + 3 > this.#input.length)
      return { code: GrpcCode.PermissionDenied, bytes: Buffer.from('end') };
    const code = (this.#input[this.#at] as number) % 17;
    const start = this.#at + 3;
    this.#at = start + this.#input.readUInt16LE(this.#at + 1);
    return { code, bytes: this.#input.subarray(start, this.#at) };
  }
}

/** A connection on which the script is all that ever comes. */
class ScriptedChannel implements V3Channel {
  state: ChannelState = 'ready';
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  async ready(): Promise<void> {}

  async unary(): Promise<Uint8Array> {
    const { code, bytes } = this.#script.next();
    if (code !== GrpcCode.OK) throw new GrpcError(code, bytes.toString('latin1'));
    return bytes;
  }

  stream(): ClientStream {
    return new ScriptedStream(this.#script);
  }

  close(): void {
    this.state = 'closed';
  }
}

class ScriptedStream implements ClientStream {
  onHeaders: ClientStream['onHeaders'] = undefined;
  onMessage: ClientStream['onMessage'] = undefined;
  onEnd: ClientStream['onEnd'] = undefined;
  onDrain: ClientStream['onDrain'] = undefined;
  readonly bufferedBytes = 0;
  ended = false;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  /** What is asked is answered: messages up to an error, or until nobody listens any longer. */
  send(): boolean {
    queueMicrotask(() => this.#tell());
    return true;
  }

  halfClose(): void {}

  cancel(): void {
    this.#end(GrpcCode.Canceled, 'cancelled');
  }

  pause(): void {}
  resume(): void {}

  #tell(): void {
    if (this.ended) return;
    const { code, bytes } = this.#script.next();
    if (code !== GrpcCode.OK) {
      this.#end(code, bytes.toString('latin1'));
      return;
    }
    this.onMessage?.(bytes);
    // Whoever has heard enough gets to say so first.
    afterwards(() => this.#tell());
  }

  #end(code: number, message: string): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd?.({ code, message, metadata: new Map() });
  }
}

/**
 * When all promises that are settled have been acted upon: a tick of Node.js asked for in a microtask comes behind all of
 * these. A turn of the event loop comes there too, and takes many times as long.
 */
function afterwards(fn: () => void): void {
  queueMicrotask(() => process.nextTick(fn));
}

/** Pauses are over at once. */
const hurriedClock: Clock = {
  ...systemClock,
  setTimer(_delayMs, fn) {
    let isCancelled = false;
    afterwards(() => {
      if (!isCancelled) fn();
    });
    return {
      cancel: () => {
        isCancelled = true;
      },
    };
  },
};

async function join(input: Buffer): Promise<void> {
  const script = new Script(input);
  const how = input[0] ?? 0;
  const registry = new V3Registry({
    token: 't',
    endpoints: ['a:1'],
    dialTimeoutMs: CALL_TIMEOUT_MS,
    requestTimeoutMs: CALL_TIMEOUT_MS,
    keepaliveTimeMs: CALL_TIMEOUT_MS,
    keepaliveTimeoutMs: CALL_TIMEOUT_MS,
    tls: {},
    secure: false,
    user: (how & 1) === 0 ? '' : 'u',
    password: 'p',
    clock: systemClock,
    connect: () => new ScriptedChannel(script),
  });
  try {
    const text = await joinRegistry(registry, SELF, {
      clock: hurriedClock,
      logger: silentLogger,
      resuming: (how & 2) !== 0,
    });
    let names = 0;
    accepts(() => (names = parseInitialCluster(text).size), FatalError);
    assert.ok(names > 0, 'what was found is an initial cluster');
  } catch (error) {
    if (!(error instanceof DiscoveryFailure)) throw error;
    assert.ok(error.message.length > 0, 'a failure says why');
  } finally {
    registry.close();
  }
}

function item(code: number, bytes: Uint8Array): Buffer {
  const head = Buffer.from([code, 0, 0]);
  head.writeUInt16LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

const header = ResponseHeader.create({ revision: 7 });

function list(entries: readonly (readonly [key: string, value: string])[]): Buffer {
  const kvs = entries.map(([key, value], at) => ({
    key: utf8Bytes(key),
    value: utf8Bytes(value),
    createRevision: at + 1,
    modRevision: at + 1,
    version: 1,
    lease: 0n,
  }));
  return RangeResponse.encode(RangeResponse.create({ header, kvs: kvs as never, count: kvs.length }));
}

const VALUES = [
  'a=http://a:1',
  'b=http://b:1',
  'a=http://b:1',
  'b=http://a:1,c=http://c:1',
  'b',
  '=',
  'b=x',
  '',
];

function generate(random: Random): Buffer {
  const below = (bound: number): number => random.nextBelow(bound);
  const parts: Buffer[] = [Buffer.from([below(4)])];
  if ((parts[0]?.[0] as number) & 1)
    parts.push(item(0, AuthenticateResponse.encode(AuthenticateResponse.create({ token: 'x' }))));
  const size = ['1', '2', '3', '0', 'x', '1000000000', ''][below(below(4) === 0 ? 7 : 2)] as string;
  const members = (count: number): Buffer =>
    list(
      Array.from({ length: count }, (_, at) => {
        const self = at === 0 && below(4) > 0;
        const value = self ? SELF.value : (VALUES[below(8)] as string);
        return [MEMBERS + (self ? SELF.id : String(below(4))), value] as const;
      }),
    );
  const look = (count: number): void => {
    if (below(8) === 0) parts.push(item(below(17), Buffer.from('etcdserver: invalid auth token')));
    parts.push(item(0, list([['size', size]])), item(0, members(count)));
  };
  look(below(2));
  parts.push(item(below(8) === 0 ? below(17) : 0, PutResponse.encode(PutResponse.create({ header }))));
  for (let left = below(4); left >= 0; left--) {
    look(below(4));
    const event = WatchResponse.create({
      header,
      events: below(2) === 0 ? [{ type: 0, kv: undefined, prevKv: undefined }] : [],
    });
    if (below(4) === 0)
      Object.assign(event, { canceled: true, compactRevision: below(2), cancelReason: 'why' });
    parts.push(item(0, WatchResponse.encode(event)));
    if (below(2) === 0) parts.push(item(below(17), Buffer.from('over')));
  }
  return Buffer.concat(parts);
}

export const targets: readonly FuzzTarget[] = [
  { name: 'discovery-v3', run: join, maxBytes: 2048, memoryBytes: 16 << 20, seeds: () => [], generate },
];
