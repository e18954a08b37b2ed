// One simulated machine: disk, clock, backend, and the process on it, which may be down. Crashes come in two kinds: the
// power goes (what was not synced is lost or torn) or the process ends (what it wrote is in the page cache).
import { assert, type FatalError } from '@quorate/base';
import {
  type ClusterInquirer,
  createMember,
  type Logger,
  type Member,
  type MemberObserver,
  type MemberOptions,
  type PeerReceiver,
  type TransportCluster,
} from '@quorate/server';
import { MemoryBackend, type MemoryBackendOptions, Snapshotter, Wal } from '@quorate/storage';
import { SimDisk, type SimOperation } from '../sim-disk.ts';
import type { SimLoss } from '../sim-disk-content.ts';
import { Draw } from './draw.ts';
import { processSettings } from './restart-settings.ts';
import type { RevisionLog } from './revision-log.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimSettings } from './settings.ts';
import { SimClock } from './sim-clock.ts';
import { keepFigures } from './store-figures.ts';

/** What a machine needs of its world. */
export interface NodeWorld {
  readonly seed: number;
  readonly settings: SimSettings;
  readonly scheduler: Scheduler;
  readonly log: RevisionLog;
  readonly initialCluster: string;
  inquirer(node: SimNode): ClusterInquirer;
  createTransport(
    node: SimNode,
    receiver: PeerReceiver,
    cluster: TransportCluster,
  ): ReturnType<NonNullable<MemberOptions['createTransport']>>;
  trace(who: string, text: string): void;
  /** Entries were applied. */
  applied(node: SimNode): void;
  /** Something has happened to the process that is to be settled after the event in hand. */
  unsettled(): void;
  started(node: SimNode): void;
  /** The process ends, and its machine says so to whoever is connected. */
  connectionsBroke(node: SimNode): void;
  /** The process is gone, for whatever reason. */
  wentDown(node: SimNode): void;
  /** The process has ended by itself, or could not start. */
  ended(node: SimNode, error: unknown): void;
}

export type NodeState = 'down' | 'starting' | 'up' | 'stopping';

export class SimNode {
  readonly index: number;
  readonly name: string;
  /** Where its peers are told to look for it. */
  readonly url: string;
  readonly clock: SimClock;
  disk: SimDisk;
  /** 0n until it has been up as a member. */
  memberId = 0n;
  /** A process that has ended is started again. */
  inService = false;
  /** Something on its disk is not what was written. */
  isRotten = false;
  /** It joins a running cluster: the members that it is told of, as asked for at every start. Undefined: a founder. */
  joining: (() => string) | undefined;
  state: NodeState = 'down';
  member: Member | undefined;
  receiver: PeerReceiver | undefined;
  /** Members that have sent something in this life of the process: they can be answered before the log names them. */
  readonly heard = new Set<bigint>();
  /** Starts so far. */
  starts = 0;
  /** World time of the last start that worked. */
  upSinceMs = 0;
  /** A failure that the process told before it ends. */
  fatal: FatalError | undefined;
  /** Disk errors were injected in this life of the process: it may give up. */
  diskErrors = 0;
  /** Lives in a row that saw disk errors. */
  failedLives = 0;
  /** Times the syncs of the settings. */
  syncFactor = 1;
  /** Asked for every operation of the disk. */
  diskFault: ((operation: SimOperation) => 'EIO' | 'ENOSPC' | undefined) | undefined;
  readonly logger: Logger;
  readonly #world: NodeWorld;
  readonly #diskDraw: Draw;
  #backend: MemoryBackend | undefined;
  /** A store that came with a leader's snapshot, durable, to be taken once the log names the snapshot. */
  #staged: { readonly index: number; readonly store: MemoryBackend } | undefined;
  #replaced = false;

  constructor(index: number, world: NodeWorld) {
    const { seed, settings, scheduler } = world;
    this.#world = world;
    this.logger = this.#logger();
    this.index = index;
    this.name = `m${index}`;
    this.url = addressOf(index);
    const draw = new Draw(seed, 'node', index);
    this.clock = new SimClock(scheduler, 1 + settings.clockDrift * draw.between(-1, 1));
    this.#diskDraw = new Draw(seed, 'disk', index);
    this.disk = this.#emptyDisk();
  }

