// The log on a disk that loses power at every single operation of scripted runs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, DiskError, type Random, seededRandom } from '@quorate/base';
import type { Entry, HardState } from '@quorate/proto';
import { Wal, WalError } from '@quorate/storage';
import { SimCrash, SimDisk, type SimFault, type SimOperation } from './sim-disk.ts';
import type { SimLoss } from './sim-disk-content.ts';

const DIRECTORY = 'data/member/wal';
const METADATA = Buffer.from('member and cluster');
const SEGMENT_BYTES = 6000;
const LONG = process.env['QUORATE_LONG_TESTS'] === '1';

/** A clock whose deferred calls run when the test says so. */
class TestClock implements Clock {
  #deferred: (() => void)[] = [];
  #now = 0;
  nowMs(): number {
    this.#now += 0.1;
    return this.#now;
  }
  wallMs(): number {
    return 1_700_000_000_000;
  }
  setTimer(): never {
    throw new Error('the log sets no timers');
  }
  defer(fn: () => void): void {
    this.#deferred.push(fn);
  }
  run(): void {
    for (const fn of this.#deferred.splice(0)) fn();
  }
}

/** What the log would hold if it ended after some record. */
interface LogState {
  readonly entries: readonly Entry[];
  readonly hardState: HardState;
  readonly marks: readonly { index: number; term: number }[];
}

/** Everything handed to the log, record by record, and how much of it has been synced. */
class Model {
  readonly states: LogState[] = [
    { entries: [], hardState: { term: 0, vote: 0n, commit: 0 }, marks: [{ index: 0, term: 0 }] },
  ];
  synced = 0;
  created = false;
  /** Newest snapshot whose segments may have been purged. */
  released = 0;

  get last(): LogState {
    return this.states[this.states.length - 1] as LogState;
  }

  entry(entry: Entry): void {
    const before = this.last;
    const kept = before.entries.filter((one) => one.index < entry.index);
    this.states.push({ ...before, entries: [...kept, entry] });
  }

  hardState(hardState: HardState): void {
    this.states.push({ ...this.last, hardState });
  }

  mark(mark: { index: number; term: number }): void {
    this.states.push({ ...this.last, marks: [...this.last.marks, mark] });
  }

  sync(): void {
    this.synced = this.states.length - 1;
  }
}

class Run {
  readonly disk: SimDisk;
  readonly model = new Model();
  readonly clock = new TestClock();
  readonly random: Random;
  wal: Wal | undefined;
  #index = 0;
  #term = 1;

  constructor(disk: SimDisk, seed: number) {
    this.disk = disk;
    this.random = seededRandom(seed);
  }

  get options() {
    return { clock: this.clock, segmentBytes: SEGMENT_BYTES };
  }

  create(): void {
    this.wal = Wal.create(this.disk, DIRECTORY, METADATA, this.options);
    this.model.created = true;
  }

