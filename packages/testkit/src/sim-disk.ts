// A file system in memory that can lose power, fail and run full, deterministically under a seeded Random.
//
// Mutating operations are numbered from 1 (`operations`). A test crashes at the N-th (`crashAt`), which throws SimCrash
// out of that operation (a write in hand may still reach the platter in part); afterwards everything throws until
// `reboot`, which decides what survived. Names survive by their own rules: a create, rename or remove is durable once a
// directory it changed has been synced; until then each may survive or not, a rename whole or not at all.
import {
  type Clock,
  type Disk,
  type DiskCallback,
  DiskError,
  type DiskFile,
  type DiskLock,
  type DiskOpenMode,
  type DiskSpace,
  type DiskStat,
  type Random,
} from '@quorate/base';
import { SIM_SECTOR_BYTES, SimContent, type SimLoss } from './sim-disk-content.ts';

/** Loss of power. Not a DiskError: nothing of the program under test may handle it. */
export class SimCrash extends Error {
  override readonly name = 'SimCrash';
}

/** Kinds of mutating operations, for faults. */
export type SimOperationKind =
  | 'create'
  | 'write'
  | 'truncate'
  | 'dataSync'
  | 'mkdir'
  | 'rename'
  | 'remove'
  | 'syncDirectory';

export interface SimOperation {
  readonly kind: SimOperationKind;
  readonly path: string;
  /** Of all mutating operations, from 1. */
  readonly number: number;
  /** Part of an asynchronous operation: nobody stands still for it. */
  readonly background: boolean;
}

/** How an operation fails. A failing write still writes its first `writtenBytes`, less what falls short of a sector. */
export interface SimFault {
  readonly code: 'EIO' | 'ENOSPC' | 'EROFS';
  readonly writtenBytes?: number;
}

export interface SimDiskOptions {
  readonly random: Random;
  /** ENOSPC beyond it. */
  readonly capacityBytes?: number;
  /** With a clock, asynchronous operations end after `latencyMs`; without, when the test calls `complete`. */
  readonly clock?: Clock;
  readonly latencyMs?: number | (() => number);
}

interface SimFileNode {
  readonly kind: 'file';
  readonly content: SimContent;
  modifiedMs: number;
}

interface SimDirectoryNode {
  readonly kind: 'directory';
  live: Map<string, SimNode>;
  durable: Map<string, SimNode>;
}

type SimNode = SimFileNode | SimDirectoryNode;

/** A change of names that no sync has covered yet. */
interface NameChange {
  readonly remove?: { readonly from: SimDirectoryNode; readonly name: string };
  readonly add?: { readonly to: SimDirectoryNode; readonly name: string; readonly node: SimNode };
}

const DEFAULT_CAPACITY_BYTES = 2 ** 40;

