// Whatever bytes arrive, a call is answered or waits; nothing is thrown, and the member goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GrpcCode, type Random, seededRandom } from '@quorate/base';
import { type FieldInfo, type MethodInfo, services } from '@quorate/proto';
import { GrpcRouter } from '@quorate/wire';
import { registerV3 } from './register.ts';
import { call, FakeStream, startRaw } from './testing/fake-calls.ts';
import { createMemoryMember, type MemoryMember, testWorld } from './testing/memory-member.ts';

const rounds = Number(process.env['QUORATE_FUZZ_ROUNDS'] ?? 60);
let member: MemoryMember;
let router: GrpcRouter;

before(async () => {
  member = await createMemoryMember();
  router = new GrpcRouter();
  registerV3(router, member.api, testWorld);
});
after(() => member.stop());

type Method = MethodInfo<object, object>;
const methods = Object.values(services).flatMap((service) => Object.values(service) as unknown as Method[]);
const numbers = [0, 1, 2, 3, 5, 7, 127, -1, 1000, 2 ** 31, -(2 ** 31), 2 ** 53 - 1, -(2 ** 53 - 1)];
const keys = ['', 'a', 'b', '\0', 'a/', 'a0', 'zz', 'ÿ'];

/** A message with random contents: legal encoding, arbitrary meaning. */
function randomMessage(
  fields: readonly FieldInfo[],
  create: () => object,
  random: Random,
  depth: number,
): object {
  const message = create() as Record<string, unknown>;
  const one = (field: FieldInfo): unknown => {
    const number = numbers[random.nextBelow(numbers.length)] as number;
    switch (field.kind) {
      case 'bytes':
        return Buffer.from(keys[random.nextBelow(keys.length)] as string, 'latin1');
      case 'string':
        return keys[random.nextBelow(keys.length)];
      case 'bool':
        return random.nextBelow(2) === 1;
      case 'message': {
        const type = field.message?.();
        return type === undefined
          ? undefined
          : randomMessage(type.fields, () => type.create() as object, random, depth + 1);
      }
      default:
        if (field.bigint) return BigInt(field.kind === 'uint64' ? Math.abs(number) : number);
        return field.kind === 'int64'
          ? number
          : field.kind.startsWith('u')
            ? Math.abs(number) % 2 ** 32
            : number | 0;
    }
  };
  for (const field of fields) {
    if (random.nextBelow(3) === 0 || (field.kind === 'message' && depth > 3)) continue;
    message[field.property] = field.repeated
      ? Array.from({ length: random.nextBelow(4) }, () => one(field)).filter((item) => item !== undefined)
      : one(field);
  }
  return message;
}

function randomRequest(method: Method, random: Random): Buffer {
  const type = method.request;
  const bytes = type.encode(randomMessage(type.fields, () => type.create(), random, 0));
  switch (random.nextBelow(6)) {
    case 0: // cut off
      return bytes.subarray(0, random.nextBelow(bytes.length + 1));
    case 1: {
      // a few bytes changed
      for (let i = 0; i < 3 && bytes.length > 0; i++)
        bytes[random.nextBelow(bytes.length)] = random.nextBelow(256);
      return bytes;
    }
    case 2: // noise
      return Buffer.from(random.fill(new Uint8Array(random.nextBelow(40))));
    default:
      return bytes;
  }
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('random and mutated requests to every unary method', async () => {
  const random = seededRandom(2024);
  const codes = new Set<number>();
  for (let round = 0; round < rounds; round++) {
    for (const method of methods) {
      if (method.clientStreaming || method.serverStreaming) continue;
      const started = startRaw(router, method, randomRequest(method, random));
      void started.outcome.then((outcome) => codes.add(outcome.error?.code ?? 0));
      if (random.nextBelow(10) === 0) started.cancel();
      // Nobody waits in line for long.
      else if (method.path.endsWith('/Lock') || method.path.endsWith('/Campaign'))
        setImmediate(() => started.cancel());
    }
    await settle();
  }
  for (const code of [GrpcCode.OK, GrpcCode.InvalidArgument, GrpcCode.Internal, GrpcCode.NotFound]) {
    assert.ok(codes.has(code), `code ${code} was seen`);
  }
  await call(router, services.KV.Put, { key: Buffer.from('alive') });
});

test('random and mutated messages on every stream', async () => {
  const random = seededRandom(2025);
  for (let round = 0; round < rounds; round++) {
    for (const method of methods) {
      if (!method.clientStreaming && !method.serverStreaming) continue;
      const stream = new FakeStream(router, method);
      if (random.nextBelow(4) === 0) stream.highWaterBytes = 50;
      for (let i = 0; i < 5 && stream.status === undefined; i++)
        stream.writeRaw(randomRequest(method, random));
      await call(router, services.KV.Put, { key: Buffer.from(keys[1 + random.nextBelow(3)] as string) });
      stream.drain();
      if (random.nextBelow(2) === 0) stream.onHalfClose?.();
      await new Promise((resolve) => setImmediate(resolve));
      stream.cancel();
    }
  }
  await settle();
  assert.equal(member.api.kv.watchHub.stats.watchers, 0);
  await call(router, services.KV.Put, { key: Buffer.from('alive') });
});
