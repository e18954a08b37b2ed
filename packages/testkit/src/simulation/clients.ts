// Clients: each asks for something now and then, of some member, waits for the answer up to its own deadline, and never
// asks twice for the same write. What it was told is judged at once against the log of revisions.
import { EtcdError, errors, latin1Key } from '@quorate/base';
import type { RangeRequest } from '@quorate/proto';
import type { ApplyResult, Member, RaftOp, RangeOutcome, V2Result } from '@quorate/server';
import { AnswerJudge } from './checkers/answers.ts';
import type { TrackedLease } from './checkers/leases.ts';
import { Draw } from './draw.ts';
import { type Operation, writtenValues } from './history.ts';
import { afterActivity } from './phases.ts';
import {
  bytes,
  deletion,
  keyOfRecord,
  op,
  optionRange,
  optionText,
  put,
  putAll,
  range,
  swap,
  swapRead,
  v2,
  valueOfRecord,
} from './requests.ts';
import type { OperationKind } from './settings.ts';
import type { SimNode } from './sim-node.ts';
import type { World } from './world.ts';

/** Errors that say for certain that nothing was or will be done. */
const REFUSALS: ReadonlySet<string> = new Set([
  errors.tooManyRequests.message,
  errors.requestTooLarge.message,
  errors.leaderChanged.message,
  errors.leaseNotFound.message,
  errors.compacted.message,
  errors.futureRevision.message,
]);
/** Operations on a set of keys before others are used: keeps the histories of single keys short. */
const OPERATIONS_PER_KEY = 40;

interface Asked {
  readonly operation: Operation;
  readonly node: SimNode;
  /** Ends the operation, unless that has happened. */
  readonly settle: (outcome: 'ok' | 'refused' | 'unknown', answer: string) => void;
  readonly sink: { cancelled: boolean };
}

interface Answered {
  /** Judges the answer of a write. */
  done(asked: Asked, result: ApplyResult): void;
}

export class Clients {
  readonly #world: World;
  readonly #answers: AnswerJudge;
  #number = 0;
  #stopped = false;
  readonly #leases: (TrackedLease | undefined)[] = [];
  readonly #homes: number[] = [];
  readonly #inFlight: number[] = [];
  /** Last value known of a v2 key. */
  readonly #v2Known = new Map<string, string>();
  /** v2 values of in-order creations that were acknowledged. */
  readonly posted: string[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#answers = new AnswerJudge(world.log, world.report);
  }

