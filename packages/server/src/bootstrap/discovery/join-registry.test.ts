import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger } from '../../member/logger.ts';
import { DiscoveryFailure } from './failures.ts';
import { joinRegistry } from './join-registry.ts';
import { hurriedClock } from './testing/hurried-clock.ts';
import { MemoryRegistry } from './testing/memory-registry.ts';

const self = { id: 'aa', value: 'a=http://h:1' };

function join(registry: MemoryRegistry, resuming = false, clock = hurriedClock()): Promise<string> {
  return joinRegistry(registry, self, { clock, logger: silentLogger, resuming });
}

async function refusal(registry: MemoryRegistry, resuming = false): Promise<string> {
  const error: unknown = await join(registry, resuming).catch((reason: unknown) => reason);
  assert.ok(error instanceof DiscoveryFailure, String(error));
  return error.message;
}

function registryOf(size: string, ...values: readonly string[]): MemoryRegistry {
  const registry = new MemoryRegistry();
  registry.sizeText = size;
  values.forEach((value, at) => {
    registry.add(`b${at}`, value);
  });
  return registry;
}

test('a member registers and waits for as many as the cluster shall have, in the order of registration', async () => {
  const registry = registryOf('3', 'b=http://h:2');
  const joined = join(registry);
  await new Promise((resolve) => setTimeout(resolve, 5));
  registry.add('cc', 'c=http://h:3,c=http://h:4');
  assert.equal(await joined, 'b=http://h:2,a=http://h:1,c=http://h:3,c=http://h:4');
});

test('members beyond the size do not count, and who is one of them is told that the cluster is full', async () => {
  const full = registryOf('2', 'b=http://h:2', 'c=http://h:3');
  assert.equal(await refusal(full), 'discovery: cluster is full');
  assert.equal(full.members.length, 2, 'a full cluster is left alone');

  const racing = registryOf('2', 'b=http://h:2');
  // Somebody else takes the last place between the look and the registration.
  racing.register = async (own) => {
    racing.add('cc', 'c=http://h:3');
    racing.add(own.id, own.value);
    return 'registered';
  };
  assert.equal(await refusal(racing), 'discovery: cluster is full');

  const crowded = registryOf('1');
  crowded.register = async (own) => {
    crowded.add(own.id, own.value);
    crowded.add('cc', 'c=http://h:3');
    return 'registered';
  };
  assert.equal(await join(crowded), self.value);
});

test('sizes that are no number of members are refused', async () => {
  for (const size of ['', '0', '-1', '3x', '1.5', '1e3', '1001', '99999999999999999999']) {
    assert.equal(await refusal(registryOf(size)), 'discovery: size key is bad', size);
  }
});

test('what the others registered is checked', async () => {
  assert.equal(await refusal(registryOf('2', 'b=nonsense')), 'discovery: invalid URL');
  assert.equal(await refusal(registryOf('2', '')), 'discovery: found duplicate name');
  assert.equal(await refusal(registryOf('2', 'a=http://h:2')), 'discovery: found duplicate name');
  assert.equal(
    await refusal(registryOf('2', 'b=http://h:2,c=http://h:3')),
    'discovery: found duplicate name',
  );
  assert.equal(
    await refusal(registryOf('2', 'b=http://h:1')),
    'discovery cluster b=http://h:1,a=http://h:1 has duplicate url',
  );
});

test('an id that is taken ends it, unless the registration is our own', async () => {
  const taken = registryOf('1');
  taken.add(self.id, self.value);
  assert.equal(await refusal(taken), 'discovery: found duplicate id');

  const resumed = registryOf('1');
  resumed.add(self.id, self.value);
  assert.equal(await join(resumed, true), self.value);

  const other = registryOf('1');
  other.add(self.id, 'a=http://other:1');
  assert.equal(await refusal(other, true), 'discovery: found duplicate id');

  const lossy = registryOf('1');
  lossy.losesAnswers = true;
  lossy.failures.register = 1;
  assert.equal(await join(lossy), self.value);
});

test('a service that cannot be reached is asked again after 2^n seconds, n up to 8, without end', async () => {
  const registry = registryOf('1');
  registry.failures.size = 11;
  const clock = hurriedClock();
  assert.equal(await join(registry, false, clock), self.value);
  assert.deepEqual(
    clock.waitsMs.map((ms) => ms / 1000),
    [2, 4, 8, 16, 32, 64, 128, 256, 256, 256, 256],
  );
  const later = registryOf('2', 'b=http://h:2');
  Object.assign(later.failures, { list: 2, register: 1 });
  const laterClock = hurriedClock();
  await join(later, false, laterClock);
  assert.deepEqual(laterClock.waitsMs, [2000, 4000, 2000], 'an answer ends the growth');
});

test('a service that ends every watch at once is not asked in a tight loop', async () => {
  const registry = registryOf('2');
  registry.idleWatches = 5;
  const clock = hurriedClock();
  const joined = join(registry, false, clock);
  setTimeout(() => registry.add('b', 'b=http://h:2'), 100);
  assert.equal(await joined, 'a=http://h:1,b=http://h:2');
  assert.deepEqual(clock.waitsMs.slice(0, 4), [1000, 1000, 1000, 1000]);
});

test('a failed watch is made anew, and whoever left the registry meanwhile does not count', async () => {
  const registry = registryOf('3', 'b=http://h:2');
  registry.failures.changed = 2;
  const joined = join(registry);
  await new Promise((resolve) => setTimeout(resolve, 30));
  registry.remove('b0');
  registry.add('cc', 'c=http://h:3');
  await new Promise((resolve) => setTimeout(resolve, 30));
  registry.add('dd', 'd=http://h:4');
  assert.equal(await joined, 'a=http://h:1,c=http://h:3,d=http://h:4');
});
