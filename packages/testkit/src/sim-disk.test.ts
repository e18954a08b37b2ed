// The simulated disk keeps its own promises: what is durable when, and what a crash may do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DiskError, readWholeFile, seededRandom } from '@quorate/base';
import { ConfState, RaftSnapshot } from '@quorate/proto';
import { Snapshotter } from '@quorate/storage';
import { SimCrash, SimDisk } from './sim-disk.ts';
import { SIM_SECTOR_BYTES, type SimLoss } from './sim-disk-content.ts';

function disk(seed = 1, capacityBytes?: number): SimDisk {
  const random = seededRandom(seed);
  return new SimDisk(capacityBytes === undefined ? { random } : { random, capacityBytes });
}

function put(on: SimDisk, path: string, text: string, sync: 'synced' | 'unsynced'): void {
  const file = on.open(path, 'replace');
  file.write(Buffer.from(text), 0, text.length, 0);
  if (sync === 'synced') file.dataSync();
  file.close();
}

const text = (on: SimDisk, path: string): string => Buffer.from(readWholeFile(on, path)).toString('latin1');

test('data and names survive if synced, each by its own sync', () => {
  const one = disk();
  one.makeDirectory('d');
  one.syncDirectory('.');
  put(one, 'd/named', 'data', 'synced');
  one.syncDirectory('d');
  put(one, 'd/unnamed', 'data', 'synced');
  const file = one.open('d/named', 'update');
  file.write(Buffer.from('more'), 0, 4, 4);
  one.reboot('lose-all');
  assert.deepEqual(one.list('d'), ['named']);
  assert.equal(text(one, 'd/named'), 'data');
  assert.throws(() => file.write(Buffer.from('x'), 0, 1, 0), { code: 'EBADF' });
});

test('a rename survives whole or not at all, and is durable once either directory is synced', () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 50; seed++) {
    const one = disk(seed);
    put(one, 'new', 'new', 'synced');
    put(one, 'old', 'old', 'synced');
    one.syncDirectory('.');
    one.rename('new', 'old');
    one.reboot('random');
    seen.add(
      one
        .list('.')
        .map((name) => `${name}=${text(one, name)}`)
        .join(' '),
    );
  }
  assert.deepEqual([...seen].sort(), ['new=new old=old', 'old=new']);
  const one = disk();
  put(one, 'new', 'new', 'synced');
  one.rename('new', 'old');
  one.syncDirectory('.');
  one.reboot('lose-all');
  assert.deepEqual(one.list('.'), ['old']);
});

test('unsynced writes are torn by sectors, never within one, in every way over the seeds', () => {
  const patterns = new Set<string>();
  for (let seed = 0; seed < 300; seed++) {
    const one = disk(seed);
    put(one, 'f', '.'.repeat(3 * SIM_SECTOR_BYTES), 'synced');
    one.syncDirectory('.');
    const file = one.open('f', 'update');
    file.write(Buffer.alloc(3 * SIM_SECTOR_BYTES, 'A'), 0, 3 * SIM_SECTOR_BYTES, 0);
    file.write(Buffer.alloc(SIM_SECTOR_BYTES, 'B'), 0, SIM_SECTOR_BYTES, SIM_SECTOR_BYTES / 2);
    one.reboot('random');
    const got = text(one, 'f');
    const half = SIM_SECTOR_BYTES / 2;
    patterns.add([0, 1, 2, 3, 4, 5].map((at) => got[at * half]).join(''));
    for (let at = 0; at < 6; at++) assert.equal(new Set(got.slice(at * half, (at + 1) * half)).size, 1);
  }
  // Sector by sector: not written; first write only; both writes.
  const first = ['..', 'AA', 'AB'];
  const second = ['..', 'AA', 'BA'];
  const third = ['..', 'AA'];
  const all = first.flatMap((a) => second.flatMap((b) => third.map((c) => a + b + c)));
  assert.deepEqual([...patterns].sort(), all.sort());
});