  start(): void {
    const { settings, seed } = this.#world;
    for (let client = 0; client < settings.clients; client++) {
      const draw = new Draw(seed, 'client', client);
      this.#homes.push(draw.whole(0, settings.members - 1));
      this.#inFlight.push(0);
      this.#leases.push(undefined);
      this.#think(client, draw);
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  #think(client: number, draw: Draw): void {
    const { scheduler, settings } = this.#world;
    scheduler.at(
      afterActivity(settings, scheduler.nowMs, draw.exponential(settings.thinkMeanMs)),
      undefined,
      () => {
        if (this.#stopped) return;
        if ((this.#inFlight[client] as number) < settings.pipeline) this.#next(client);
        this.#think(client, draw);
      },
    );
  }

  #next(client: number): void {
    const { seed, settings, nodes } = this.#world;
    const number = this.#number++;
    const draw = new Draw(seed, 'operation', number);
    const kind = draw.weighted(settings.operations);
    if (kind === undefined || settings.skipOperations.includes(number)) return;
    if (draw.chance(0.1)) this.#homes[client] = draw.whole(0, nodes.length - 1);
    const node = nodes[(this.#homes[client] as number) % nodes.length] as SimNode;
    this.#world.count(`operation ${kind}`);
    this.#ask(client, number, kind, node, draw);
  }

  #key(number: number, draw: Draw): string {
    const { keys } = this.#world.settings;
    return `${this.#epoch(number)}/k${draw.whole(0, keys - 1)}`;
  }

  #epoch(number: number): string {
    return `e${String(Math.floor(number / (this.#world.settings.keys * OPERATIONS_PER_KEY))).padStart(4, '0')}`;
  }

  #keys(number: number): string[] {
    return Array.from({ length: this.#world.settings.keys }, (_, at) => `${this.#epoch(number)}/k${at}`);
  }

  #ask(client: number, number: number, kind: OperationKind, node: SimNode, draw: Draw) {
    const key = this.#key(number, draw);
    const value = `v${number}${draw.chance(0.05) ? `-${'x'.repeat(draw.whole(100, 3000))}` : ''}`;
    const { log } = this.#world;
    const begin = (text: string): Asked => this.#begin(client, number, kind, text, node, draw);
    switch (kind) {
      case 'put': {
        const asked = begin(`put ${key}=${value.slice(0, 12)}`);
        asked.operation.values = [value];
        asked.operation.registers.push({ key, kind: 'write', value, result: { ok: true } });
        return this.#propose(asked, op('put', put(key, value)), draw, {
          done: (a, result) => this.#changed(a, result),
        });
      }
      case 'get': {
        const asked = begin(`get ${key}`);
        asked.operation.registers.push({ key, kind: 'read' });
        return this.#read(asked, range(key), draw, true);
      }
      case 'serializableGet':
        return this.#read(begin(`serializable get ${key}`), range(key), draw, false);
      case 'range': {
        const asked = begin(`range ${this.#epoch(number)}/`);
        for (const one of this.#keys(number)) asked.operation.registers.push({ key: one, kind: 'read' });
        return this.#read(asked, range(`${this.#epoch(number)}/`, `${this.#epoch(number)}0`), draw, true);
      }
      case 'oldRange': {
        const revision = Math.max(1, log.last - draw.whole(0, 30));
        const asked = begin(`range at ${revision}`);
        return this.#read(
          asked,
          range(`${this.#epoch(number)}/`, `${this.#epoch(number)}0`, revision),
          draw,
          true,
        );
      }
      case 'rangeOptions': {
        const request = optionRange(`${this.#epoch(number)}/`, `${this.#epoch(number)}0`, log.last, draw);
        const linearizable = draw.chance(0.8);
        return this.#read(begin(`range with ${optionText(request)}`), request, draw, linearizable);
      }
      case 'delete': {
        const asked = begin(`delete ${key}`);
        asked.operation.registers.push({ key, kind: 'remove' });
        return this.#propose(asked, op('deleteRange', deletion(key)), draw, {
          done: (a, result) => this.#deleted(a, result, key, ''),
        });
      }
      case 'deleteRange': {
        const asked = begin(`delete ${this.#epoch(number)}/`);
        for (const one of this.#keys(number)) asked.operation.registers.push({ key: one, kind: 'remove' });
        const start = `${this.#epoch(number)}/`;
        const end = `${this.#epoch(number)}0`;
        return this.#propose(asked, op('deleteRange', deletion(start, end)), draw, {
          done: (a, result) => this.#deleted(a, result, start, end),
        });
      }
      case 'swap': {
        const current = log.stateAt(key, log.last)?.value;
        const expected = draw.chance(0.8) ? current : undefined;
        const asked = begin(`swap ${key} ${expected?.slice(0, 12)} for ${value.slice(0, 12)}`);
        asked.operation.registers.push({
          key,
          kind: 'swap',
          value,
          ...(expected === undefined ? {} : { expected }),
        });
        return this.#propose(asked, op('txn', swap(key, expected, value)), draw, {
          done: (a, result) => this.#swapped(a, result, value),
        });
      }
      case 'multi': {
        const chosen = [...new Set([key, this.#key(number, draw), this.#key(number, draw)])];
        const pairs = chosen.map((one, at): [string, string] => [one, `${value}.${at}`]);
        const asked = begin(`put ${chosen.join(' and ')}`);
        asked.operation.values = pairs.map(([, one]) => one);
        for (const [one, text] of pairs)
          asked.operation.registers.push({ key: one, kind: 'write', value: text, result: { ok: true } });
        return this.#propose(asked, op('txn', putAll(pairs)), draw, {
          done: (a, result) => this.#changed(a, result),
        });
      }
      case 'lease':
        return this.#lease(client, number, begin, draw);
      default:
        return this.#v2(number, kind, begin, draw, value);
    }
  }

  #begin(
    client: number,
    number: number,
    kind: Operation['kind'],
    text: string,
    node: SimNode,
    draw: Draw,
  ): Asked {
    const { history, scheduler, log } = this.#world;
    const operation: Operation = {
      number,
      kind,
      text,
      node: node.name,
      invokedMs: scheduler.nowMs,
      invoked: history.nextOrder(),
      completed: Number.POSITIVE_INFINITY,
      completedMs: Number.POSITIVE_INFINITY,
      outcome: 'pending',
      answer: '',
      floor: log.last,
      revision: 0,
      values: [],
      registers: [],
    };
    history.operations.push(operation);
    this.#inFlight[client]!++;
    const sink = { cancelled: false };
    const settle = (outcome: 'ok' | 'refused' | 'unknown', answer: string): void => {
      if (operation.outcome !== 'pending') return;
      operation.outcome = outcome;
      operation.answer = answer;
      operation.completed = history.nextOrder();
      operation.completedMs = scheduler.nowMs;
      sink.cancelled = true;
      this.#inFlight[client]!--;
      this.#world.count(`answer ${outcome}`);
      this.#world.trace(
        `client${client}`,
        `#${number} ${text} on ${node.name} since ${operation.invokedMs.toFixed(1)}: ${outcome} ${answer}`,
      );
    };
    scheduler.after(draw.between(500, 12_000), () => settle('unknown', 'client gave up'));
    return { operation, node, settle, sink };
  }

  /** Carries the request to the member: it may come too late, or never. */
  #deliver(asked: Asked, draw: Draw, arrive: (member: Member) => void) {
    const { node } = asked;
    if (!node.isUp) return asked.settle('refused', 'connection refused');
    const delayMs = draw.chance(0.5) ? 0 : draw.exponential(2);
    this.#world.onNode(
      node,
      () => {
        if (asked.operation.outcome !== 'pending') return asked.settle('refused', 'too late');
        if (node.member !== undefined) arrive(node.member);
      },
      delayMs,
    );
  }

  /** An answer leaves the member; it says nothing if the power has gone meanwhile. */
  #isAlive(asked: Asked, life: number): boolean {
    return (
      !asked.node.disk.crashed && asked.node.clock.life === life && asked.operation.outcome === 'pending'
    );
  }

  #fail(asked: Asked, error: unknown): void {
    if (!(error instanceof EtcdError)) {
      this.#world.report(
        'exception',
        `#${asked.operation.number} ${asked.operation.text}: ${String((error as Error)?.stack ?? error)}`,
      );
      return;
    }
    this.#world.quota.failed(asked.operation, asked.node, error);
    const isRefusal = REFUSALS.has(error.message) || (error === errors.noSpace && !this.#isApplied(asked));
    asked.settle(isRefusal ? 'refused' : 'unknown', error.message);
  }

  /** A write that goes over the quota is applied, and its owner told all the same that there is no space. */
  #isApplied({ operation }: Asked): boolean {
    const { log } = this.#world;
    return writtenValues(operation).some((value) => log.putsOf(value).length > 0);
  }

  #propose(asked: Asked, request: RaftOp, draw: Draw, answered: Answered) {
    this.#deliver(asked, draw, (member) => {
      const life = asked.node.clock.life;
      const { sink } = asked;
      member.propose(request, {
        get cancelled() {
          return sink.cancelled;
        },
        done: (result: ApplyResult) => {
          if (!this.#isAlive(asked, life)) return;
          answered.done(asked, result);
        },
        failed: (error: EtcdError) => {
          if (this.#isAlive(asked, life)) this.#fail(asked, error);
        },
      } as Parameters<Member['propose']>[1]);
    });
  }

  /** The answer of a write that certainly made a revision of its own. */
  #changed(asked: Asked, result: { readonly revision: number }): void {
    const { operation } = asked;
    operation.revision = result.revision;
    this.#answers.change(operation, result.revision);
    asked.settle('ok', `revision ${result.revision}`);
  }

  #deleted(asked: Asked, result: ApplyResult, start: string, end: string) {
    if (result.kind !== 'deleteRange') return this.#wrongKind(asked, result);
    const { operation } = asked;
    const found = new Set(result.prevKvs.map(keyOfRecord));
    for (const register of operation.registers) register.result = { ok: found.has(register.key) };
    operation.revision = result.revision;
    this.#answers.deletion(operation, { start, end }, result);
    asked.settle('ok', `deleted ${result.deleted} at ${result.revision}`);
  }

  #swapped(asked: Asked, result: ApplyResult, value: string) {
    if (result.kind !== 'txn') return this.#wrongKind(asked, result);
    const { operation } = asked;
    const register = operation.registers[0] as Operation['registers'][number];
    operation.revision = result.revision;
    if (result.succeeded) {
      register.result = { ok: true };
      operation.values = [value];
      this.#answers.swap(operation, register, { ...result, seen: undefined });
      return asked.settle('ok', `revision ${result.revision}`);
    }
    const seen = swapRead(result.responses);
    register.result = { ok: false, seen };
    this.#answers.swap(operation, register, { ...result, seen });
    asked.settle('ok', `found ${seen?.slice(0, 12)} at ${result.revision}`);
  }

  #wrongKind(asked: Asked, result: ApplyResult): void {
    this.#world.report(
      'answer',
      `#${asked.operation.number} ${asked.operation.text} was answered with a ${result.kind}`,
    );
  }

  #read(asked: Asked, request: RangeRequest, draw: Draw, linearizable: boolean) {
    this.#deliver(asked, draw, (member) => {
      const life = asked.node.clock.life;
      const run = () => {
        if (!this.#isAlive(asked, life)) return;
        let outcome: RangeOutcome;
        try {
          outcome = member.range(request);
        } catch (error) {
          this.#judgeRefusal(asked, request, error, linearizable);
          return this.#fail(asked, error);
        }
        this.#judgeRange(asked, request, outcome, linearizable);
      };
      if (!linearizable) return run();
      member.readBarrier({
        cancelled: false,
        ready: run,
        failed: (error) => {
          if (this.#isAlive(asked, life)) this.#fail(asked, error);
        },
      });
    });
  }

  #judgeRefusal(asked: Asked, request: RangeRequest, error: unknown, linearizable: boolean): void {
    const { report, compaction } = this.#world;
    const { operation } = asked;
    if (error === errors.compacted && request.revision >= compaction.asked) {
      report(
        'range',
        `#${operation.number} ${operation.text}: compacted, but nobody asked for more than ${compaction.asked}`,
      );
    }
    if (error === errors.futureRevision && linearizable && request.revision <= operation.floor) {
      report(
        'range',
        `#${operation.number} ${operation.text}: future revision, but ${operation.floor} was there before`,
      );
    }
  }

  #judgeRange(asked: Asked, request: RangeRequest, outcome: RangeOutcome, linearizable: boolean): void {
    const { operation } = asked;
    const question = {
      start: latin1Key(request.key),
      end: latin1Key(request.rangeEnd),
      revision: request.revision,
      linearizable,
      ...(operation.kind === 'rangeOptions' ? { options: request } : {}),
    };
    this.#answers.range(operation, question, outcome);
    operation.revision = outcome.revision;
    const found = new Map(outcome.kvs.map((kv) => [keyOfRecord(kv), valueOfRecord(kv)]));
    for (const register of operation.registers) register.result = { ok: true, seen: found.get(register.key) };
    asked.settle('ok', `${outcome.kvs.length} keys at ${outcome.revision}`);
  }

  // ------------------------------------------------------------------------------------------------------- leases

  #lease(client: number, number: number, begin: (text: string) => Asked, draw: Draw) {
    const { leases } = this.#world;
    const lease = this.#leases[client];
    if (lease === undefined) {
      const ttl = draw.whole(1, 12);
      const asked = begin(`grant ${ttl} s`);
      const id = BigInt(number + 1);
      return this.#propose(asked, op('leaseGrant', { ID: id, TTL: ttl }), draw, {
        done: (_asked, result) => {
          if (result.kind !== 'leaseGrant') return this.#wrongKind(asked, result);
          if (result.ttl < ttl)
            this.#world.report(
              'lease-safety',
              `a lease of ${ttl} s was asked for and ${result.ttl} s granted`,
            );
          this.#leases[client] = leases.granted(result.id, result.ttl * 1000, asked.operation.invokedMs);
          asked.settle('ok', `lease ${result.id} of ${result.ttl} s`);
        },
      });
    }
    const what = draw.weighted({ keepAlive: 6, put: 3, revoke: 0.5, forget: 0.5, timeToLive: 1 });
    switch (what) {
      case 'put': {
        const key = `lease/${lease.id}/${draw.whole(0, 2)}`;
        const value = `v${number}`;
        const asked = begin(`put ${key} under lease`);
        asked.operation.values = [value];
        return this.#propose(asked, op('put', put(key, value, lease.id)), draw, {
          done: (a, result) => this.#changed(a, result),
        });
      }
      case 'revoke': {
        lease.revoking = true;
        this.#leases[client] = undefined;
        const asked = begin(`revoke ${lease.id}`);
        return this.#propose(asked, op('leaseRevoke', { ID: lease.id }), draw, {
          done: () => asked.settle('ok', ''),
        });
      }
      case 'timeToLive': {
        const asked = begin(`time to live of ${lease.id}`);
        return this.#deliver(asked, draw, (member) => {
          const life = asked.node.clock.life;
          member.lease.timeToLive(lease.id, true, {
            cancelled: false,
            answered: (ttl) => {
              if (!this.#isAlive(asked, life)) return;
              // Not judged: a leader that does not know of its end yet may say that a lease is none, as in etcd.
              asked.settle('ok', `${ttl} s`);
            },
            failed: (error) => {
              if (this.#isAlive(asked, life)) this.#fail(asked, error);
            },
          });
        });
      }
      case 'forget':
        this.#leases[client] = undefined;
        return;
      default: {
        const asked = begin(`keep ${lease.id} alive`);
        return this.#deliver(asked, draw, (member) => {
          const life = asked.node.clock.life;
          member.lease.keepAlive(lease.id, {
            cancelled: false,
            renewed: (ttl) => {
              if (!this.#isAlive(asked, life)) return;
              if (ttl > 0) lease.renewedMs = Math.max(lease.renewedMs, asked.operation.invokedMs);
              else if (this.#leases[client] === lease) this.#leases[client] = undefined;
              asked.settle('ok', `${ttl} s`);
            },
            failed: (error) => {
              if (this.#isAlive(asked, life)) this.#fail(asked, error);
            },
          });
        });
      }
    }
  }

  // ----------------------------------------------------------------------------------------------------------- v2

  #v2(number: number, kind: OperationKind, begin: (text: string) => Asked, draw: Draw, value: string) {
    const path = `/${this.#epoch(number)}/k${draw.whole(0, this.#world.settings.keys - 1)}`;
    const key = `v2${path}`;
    const known = this.#v2Known.get(key);
    const run = (
      asked: Asked,
      request: ReturnType<typeof v2>,
      judge: (answer: V2Result['applied']) => void,
    ): void =>
      this.#propose(asked, op('v2', request), draw, {
        done: (_asked, result) => {
          if (result.kind !== 'v2') return this.#wrongKind(asked, result);
          const { event, error } = result.applied;
          const node = event?.node;
          if (node !== undefined && node.value !== undefined && node.key === `/1${path}`)
            this.#v2Known.set(key, node.value);
          judge(result.applied);
          asked.settle(
            'ok',
            error === undefined
              ? `${event?.action} index ${event?.etcdIndex} ${node?.value?.slice(0, 12)}`
              : error.message,
          );
        },
      });
    const expectOnly = (asked: Asked, code: number | undefined, ...allowed: number[]): void => {
      if (code !== undefined && !allowed.includes(code))
        this.#world.report(
          'v2',
          `#${asked.operation.number} ${asked.operation.text} was answered with error ${code}`,
        );
    };
    switch (kind) {
      case 'v2Get': {
        const asked = begin(`v2 get ${path}`);
        const register: Operation['registers'][number] = { key, kind: 'read' };
        asked.operation.registers.push(register);
        return run(asked, v2('QGET', path, { quorum: true }), ({ event, error }) => {
          expectOnly(asked, error?.errorCode, 100);
          register.result = { ok: true, seen: event?.node.value };
        });
      }
      case 'v2Delete': {
        const asked = begin(`v2 delete ${path}`);
        const register: Operation['registers'][number] = { key, kind: 'remove' };
        asked.operation.registers.push(register);
        return run(asked, v2('DELETE', path), ({ error }) => {
          expectOnly(asked, error?.errorCode, 100);
          register.result = { ok: error === undefined };
        });
      }
      case 'v2Swap': {
        if (known === undefined) return;
        const asked = begin(`v2 swap ${path} ${known.slice(0, 12)} for ${value.slice(0, 12)}`);
        const register: Operation['registers'][number] = { key, kind: 'swap', value, expected: known };
        asked.operation.registers.push(register);
        return run(asked, v2('PUT', path, { val: value, prevValue: known }), ({ error }) => {
          expectOnly(asked, error?.errorCode, 100, 101);
          register.result =
            error?.errorCode === 100 ? { ok: false, seen: undefined } : { ok: error === undefined };
        });
      }
      case 'v2Create': {
        const asked = begin(`v2 create ${path}=${value.slice(0, 12)}`);
        const register: Operation['registers'][number] = { key, kind: 'create', value };
        asked.operation.registers.push(register);
        return run(asked, v2('PUT', path, { val: value, prevExist: false }), ({ error }) => {
          expectOnly(asked, error?.errorCode, 105);
          register.result = { ok: error === undefined };
        });
      }
      case 'v2Post': {
        const asked = begin(`v2 post ${value.slice(0, 12)}`);
        return run(asked, v2('POST', '/queue', { val: value }), ({ error }) => {
          expectOnly(asked, error?.errorCode);
          this.posted.push(value);
        });
      }
      case 'v2Ttl': {
        const asked = begin(`v2 put with ttl`);
        const expiration =
          BigInt(Math.floor(asked.node.clock.wallMs()) + draw.whole(1000, 8000)) * 1_000_000n;
        return run(asked, v2('PUT', `/ttl/k${draw.whole(0, 5)}`, { val: value, expiration }), ({ error }) =>
          expectOnly(asked, error?.errorCode),
        );
      }
      default: {
        const asked = begin(`v2 put ${path}=${value.slice(0, 12)}`);
        asked.operation.registers.push({ key, kind: 'write', value, result: { ok: true } });
        return run(asked, v2('PUT', path, { val: value }), ({ error }) =>
          expectOnly(asked, error?.errorCode),
        );
      }
    }
  }

  /** A write of the end of the run, to see whether a member serves. */
  probe(node: SimNode, number: number, done: () => void): void {
    const { member } = node;
    if (member === undefined) return;
    const life = node.clock.life;
    this.#world.onNode(node, () => {
      member.propose(op('put', put(`probe/${node.name}`, `probe${number}`)), {
        cancelled: false,
        done: () => {
          if (node.clock.life === life && !node.disk.crashed) done();
        },
        failed: () => {},
      });
    });
  }
}

export { bytes };
