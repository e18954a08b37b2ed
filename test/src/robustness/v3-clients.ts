// Clients of the v3 API: each asks for one thing after the other, of a member of its choice or of several, over gRPC or
// the gateway, and never asks twice for the same write.
import { latin1Key } from '@quorate/base';
import { KeyValue, type RangeRequest, type TxnResponse } from '@quorate/proto';
import { Draw, type Operation, requests, type TrackedLease } from '@quorate/testkit';
import { sleep } from '../harness/cluster.ts';
import type { RobustMember } from './member.ts';
import { describe, outcomeOf } from './outcomes.ts';
import { GatewayAccess, GrpcAccess, type V3Access } from './v3-access.ts';
import type { World } from './world.ts';

const { bytes, deletion, put, putAll, range, swap } = requests;

/** Operations on a set of keys before others are used: keeps the histories of single keys short. */
const OPERATIONS_PER_KEY = 30;
const KEYS = 6;
const THINK_MEAN_MS = 25;
const WEIGHTS = {
  put: 6,
  get: 6,
  serializableGet: 2,
  range: 2,
  delete: 2,
  deleteRange: 0.5,
  swap: 3,
  multi: 2,
  oldRange: 1,
  lease: 3,
} as const;
type Kind = keyof typeof WEIGHTS;

export class V3Client {
  readonly #world: World;
  readonly #members: readonly RobustMember[];
  readonly #draw: Draw;
  readonly #isGateway: boolean;
  #access: V3Access | undefined;
  #home = '';
  #lease: TrackedLease | undefined;
  #stopped = false;

  constructor(world: World, members: readonly RobustMember[], number: number) {
    this.#world = world;
    this.#members = members;
    this.#draw = new Draw(world.seed, 'v3 client', number);
    this.#isGateway = number % 3 === 2;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      await sleep(this.#draw.exponential(THINK_MEAN_MS));
      if (this.#access === undefined || this.#draw.chance(0.03)) this.#move();
      await this.#next(this.#access as V3Access);
    }
    this.#access?.close();
  }