function directoryNode(): SimDirectoryNode {
  return { kind: 'directory', live: new Map(), durable: new Map() };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

export class SimDisk implements Disk {
  /** Mutating operations so far. */
  operations = 0;
  /** The operation, counted as `operations`, at which power is lost; 0 for never. */
  crashAt = 0;
  /** Asked before every mutating operation. */
  fault: ((operation: SimOperation) => SimFault | undefined) | undefined;
  /** Where the next write really goes, when that is elsewhere in the file; asked until it says so. */
  stray: ((path: string, position: number) => number | undefined) | undefined;
  /** Told when power is lost. */
  onCrash: (() => void) | undefined;
  readonly #options: SimDiskOptions;
  readonly #root = directoryNode();
  #nameChanges: NameChange[] = [];
  #locked = new Set<SimNode>();
  #waiting: (() => void)[] = [];
  #crashed = false;
  /** Counts reboots: handles and completions of an earlier life are dead. */
  #life = 0;
  #inBackground = false;

  constructor(options: SimDiskOptions) {
    this.#options = options;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** Asynchronous operations under way that wait for `complete`. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Ends the oldest asynchronous operations under way, `count` of them or (by default) until none is left. */
  complete(count = Number.POSITIVE_INFINITY): void {
    for (let done = 0; done < count; done++) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next();
    }
  }

  /** Turns bits of a byte of a file over, behind everybody's back. */
  rot(path: string, position: number, mask: number): void {
    const node = this.#find(path);
    if (node?.kind !== 'file') throw new DiskError('ENOENT', 'rot', path);
    node.content.rot(position, mask);
  }

  /** Loses power now. */
  crash(): void {
    this.#crashed = true;
    this.onCrash?.();
  }

  /** After a crash (or instead of one): what survived is there again; locks, handles and pending operations are gone. */
  reboot(loss: SimLoss): void {
    const { random } = this.#options;
    for (const change of this.#nameChanges) {
      if (loss === 'keep-all' || (loss === 'random' && random.nextBelow(2) === 0)) applyDurably(change);
    }
    this.#nameChanges = [];
    const revive = (directory: SimDirectoryNode): void => {
      directory.live = new Map(directory.durable);
      for (const node of directory.live.values()) {
        if (node.kind === 'directory') revive(node);
        else node.content.crash(loss, random);
      }
    };
    revive(this.#root);
    this.#locked = new Set();
    this.#waiting = [];
    this.#crashed = false;
    this.crashAt = 0;
    this.#life++;
  }

  open(path: string, mode: DiskOpenMode): DiskFile {
    this.#alive();
    const { directory, name } = this.#parentOf(path, 'open');
    const found = directory.live.get(name);
    if (found?.kind === 'directory') throw new DiskError('EISDIR', 'open', path);
    if (mode === 'read' || mode === 'update') {
      if (found === undefined) throw new DiskError('ENOENT', 'open', path);
      return this.#handle(path, found);
    }
    if (found !== undefined) {
      if (mode === 'createNew') throw new DiskError('EEXIST', 'open', path);
      this.#mutate('truncate', path, () => found.content.truncate(0));
      return this.#handle(path, found);
    }
    const node: SimFileNode = { kind: 'file', content: new SimContent(), modifiedMs: this.#now() };
    this.#mutate('create', path, () => this.#changeNames({ add: { to: directory, name, node } }));
    return this.#handle(path, node);
  }

  list(path: string): string[] {
    this.#alive();
    return [...this.#directory(path, 'readdir').live.keys()].sort();
  }

  stat(path: string): DiskStat | undefined {
    this.#alive();
    const node = this.#find(path);
    if (node === undefined) return undefined;
    return node.kind === 'file'
      ? { size: node.content.size, isDirectory: false, modifiedMs: node.modifiedMs }
      : { size: 0, isDirectory: true, modifiedMs: 0 };
  }

  makeDirectory(path: string): void {
    this.#alive();
    let directory = this.#root;
    for (const name of partsOf(path)) {
      const found = directory.live.get(name);
      if (found?.kind === 'file') throw new DiskError('ENOTDIR', 'mkdir', path);
      if (found !== undefined) {
        directory = found;
        continue;
      }
      const node = directoryNode();
      const to = directory;
      this.#mutate('mkdir', path, () => this.#changeNames({ add: { to, name, node } }));
      directory = node;
    }
  }

  rename(from: string, to: string): void {
    this.#alive();
    const source = this.#parentOf(from, 'rename');
    const target = this.#parentOf(to, 'rename');
    const node = source.directory.live.get(source.name);
    if (node === undefined) throw new DiskError('ENOENT', 'rename', from);
    const replaced = target.directory.live.get(target.name);
    if (replaced?.kind === 'directory' && (node.kind === 'file' || replaced.live.size > 0)) {
      throw new DiskError(node.kind === 'file' ? 'EISDIR' : 'ENOTEMPTY', 'rename', from);
    }
    if (replaced?.kind === 'file' && node.kind === 'directory')
      throw new DiskError('ENOTDIR', 'rename', from);
    this.#mutate('rename', from, () =>
      this.#changeNames({
        remove: { from: source.directory, name: source.name },
        add: { to: target.directory, name: target.name, node },
      }),
    );
  }

  remove(path: string): void {
    this.#alive();
    const { directory, name } = this.#parentOf(path, 'unlink');
    const found = directory.live.get(name);
    if (found === undefined) throw new DiskError('ENOENT', 'unlink', path);
    if (found.kind === 'directory') throw new DiskError('EISDIR', 'unlink', path);
    this.#mutate('remove', path, () => this.#changeNames({ remove: { from: directory, name } }));
  }

  removeAsync(path: string, done: DiskCallback): void {
    this.#later(done, () => this.remove(path));
  }

  removeTree(path: string): void {
    this.#alive();
    const node = this.#find(path);
    if (node === undefined) return;
    if (node.kind === 'directory')
      for (const name of [...node.live.keys()]) this.removeTree(`${path}/${name}`);
    const { directory, name } = this.#parentOf(path, 'remove');
    this.#mutate('remove', path, () => this.#changeNames({ remove: { from: directory, name } }));
  }

  syncDirectory(path: string): void {
    this.#alive();
    const directory = this.#directory(path, 'fsync');
    this.#mutate('syncDirectory', path, () => {
      const rest: NameChange[] = [];
      for (const change of this.#nameChanges) {
        if (change.add?.to === directory || change.remove?.from === directory) applyDurably(change);
        else rest.push(change);
      }
      this.#nameChanges = rest;
    });
  }

  syncDirectoryAsync(path: string, done: DiskCallback): void {
    this.#later(done, () => this.syncDirectory(path));
  }

  lockDirectory(path: string): DiskLock {
    this.#alive();
    const directory = this.#directory(path, 'lock');
    if (this.#locked.has(directory)) throw new DiskError('ELOCKED', 'lock', path);
    this.#locked.add(directory);
    const life = this.#life;
    return {
      release: () => {
        if (life === this.#life) this.#locked.delete(directory);
      },
    };
  }

  space(_path: string): DiskSpace {
    this.#alive();
    const totalBytes = this.#capacity();
    return { totalBytes, freeBytes: Math.max(0, totalBytes - usedBytes(this.#root)) };
  }

  /**
   * One mutating operation: counted, perhaps failing, perhaps the last one before power is lost. `failed` runs
   * in place of `apply` if a fault is injected.
   */
  #mutate(kind: SimOperationKind, path: string, apply: () => void, failed?: (fault: SimFault) => void): void {
    this.#alive();
    const number = ++this.operations;
    if (number === this.crashAt) {
      // A sync never happens; anything else is in the page cache and may or may not get to the platter.
      try {
        if (kind !== 'dataSync' && kind !== 'syncDirectory') apply();
      } catch (error) {
        if (!(error instanceof DiskError)) throw error; // full: it wrote what it could
      }
      this.crash();
      throw new SimCrash(`power lost at operation ${number} (${kind} ${path})`);
    }
    const fault = this.fault?.({ kind, path, number, background: this.#inBackground });
    if (fault !== undefined) {
      failed?.(fault);
      throw new DiskError(fault.code, kind, path);
    }
    apply();
  }

  #handle(path: string, node: SimFileNode): DiskFile {
    const { content } = node;
    const life = this.#life;
    let open = true;
    const usable = (operation: string): void => {
      this.#alive();
      if (!open || life !== this.#life) throw new DiskError('EBADF', operation, path);
    };
    const write = (bytes: Uint8Array, position: number): void => {
      const growth = Math.max(0, position + bytes.length - content.stored);
      const room = growth === 0 || this.#isBoundless ? Number.POSITIVE_INFINITY : this.space(path).freeBytes;
      const put = (length: number): void => {
        const elsewhere = this.stray?.(path, position);
        if (elsewhere !== undefined) this.stray = undefined;
        content.write(elsewhere ?? position, bytes.subarray(0, length));
        node.modifiedMs = this.#now();
      };
      // A kernel takes or refuses whole pages; so a write that fails part of the way ends at a sector.
      const putPart = (length: number): void => {
        const part = Math.min(Math.max(length, 0), bytes.length);
        put(Math.max(0, part - ((position + part) % SIM_SECTOR_BYTES)));
      };
      this.#mutate(
        'write',
        path,
        () => {
          if (growth <= room) return put(bytes.length);
          putPart(bytes.length - (growth - room));
          throw new DiskError('ENOSPC', 'write', path);
        },
        (fault) => putPart(fault.writtenBytes ?? 0),
      );
    };
    const dataSync = (mark: number): void =>
      this.#mutate(
        'dataSync',
        path,
        () => content.sync(mark),
        () => content.failSync(mark),
      );
    return {
      path,
      read: (into, start, length, position) => {
        usable('read');
        return content.read(into, start, length, position);
      },
      write: (from, start, length, position) => {
        usable('write');
        write(from.subarray(start, start + length), position);
      },
      writeAsync: (from, start, length, position, done) => {
        usable('write');
        const bytes = new Uint8Array(from.subarray(start, start + length));
        this.#later(done, () => write(bytes, position));
      },
      dataSync: () => {
        usable('fdatasync');
        dataSync(content.mark);
      },
      dataSyncAsync: (done) => {
        usable('fdatasync');
        const mark = content.mark; // what is written from now on is not covered
        this.#later(done, () => dataSync(mark));
      },
      truncate: (size) => {
        usable('truncate');
        this.#mutate('truncate', path, () => content.truncate(size));
      },
      size: () => {
        usable('stat');
        return content.size;
      },
      close: () => {
        open = false;
      },
    };
  }

  /** Runs an operation later and tells how it went. Power lost meanwhile: nobody is told. */
  #later(done: DiskCallback, action: () => void): void {
    const life = this.#life;
    const run = (): void => {
      if (life !== this.#life || this.#crashed) return;
      let failure: DiskError | undefined;
      this.#inBackground = true;
      try {
        action();
      } catch (error) {
        if (!(error instanceof DiskError)) throw error;
        failure = error;
      } finally {
        this.#inBackground = false;
      }
      done(failure);
    };
    const { clock, latencyMs } = this.#options;
    if (clock === undefined) this.#waiting.push(run);
    else clock.setTimer(typeof latencyMs === 'function' ? latencyMs() : (latencyMs ?? 1), run);
  }

  #alive(): void {
    if (this.#crashed) throw new SimCrash('the power is off');
  }

  #now(): number {
    return this.#options.clock?.wallMs() ?? this.operations;
  }

  /** What fits into memory fits into the default capacity: what is in use need not be summed up for every write. */
  get #isBoundless(): boolean {
    return this.#options.capacityBytes === undefined;
  }

  #capacity(): number {
    return this.#options.capacityBytes ?? DEFAULT_CAPACITY_BYTES;
  }

  #find(path: string): SimNode | undefined {
    let node: SimNode | undefined = this.#root;
    for (const name of partsOf(path)) {
      if (node?.kind !== 'directory') return undefined;
      node = node.live.get(name);
    }
    return node;
  }

  #directory(path: string, operation: string): SimDirectoryNode {
    const node = this.#find(path);
    if (node === undefined) throw new DiskError('ENOENT', operation, path);
    if (node.kind !== 'directory') throw new DiskError('ENOTDIR', operation, path);
    return node;
  }

  #parentOf(path: string, operation: string): { directory: SimDirectoryNode; name: string } {
    const parts = partsOf(path);
    const name = parts.pop();
    if (name === undefined) throw new DiskError('EBUSY', operation, path);
    return { directory: this.#directory(parts.join('/'), operation), name };
  }

  #changeNames(change: NameChange): void {
    if (change.remove !== undefined) change.remove.from.live.delete(change.remove.name);
    if (change.add !== undefined) change.add.to.live.set(change.add.name, change.add.node);
    this.#nameChanges.push(change);
  }
}

function applyDurably(change: NameChange): void {
  const { remove, add } = change;
  // A rename's old name may meanwhile belong to another file.
  if (remove !== undefined && (add === undefined || remove.from.durable.get(remove.name) === add.node)) {
    remove.from.durable.delete(remove.name);
  }
  if (add !== undefined) add.to.durable.set(add.name, add.node);
}

function usedBytes(directory: SimDirectoryNode): number {
  let sum = 0;
  for (const node of directory.live.values()) {
    sum += node.kind === 'file' ? node.content.stored : usedBytes(node);
  }
  return sum;
}