  #emptyDisk(): SimDisk {
    const disk = new SimDisk({
      random: this.#diskDraw.random,
      clock: this.clock,
      latencyMs: () => this.#syncMs(),
    });
    disk.fault = (operation) => this.#onOperation(operation);
    disk.onCrash = () => this.#world.unsettled();
    return disk;
  }

  /** Leaves nothing of what the machine was: whatever starts on it next is another member. */
  wipe(): void {
    assert(this.state === 'down', 'the process has ended');
    this.disk = this.#emptyDisk();
    this.isRotten = false;
    this.#backend = undefined;
    this.#staged = undefined;
    this.memberId = 0n;
  }

  get isUp(): boolean {
    return this.state === 'up' && this.member !== undefined && !this.disk.crashed;
  }

  /** The backend of the present or last life. */
  get backend(): MemoryBackend | undefined {
    return this.#backend;
  }

  start(overrides: Partial<MemberOptions> = {}) {
    assert(this.state === 'down', 'a process starts once');
    const { settings, seed, log, initialCluster } = this.#world;
    const { joining } = this;
    this.state = 'starting';
    this.starts++;
    this.fatal = undefined;
    this.heard.clear();
    this.diskErrors = 0;
    const life = this.clock.life;
    const current = (): boolean => life === this.clock.life;
    const options: MemberOptions = {
      dataDir: '/data',
      name: this.name,
      peerURLs: [this.url],
      clientURLs: [this.url.replace('2380', '2379')],
      initialCluster: joining === undefined ? initialCluster : joining(),
      initialClusterToken: 'simulation',
      initialClusterState: joining === undefined ? 'new' : 'existing',
      ...(joining === undefined ? {} : { inquirer: this.#world.inquirer(this) }),
      quotaBackendBytes: settings.quotaBytes,
      ...processSettings(seed, settings, this.index, this.starts),
      clock: this.clock,
      random: new Draw(seed, `member${this.index}`, this.starts).random,
      disk: this.disk,
      logger: this.logger,
      observer: observing(() => {
        if (current() && !this.disk.crashed) this.#world.applied(this);
      }),
      openBackend: (_path, backendOptions) => {
        const given: MemoryBackendOptions = {
          ...backendOptions,
          commitDurationMs: settings.backendCommitDurationMs,
        };
        this.#backend = this.#backend === undefined ? new MemoryBackend(given) : this.#backend.crash(given);
        if (this.#staged !== undefined) this.#backend = this.#settleStaged(this.#backend, given);
        keepFigures(this.#backend, this.clock);
        log.attach(this.#backend, this.name);
        return this.#backend;
      },
      createTransport: (receiver, cluster) => {
        this.receiver = receiver;
        return this.#world.createTransport(this, receiver, cluster);
      },
      onReplaced: () => {
        if (!current()) return;
        this.#replaced = true;
        this.#world.unsettled();
      },
      onFatal: (error) => {
        if (!current() || this.disk.crashed) return;
        this.fatal = error;
        this.#world.unsettled();
      },
      ...overrides,
    };
    createMember(options).then(
      (member) => {
        if (!current()) return;
        this.member = member;
        this.memberId = member.memberId;
        this.state = 'up';
        this.upSinceMs = this.clock.worldMs;
        this.#world.started(this);
      },
      (error: unknown) => {
        if (current() && !this.disk.crashed) this.#end(error);
      },
    );
  }

  /** Ends the process on a failure it has told of. To be called between events. */
  settle(): void {
    if (this.disk.crashed && this.state !== 'down') {
      this.#world.trace(this.name, 'lost power');
      this.#reset();
    } else if (this.fatal !== undefined && this.state !== 'down') this.#end(this.fatal);
    else if (this.#replaced) {
      this.#replaced = false;
      this.stop();
    }
  }

  get needsSettling(): boolean {
    return this.fatal !== undefined || this.disk.crashed || this.#replaced;
  }

  /** Takes the store that comes with a leader's snapshot; afterwards raft may be told of it. */
  stage(index: number, store: MemoryBackend): void {
    this.#staged = { index, store };
  }

  /** As the real start does: the staged store counts once the log names a snapshot that the present one is behind. */
  #settleStaged(present: MemoryBackend, options: MemoryBackendOptions): MemoryBackend {
    const staged = this.#staged;
    this.#staged = undefined;
    const walDir = '/data/member/wal';
    const marks = Wal.exists(this.disk, walDir) ? Wal.validSnapshotEntries(this.disk, walDir) : [];
    const named = new Snapshotter(this.disk, '/data/member/snap', { clock: this.clock }).loadNewest(marks);
    const index = named?.metadata.index ?? 0;
    if (staged === undefined || appliedIndexOf(present) >= index) return present;
    assert(staged.index === index, 'the store that came is that of the snapshot');
    assert(appliedIndexOf(staged.store) === index, 'the store that came stands at the snapshot');
    this.#world.trace(this.name, `takes the store of the snapshot at ${index}`);
    return staged.store.crash(options);
  }

  /** Loses power now. */
  losePower(): void {
    this.disk.crash();
    this.settle();
  }

  /** Ends the process as SIGKILL does. */
  kill(): void {
    if (this.state === 'down') return;
    if (!this.disk.crashed) this.#world.connectionsBroke(this);
    this.#reset();
    this.disk.reboot('keep-all');
  }

  /** Stops gracefully; `down` once it has. */
  stop(): void {
    if (!this.isUp) return;
    this.state = 'stopping';
    const life = this.clock.life;
    const ended = (): void => {
      if (life !== this.clock.life) return;
      this.kill();
    };
    (this.member as Member).stop().then(ended, (error: unknown) => {
      if (life !== this.clock.life || this.disk.crashed) return;
      this.#end(error);
    });
  }

  /** What a power loss leaves of the disk is decided now. */
  reboot(loss: SimLoss): void {
    assert(this.state === 'down', 'the process has ended');
    this.disk.reboot(loss);
  }

  #end(error: unknown): void {
    this.kill();
    this.#world.ended(this, error);
  }

  #reset(): void {
    this.clock.kill();
    this.state = 'down';
    this.member = undefined;
    this.receiver = undefined;
    this.fatal = undefined;
    this.#replaced = false;
    this.failedLives = this.diskErrors > 0 ? this.failedLives + 1 : 0;
    this.#world.wentDown(this);
  }

  #syncMs(): number {
    const { syncMeanMs } = this.#world.settings;
    const mean = Math.max(syncMeanMs, this.syncFactor > 1 ? 1 : 0) * this.syncFactor;
    return mean === 0 ? 0 : Math.min(this.#diskDraw.exponential(mean), MAX_SYNC_MS);
  }

  #onOperation(operation: SimOperation): { code: 'EIO' | 'ENOSPC'; writtenBytes: number } | undefined {
    if (!operation.background && operation.kind === 'dataSync') {
      const durationMs = this.#syncMs();
      if (durationMs > 0) this.clock.consume(durationMs);
    }
    const code = this.diskFault?.(operation);
    if (code === undefined) return undefined;
    this.diskErrors++;
    return { code, writtenBytes: this.#diskDraw.whole(0, 2048) };
  }

  #logger(): Logger {
    const line = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
      this.#world.trace(
        this.name,
        `${level} ${message}${fields === undefined ? '' : ` ${fieldsText(fields)}`}`,
      );
    };
    return { debug() {}, info: line('info'), warn: line('warn'), error: line('error') };
  }
}

/** A slow disk answers at last. */
const MAX_SYNC_MS = 10_000;
const ADDRESS = /^http:\/\/10\.0\.\d+\.(\d+):2380$/;

/** A machine has many addresses, one in each network. */
export function addressOf(index: number, network = 0): string {
  return `http://10.0.${network}.${index + 1}:2380`;
}

/** The machine of an address; undefined for what is none. */
export function machineAt(url: string): number | undefined {
  const match = ADDRESS.exec(url);
  return match === null ? undefined : Number(match[1]) - 1;
}

function appliedIndexOf(backend: MemoryBackend): number {
  const value = backend.get('meta', Buffer.from('consistent_index', 'latin1'));
  return value === undefined ? 0 : Number(Buffer.from(value).readBigUInt64BE());
}

/** Takes notice of applied entries and of nothing else. */
function observing(applied: () => void): MemberObserver {
  const ignore = (): void => {};
  return {
    walSynced: ignore,
    walWritten: ignore,
    snapshotSaved: ignore,
    snapshotMarshalled: ignore,
    snapshotSynced: ignore,
    applied,
    leaseTtlGranted: ignore,
  };
}

function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(fields, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString(16) : value,
  );
}