  save(count: number, stepBack = 0): void {
    if (stepBack > 0) {
      this.#index = Math.max(this.model.last.hardState.commit, this.#index - stepBack);
      this.#term++;
    }
    const entries: Entry[] = [];
    for (let at = 0; at < count; at++) {
      const data = this.random.fill(Buffer.alloc(this.random.nextBelow(700)));
      entries.push({ type: this.random.nextBelow(3), term: this.#term, index: ++this.#index, data });
    }
    const hardState = {
      term: this.#term,
      vote: 0xfedcba9876543210n,
      commit: this.#index - (count > 3 ? 3 : 0),
    };
    // Told to the model first: a torn batch may survive in part.
    for (const entry of entries) this.model.entry(entry);
    this.model.hardState(hardState);
    (this.wal as Wal).save(hardState, entries);
  }

  sync(): void {
    (this.wal as Wal).sync();
    this.model.sync();
  }

  syncAsync(): void {
    let outcome: WalError | undefined | 'pending' = 'pending';
    (this.wal as Wal).syncAsync((error) => {
      outcome = error;
    });
    for (let step = 0; step < 100 && outcome === 'pending'; step++) {
      this.disk.complete(1);
      this.clock.run();
    }
    assert.equal(outcome, undefined);
    this.model.sync();
  }

  snapshot(): void {
    const mark = { index: this.model.last.hardState.commit, term: this.#term };
    this.model.mark(mark);
    (this.wal as Wal).saveSnapshot(mark);
    this.model.sync();
    (this.wal as Wal).releaseTo(mark.index);
    (this.wal as Wal).purge(2);
    this.model.released = mark.index;
  }

  reopen(): void {
    this.wal?.close();
    this.model.sync();
    this.wal = undefined;
    this.check();
  }

  /** Opens the log as a member does and checks that it is one of the states it may be in. */
  check(): void {
    const { disk, model } = this;
    if (!Wal.exists(disk, DIRECTORY)) {
      assert.equal(model.created, false, 'a created log is there');
      this.create();
      return;
    }
    const marks = Wal.validSnapshotEntries(disk, DIRECTORY);
    const from = marks[marks.length - 1];
    assert.ok(from !== undefined, 'a snapshot record is there');
    const { wal, contents } = Wal.openAndRead(disk, DIRECTORY, from, this.options);
    this.wal = wal;
    model.created = true;
    assert.deepEqual(Buffer.from(contents.metadata), METADATA);
    assert.ok(from.index >= model.released, 'the newest released snapshot can be opened');
    const reached = model.states.findLastIndex(
      (state) =>
        sameEntries(
          state.entries.filter((entry) => entry.index > from.index),
          contents.entries,
        ) &&
        state.hardState.term === contents.hardState.term &&
        state.hardState.vote === contents.hardState.vote &&
        state.hardState.commit === contents.hardState.commit &&
        state.marks.some((mark) => mark.index === from.index && mark.term === from.term),
    );
    assert.ok(reached >= 0, 'the log holds nothing that was not given to it');
    assert.ok(reached >= model.synced, `nothing synced is lost: record ${reached} of ${model.synced}`);
    // From here on this is what has been promised.
    model.states.length = reached + 1;
    model.synced = reached;
    this.#index = (model.last.entries[model.last.entries.length - 1]?.index ?? 0) as number;
  }
}

function sameEntries(a: readonly Entry[], b: readonly Entry[]): boolean {
  return (
    a.length === b.length &&
    a.every((entry, at) => {
      const other = b[at] as Entry;
      return (
        entry.type === other.type &&
        entry.term === other.term &&
        entry.index === other.index &&
        Buffer.compare(entry.data, other.data) === 0
      );
    })
  );
}

const script: readonly ((run: Run) => void)[] = [
  (run) => run.create(),
  (run) => run.save(1),
  (run) => run.sync(),
  (run) => run.save(4),
  (run) => run.save(3),
  (run) => run.sync(),
  (run) => run.save(12),
  (run) => run.sync(), // cut
  (run) => run.save(6, 2), // another leader replaced two entries
  (run) => run.syncAsync(),
  (run) => run.disk.complete(2),
  (run) => run.save(10),
  (run) => run.disk.complete(),
  (run) => run.syncAsync(), // cut, from a prepared segment
  (run) => run.save(5),
  (run) => run.snapshot(),
  (run) => run.reopen(),
  (run) => run.save(30),
  (run) => run.syncAsync(), // cut, unprepared
  (run) => run.save(2),
  (run) => run.save(20),
  (run) => run.sync(),
  (run) => run.snapshot(),
  (run) => run.disk.complete(),
  (run) => run.save(1),
  (run) => run.reopen(),
  (run) => run.save(8, 3),
  (run) => run.sync(),
  (run) => run.save(14),
  (run) => run.syncAsync(),
  (run) => run.disk.complete(1),
  (run) => run.save(14),
  (run) => run.syncAsync(),
  (run) => run.save(3),
  (run) => run.snapshot(),
  (run) => run.save(16),
  (run) => run.sync(),
  (run) => run.save(0),
  (run) => run.disk.complete(),
  (run) => run.save(40),
  (run) => run.syncAsync(),
  (run) => run.snapshot(),
  (run) => run.reopen(),
  (run) => run.save(2),
];

function until(run: Run, steps: readonly ((run: Run) => void)[]): boolean {
  try {
    for (const step of steps) step(run);
    return true;
  } catch (error) {
    if (error instanceof SimCrash) return false;
    throw error;
  }
}

function afterwards(run: Run): void {
  run.check();
  run.save(9);
  run.sync();
  run.save(25);
  run.reopen();
  run.sync();
}

test('losing power at every operation of a run loses nothing synced and invents nothing', () => {
  const dry = new SimDisk({ random: seededRandom(1) });
  assert.ok(until(new Run(dry, 7), script));
  const total = dry.operations;
  assert.ok(total > 100, `${total} operations`);
  const losses: readonly SimLoss[] = ['lose-all', 'keep-all', 'random', 'random', 'random'];
  let crashes = 0;
  for (let at = 1; at <= total; at++) {
    for (let round = 0; round < losses.length * (LONG ? 20 : 1); round++) {
      const loss = losses[round % losses.length] as SimLoss;
      const disk = new SimDisk({ random: seededRandom(at * 1000 + round) });
      const run = new Run(disk, 7);
      disk.crashAt = at;
      try {
        if (until(run, script)) continue;
        crashes++;
        disk.reboot(loss);
        if (round % 2 === 1) {
          // and once more, during the recovery
          disk.crashAt = disk.operations + 1 + (at % 7);
          if (!until(run, [afterwards])) disk.reboot(loss);
          disk.crashAt = 0;
        }
        run.wal = undefined;
        if (disk.crashed) disk.reboot(loss);
        else disk.reboot('keep-all');
        afterwards(run);
      } catch (error) {
        throw new Error(`operation ${at}, ${loss}, round ${round}: ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
  }
  assert.ok(crashes >= total, `${crashes} crashes`);
});

function faulty(at: number, fault: SimFault): { disk: SimDisk; run: Run } {
  const disk = new SimDisk({ random: seededRandom(at) });
  disk.fault = (operation: SimOperation) => (operation.number === at ? fault : undefined);
  return { disk, run: new Run(disk, 7) };
}

test('a failed operation is reported once, poisons the log, and nothing acknowledged is lost', () => {
  const dry = new SimDisk({ random: seededRandom(1) });
  assert.ok(until(new Run(dry, 7), script));
  for (let at = 1; at <= dry.operations; at++) {
    for (const fault of [{ code: 'EIO' }, { code: 'ENOSPC', writtenBytes: (at * 397) % 5000 }] as const) {
      const { disk, run } = faulty(at, fault);
      let failure: unknown;
      try {
        for (const step of script) step(run);
      } catch (error) {
        failure = error;
      }
      if (failure !== undefined) {
        const known = failure instanceof WalError || (failure as { code?: string }).code === 'ERR_ASSERTION';
        assert.ok(known, `operation ${at}: ${String(failure)}`);
        const poisoned = run.wal?.failure;
        if (poisoned !== undefined) {
          assert.ok(poisoned.cause instanceof DiskError);
          const wal = run.wal as Wal;
          const before = disk.operations;
          assert.throws(() => wal.save({ term: 9, vote: 0n, commit: 0 }, []), { code: 'POISONED' });
          assert.throws(() => wal.sync(), { code: 'POISONED' });
          assert.throws(() => wal.syncAsync(() => {}), { code: 'POISONED' });
          assert.equal(disk.operations, before, 'nothing reaches the disk after a failure');
        }
      }
      disk.fault = undefined;
      run.wal = undefined;
      disk.reboot('random');
      afterwards(run);
    }
  }
});

test('a full disk fails the save, not the process, and the log opens again', () => {
  const disk = new SimDisk({ random: seededRandom(3), capacityBytes: 20_000 });
  const run = new Run(disk, 3);
  run.create();
  assert.throws(
    () => {
      for (let round = 0; round < 100; round++) {
        run.save(5);
        run.sync();
        disk.complete();
      }
    },
    (error) => error instanceof WalError && error.code === 'DISK' && error.message.includes('ENOSPC'),
  );
  run.wal = undefined;
  disk.reboot('keep-all');
  run.check();
});

test('a second opening of the same directory is refused', () => {
  const run = new Run(new SimDisk({ random: seededRandom(4) }), 4);
  run.create();
  assert.throws(() => Wal.open(run.disk, DIRECTORY, { index: 0, term: 0 }, run.options), /ELOCKED/);
  run.wal?.close();
  Wal.openAndRead(run.disk, DIRECTORY, { index: 0, term: 0 }, run.options).wal.close();
});

test('saving while a sync is under way is a bug', () => {
  const run = new Run(new SimDisk({ random: seededRandom(5) }), 5);
  run.create();
  run.save(1);
  const wal = run.wal as Wal;
  let calls = 0;
  wal.syncAsync(() => calls++);
  assert.throws(() => wal.save(undefined, []), /under way/);
  assert.throws(() => wal.sync(), /under way/);
  assert.equal(calls, 0);
  run.disk.complete();
  assert.equal(calls, 1);
  wal.save({ term: 1, vote: 0n, commit: 1 }, []);
  wal.sync();
});