  /** Turns to another member. */
  #move(): void {
    this.#access?.close();
    const member = this.#draw.pick(this.#members);
    if (this.#isGateway) {
      this.#home = member.name;
      this.#access = new GatewayAccess(member.url);
    } else if (this.#draw.chance(0.3)) {
      this.#home = 'any';
      this.#access = new GrpcAccess(this.#members.map(({ url }) => url));
    } else {
      this.#home = member.name;
      this.#access = new GrpcAccess([member.url]);
    }
  }

  async #next(access: V3Access): Promise<void> {
    const weights = this.#isGateway ? { ...WEIGHTS, lease: 0 } : WEIGHTS;
    const kind = this.#draw.weighted<Kind>(weights) ?? 'put';
    const number = this.#world.nextNumber();
    this.#world.count(`operation ${access.name} ${kind}`);
    const operation = await this.#ask(access, number, kind);
    if (operation === undefined || operation.outcome === 'ok') return;
    if (this.#draw.chance(0.5)) this.#move();
  }

  /** Runs a request to its end; `answered` tells what came of it. */
  async #send<T>(
    operation: Operation,
    request: (timeoutMs: number) => Promise<T>,
    answered: (answer: T) => string,
  ): Promise<Operation> {
    try {
      const answer = await request(this.#draw.whole(500, 5000));
      const text = answered(answer);
      this.#world.settle(operation, 'ok', text);
    } catch (error) {
      this.#world.settle(operation, outcomeOf(error), describe(error));
    }
    return operation;
  }

  #ask(access: V3Access, number: number, kind: Kind): Promise<Operation | undefined> {
    const { log, answers } = this.#world;
    const draw = this.#draw;
    const epoch = `e${String(Math.floor(number / (KEYS * OPERATIONS_PER_KEY))).padStart(5, '0')}`;
    const key = `${epoch}/k${draw.whole(0, KEYS - 1)}`;
    const all = Array.from({ length: KEYS }, (_, at) => `${epoch}/k${at}`);
    const [start, end] = [`${epoch}/`, `${epoch}0`];
    const value = `v${number}${draw.chance(0.05) ? `-${'x'.repeat(draw.whole(100, 3000))}` : ''}`;
    const begin = (text: string): Operation =>
      this.#world.begin(number, kind, text, `${this.#home}/${access.name}`);
    switch (kind) {
      case 'put': {
        const operation = begin(`put ${key}=${value.slice(0, 12)}`);
        operation.values = [value];
        operation.registers.push({ key, kind: 'write', value, result: { ok: true } });
        return this.#send(
          operation,
          (ms) => access.put(put(key, value), ms),
          ({ header }) => this.#changed(operation, header?.revision ?? 0),
        );
      }
      case 'get': {
        const operation = begin(`get ${key}`);
        operation.registers.push({ key, kind: 'read' });
        return this.#read(access, operation, range(key), true);
      }
      case 'serializableGet':
        return this.#read(access, begin(`serializable get ${key}`), range(key), false);
      case 'range': {
        const operation = begin(`range ${start}`);
        for (const one of all) operation.registers.push({ key: one, kind: 'read' });
        return this.#read(access, operation, range(start, end), true);
      }
      case 'oldRange': {
        const revision = Math.max(1, log.last - draw.whole(0, 30));
        return this.#read(access, begin(`range at ${revision}`), range(start, end, revision), true);
      }
      case 'delete':
      case 'deleteRange': {
        const isOne = kind === 'delete';
        const operation = begin(`delete ${isOne ? key : start}`);
        for (const one of isOne ? [key] : all) operation.registers.push({ key: one, kind: 'remove' });
        const scope = isOne ? { start: key, end: '' } : { start, end };
        return this.#send(
          operation,
          (ms) => access.deleteRange(deletion(scope.start, scope.end), ms),
          ({ header, deleted, prevKvs }) => {
            const found = new Set(prevKvs.map((kv) => latin1Key(kv.key)));
            for (const register of operation.registers) register.result = { ok: found.has(register.key) };
            const revision = header?.revision ?? 0;
            operation.revision = revision;
            this.#world.later(() => answers.deletion(operation, scope, { revision, deleted }));
            return `deleted ${deleted} at ${revision}`;
          },
        );
      }
      case 'swap': {
        const current = log.stateAt(key, log.last)?.value;
        const expected = draw.chance(0.8) ? current : undefined;
        const operation = begin(`swap ${key} ${expected?.slice(0, 12)} for ${value.slice(0, 12)}`);
        const register: Operation['registers'][number] = {
          key,
          kind: 'swap',
          value,
          ...(expected === undefined ? {} : { expected }),
        };
        operation.registers.push(register);
        return this.#send(
          operation,
          (ms) => access.txn(swap(key, expected, value), ms),
          (answer) => this.#swapped(operation, register, answer, value),
        );
      }
      case 'multi': {
        const chosen = [...new Set([key, draw.pick(all), draw.pick(all)])];
        const pairs = chosen.map((one, at): [string, string] => [one, `${value}.${at}`]);
        const operation = begin(`put ${chosen.join(' and ')}`);
        operation.values = pairs.map(([, one]) => one);
        for (const [one, text] of pairs)
          operation.registers.push({ key: one, kind: 'write', value: text, result: { ok: true } });
        return this.#send(
          operation,
          (ms) => access.txn(putAll(pairs), ms),
          ({ header }) => this.#changed(operation, header?.revision ?? 0),
        );
      }
      case 'lease':
        return access instanceof GrpcAccess
          ? this.#leases(access, number, begin)
          : Promise.resolve(undefined);
    }
  }

  #changed(operation: Operation, revision: number): string {
    operation.revision = revision;
    this.#world.answers.change(operation, revision);
    return `revision ${revision}`;
  }

  #swapped(
    operation: Operation,
    register: Operation['registers'][number],
    answer: TxnResponse,
    value: string,
  ): string {
    const { succeeded, header, responses } = answer;
    const kv = succeeded ? undefined : responses[0]?.responseRange?.kvs[0];
    const seen = kv === undefined ? undefined : latin1Key(kv.value);
    const revision = header?.revision ?? 0;
    operation.revision = revision;
    register.result = succeeded ? { ok: true } : { ok: false, seen };
    if (succeeded) operation.values = [value];
    this.#world.later(() => this.#world.answers.swap(operation, register, { succeeded, revision, seen }));
    return succeeded ? `revision ${revision}` : `found ${seen?.slice(0, 12)} at ${revision}`;
  }

  #read(
    access: V3Access,
    operation: Operation,
    request: RangeRequest,
    linearizable: boolean,
  ): Promise<Operation> {
    return this.#send(
      operation,
      (ms) => access.range({ ...request, serializable: !linearizable }, ms),
      ({ header, kvs, count, more }) => {
        const revision = header?.revision ?? 0;
        operation.revision = revision;
        const found = new Map(kvs.map((kv) => [latin1Key(kv.key), latin1Key(kv.value)]));
        for (const register of operation.registers)
          register.result = { ok: true, seen: found.get(register.key) };
        const question = {
          start: latin1Key(request.key),
          end: latin1Key(request.rangeEnd),
          revision: request.revision,
          linearizable,
        };
        const answer = { revision, count, more, kvs: kvs.map((kv) => KeyValue.encode(kv)) };
        this.#world.later(() => this.#world.answers.range(operation, question, answer));
        return `${kvs.length} keys at ${revision}`;
      },
    );
  }

  async #leases(
    { client }: GrpcAccess,
    number: number,
    begin: (text: string) => Operation,
  ): Promise<Operation | undefined> {
    const draw = this.#draw;
    const lease = this.#lease;
    if (lease === undefined) {
      const ttl = draw.whole(2, 6);
      const operation = begin(`grant ${ttl} s`);
      return this.#send(
        operation,
        (timeoutMs) => client.lease.grant(ttl, BigInt(number + 1), { timeoutMs }),
        ({ ID, TTL }) => {
          if (TTL < ttl)
            this.#world.report('lease-safety', `a lease of ${ttl} s was asked for and ${TTL} s granted`);
          this.#lease = this.#world.leases.granted(ID, TTL * 1000, operation.invokedMs);
          return `lease ${ID} of ${TTL} s`;
        },
      );
    }
    switch (draw.weighted({ keepAlive: 6, put: 4, revoke: 0.5, forget: 0.5 })) {
      case 'put': {
        const key = `lease/${lease.id}/${draw.whole(0, 2)}`;
        const value = `v${number}`;
        const operation = begin(`put ${key} under lease`);
        operation.values = [value];
        return this.#send(
          operation,
          (timeoutMs) => client.kv.put(bytes(key), bytes(value), { lease: lease.id }, { timeoutMs }),
          ({ header }) => this.#changed(operation, header?.revision ?? 0),
        );
      }
      case 'revoke':
        lease.revoking = true;
        this.#lease = undefined;
        return this.#send(
          begin(`revoke ${lease.id}`),
          (timeoutMs) => client.lease.revoke(lease.id, { timeoutMs }),
          () => '',
        );
      case 'forget':
        this.#lease = undefined;
        return undefined;
      default: {
        const operation = begin(`keep ${lease.id} alive`);
        await this.#send(
          operation,
          (timeoutMs) => client.lease.keepAliveOnce(lease.id, { timeoutMs }),
          ({ TTL }) => {
            lease.renewedMs = Math.max(lease.renewedMs, operation.invokedMs);
            return `${TTL} s`;
          },
        );
        if (operation.outcome === 'refused') this.#lease = undefined;
        return operation;
      }
    }
  }
}
