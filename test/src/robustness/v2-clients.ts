// Clients of the v2 API over HTTP.
import { V2Client as Http, V2Error, type V2Event } from '@quorate/client';
import { Draw, type Operation } from '@quorate/testkit';
import { sleep } from '../harness/cluster.ts';
import type { RobustMember } from './member.ts';
import { describe, outcomeOf } from './outcomes.ts';
import type { V2Log } from './v2-log.ts';
import type { World } from './world.ts';

const OPERATIONS_PER_KEY = 30;
const KEYS = 6;
const THINK_MEAN_MS = 60;
const WEIGHTS = { v2Put: 3, v2Get: 3, v2Delete: 1, v2Swap: 2, v2Create: 1, v2Post: 1 } as const;
type Kind = keyof typeof WEIGHTS;

const KEY_NOT_FOUND = 100;
const TEST_FAILED = 101;
const NODE_EXISTS = 105;
/** Codes from here on are the cluster's troubles, not answers. */
const RAFT_INTERNAL = 300;

export class V2Load {
  readonly #world: World;
  readonly #log: V2Log;
  readonly #members: readonly RobustMember[];
  readonly #draw: Draw;
  /** Last value known of a key. */
  readonly #known = new Map<string, string>();
  /** Values of in-order creations that were acknowledged. */
  readonly posted: string[] = [];
  #stopped = false;

  constructor(world: World, log: V2Log, members: readonly RobustMember[], number: number) {
    this.#world = world;
    this.#log = log;
    this.#members = members;
    this.#draw = new Draw(world.seed, 'v2 client', number);
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    let member = this.#draw.pick(this.#members);
    let client = new Http({ endpoints: [member.url] });
    while (!this.#stopped) {
      await sleep(this.#draw.exponential(THINK_MEAN_MS));
      if (this.#draw.chance(0.05)) {
        member = this.#draw.pick(this.#members);
        client = new Http({ endpoints: [member.url] });
      }
      await this.#next(client, member.name);
    }
  }

  async #next({ keys }: Http, home: string): Promise<void> {
    const draw = this.#draw;
    const kind = draw.weighted<Kind>(WEIGHTS) ?? 'v2Put';
    const number = this.#world.nextNumber();
    const epoch = `e${String(Math.floor(number / (KEYS * OPERATIONS_PER_KEY))).padStart(5, '0')}`;
    const path = `/${epoch}/k${draw.whole(0, KEYS - 1)}`;
    const register: Operation['registers'][number] = { key: `v2${path}`, kind: 'read' };
    const value = `v${number}`;
    const known = this.#known.get(path);
    if (kind === 'v2Swap' && known === undefined) return;
    this.#world.count(`operation ${kind}`);
    const begin = (text: string, change: Partial<typeof register>): Operation => {
      const operation = this.#world.begin(number, kind, text, `${home}/v2`);
      if (kind !== 'v2Post') operation.registers.push(Object.assign(register, change));
      return operation;
    };
    const settings = { deadlineMs: performance.now() + draw.between(500, 5000) };
    switch (kind) {
      case 'v2Get':
        return this.#send(begin(`v2 get ${path}`, { kind: 'read' }), [KEY_NOT_FOUND], async () => {
          const event = await keys.get(path, { quorum: true }, settings);
          register.result = { ok: true, seen: event.node.value };
          this.#known.set(path, event.node.value ?? '');
          return event;
        });
      case 'v2Delete':
        return this.#send(begin(`v2 delete ${path}`, { kind: 'remove' }), [KEY_NOT_FOUND], async () => {
          const event = await keys.delete(path, {}, settings);
          register.result = { ok: true };
          return event;
        });
      case 'v2Swap': {
        const operation = begin(`v2 swap ${path} ${known} for ${value}`, {
          kind: 'swap',
          value,
          expected: known as string,
        });
        return this.#send(operation, [KEY_NOT_FOUND, TEST_FAILED], () =>
          this.#set(register, path, keys.set(path, value, { prevValue: known as string }, settings)),
        );
      }
      case 'v2Create':
        return this.#send(begin(`v2 create ${path}=${value}`, { kind: 'create', value }), [NODE_EXISTS], () =>
          this.#set(register, path, keys.set(path, value, { prevExist: false }, settings)),
        );
      case 'v2Post':
        return this.#send(begin(`v2 post ${value}`, {}), [], async () => {
          const event = await keys.createInOrder('/queue', value, {}, settings);
          this.posted.push(value);
          return event;
        });
      default:
        return this.#send(begin(`v2 put ${path}=${value}`, { kind: 'write', value }), [], () =>
          this.#set(register, path, keys.set(path, value, {}, settings)),
        );
    }
  }

  async #set(
    register: Operation['registers'][number],
    path: string,
    answer: Promise<V2Event>,
  ): Promise<V2Event> {
    const event = await answer;
    register.result = { ok: true };
    this.#known.set(path, event.node.value ?? '');
    return event;
  }

  /** `expected`: codes that are answers to this question. */
  async #send(operation: Operation, expected: readonly number[], ask: () => Promise<V2Event>): Promise<void> {
    try {
      const event = await ask();
      if (event.action !== 'get') this.#log.acknowledged(event, operation);
      this.#world.settle(operation, 'ok', `${event.action} at ${event.node.modifiedIndex}`);
    } catch (error) {
      if (!(error instanceof V2Error) || error.errorCode >= RAFT_INTERNAL) {
        this.#world.settle(operation, outcomeOf(error), describe(error));
        return;
      }
      if (!expected.includes(error.errorCode))
        this.#world.report('v2', `#${operation.number} ${operation.text} was answered with ${error.message}`);
      const register = operation.registers[0];
      if (register !== undefined) {
        const isMissing = error.errorCode === KEY_NOT_FOUND;
        if (register.kind === 'read') register.result = { ok: true, seen: undefined };
        else register.result = isMissing ? { ok: false, seen: undefined } : { ok: false };
      }
      this.#world.settle(operation, 'ok', error.message);
    }
  }
}