test('after a failed sync nothing promises the data, not even a later sync', () => {
  const outcomes = new Set<string>();
  for (const loss of ['lose-all', 'keep-all'] satisfies SimLoss[]) {
    const one = disk();
    put(one, 'f', 'base', 'synced');
    one.syncDirectory('.');
    const file = one.open('f', 'update');
    file.write(Buffer.from('lost'), 0, 4, 0);
    one.fault = (operation) => (operation.kind === 'dataSync' ? { code: 'EIO' } : undefined);
    assert.throws(() => file.dataSync(), { code: 'EIO' });
    one.fault = undefined;
    file.dataSync();
    assert.equal(text(one, 'f'), 'lost', 'the page cache still shows it');
    one.reboot(loss);
    outcomes.add(text(one, 'f'));
  }
  assert.deepEqual([...outcomes].sort(), ['base', 'lost']);
});

test('an asynchronous sync covers what was written before it, and happens when completed', () => {
  const one = disk();
  const file = one.open('f', 'replace');
  one.syncDirectory('.');
  file.write(Buffer.from('before'), 0, 6, 0);
  let done = 0;
  file.dataSyncAsync((error) => {
    assert.equal(error, undefined);
    done++;
  });
  file.write(Buffer.from(' after'), 0, 6, 6);
  assert.equal(done, 0);
  one.complete();
  assert.equal(done, 1);
  one.reboot('lose-all');
  assert.equal(text(one, 'f'), 'before');
});

test('a full disk writes what fits and fails', () => {
  const one = disk(1, 5 * SIM_SECTOR_BYTES);
  const file = one.open('f', 'replace');
  file.truncate(100 * SIM_SECTOR_BYTES); // reserves nothing
  const bytes = Buffer.alloc(6 * SIM_SECTOR_BYTES + 5, 1);
  assert.throws(
    () => file.write(bytes, 0, bytes.length, 0),
    (error) => error instanceof DiskError && error.code === 'ENOSPC',
  );
  assert.equal(text(one, 'f').lastIndexOf('\x01') + 1, 5 * SIM_SECTOR_BYTES);
  assert.equal(one.space('.').freeBytes, 0);
  one.remove('f');
  assert.equal(one.space('.').freeBytes, 5 * SIM_SECTOR_BYTES);
});

test('the same seed gives the same disk', () => {
  const runOf = (seed: number): string => {
    const one = disk(seed);
    for (let at = 0; at < 20; at++)
      put(one, `f${at}`, String(at).repeat(600), at % 3 === 0 ? 'synced' : 'unsynced');
    one.reboot('random');
    return one
      .list('.')
      .map((name) => name + text(one, name))
      .join();
  };
  assert.equal(runOf(5), runOf(5));
  assert.notEqual(runOf(5), runOf(6));
});

test('a snapshot file is there whole or not at all, wherever power is lost', () => {
  const snapshot = (index: number) =>
    RaftSnapshot.create({
      data: Buffer.alloc(3000, index),
      metadata: { confState: ConfState.create(), index, term: 1 },
    });
  for (let at = 1; ; at++) {
    let crashed = false;
    for (const loss of ['lose-all', 'keep-all', 'random', 'random', 'random'] satisfies SimLoss[]) {
      const one = disk(at);
      let saved = 0;
      one.crashAt = at;
      try {
        const snapshots = new Snapshotter(one, 'member/snap');
        for (let index = 1; index <= 4; index++) {
          snapshots.save(snapshot(index));
          saved = index;
          snapshots.purge(2);
          one.complete();
        }
      } catch (error) {
        if (!(error instanceof SimCrash)) throw error;
        crashed = true;
      }
      one.reboot(loss);
      const loaded = new Snapshotter(one, 'member/snap').loadNewest();
      const index = loaded?.metadata?.index ?? 0;
      assert.ok(
        index === saved || index === saved + 1,
        `operation ${at}, ${loss}: ${index} after saving ${saved}`,
      );
      assert.equal(
        one.list('member/snap').some((name) => name.endsWith('.broken') || name.endsWith('.tmp')),
        false,
      );
    }
    if (!crashed) break;
  }
});
