// One member of a run: a process, ours or Go's, in its place and on its volume.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { GO_ETCD, type MemberKind } from '../harness/cluster.ts';
import { command } from '../harness/process.ts';
import type { Network, Place } from './network.ts';
import type { SyncTracer } from './sync-trouble.ts';
import type { Volume } from './volume.ts';

/** Lines of the log that are kept in memory. */
const LOG_TAIL_BYTES = 64 * 1024;

export interface MemberParts {
  readonly name: string;
  readonly kind: MemberKind;
  readonly place: Place;
  readonly volume: Volume;
  readonly network: Network;
  /** Where its log goes. */
  readonly logDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
}

export class RobustMember {
  readonly name: string;
  readonly kind: MemberKind;
  readonly place: Place;
  readonly volume: Volume;
  readonly logFile: string;
  /** Changes with every start. */
  life = 0;
  /** Somebody wants it to be down, or does not mind. */
  mayEnd = false;
  isPaused = false;
  tracer: SyncTracer | undefined;
  /** Told when the process ends; `reason` is an exit code or a signal. */
  onExit: (reason: string) => void = () => {};
  #tail = '';
  readonly #parts: MemberParts;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(parts: MemberParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.kind = parts.kind;
    this.place = parts.place;
    this.volume = parts.volume;
    this.logFile = join(parts.logDirectory, `${parts.name}.log`);
    this.#log = createWriteStream(this.logFile);
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get url(): string {
    return this.place.clientURL;
  }

  /** The newest part of its log. */
  get logTail(): string {
    return this.#tail;
  }

  start(args: readonly string[]): void {
    const { place, network, environment } = this.#parts;
    const own = [
      ...['--name', this.name, '--data-dir', this.volume.dataDir],
      ...['--listen-client-urls', place.clientURL, '--advertise-client-urls', place.clientURL],
      ...['--listen-peer-urls', place.peerListenURL, '--initial-advertise-peer-urls', place.peerURL],
      ...(this.kind === 'go' ? ['--logger', 'zap', '--log-outputs', 'stderr', '--enable-v2'] : []),
    ];
    const program = this.kind === 'go' ? [GO_ETCD] : [process.execPath, command('etcd')];
    const [first, ...rest] = [...place.inside, ...program, ...own, ...args] as [string, ...string[]];
    const child = spawn(first, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    const keep = (chunk: Buffer): void => {
      this.#log.write(chunk);
      this.#tail = (this.#tail + chunk.toString()).slice(-LOG_TAIL_BYTES);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.#child = child;
    this.life++;
    this.mayEnd = false;
    this.isPaused = false;
    this.#ended = new Promise((resolve) =>
      child.once('exit', (code, signal) => {
        this.onExit(String(signal ?? code));
        resolve();
      }),
    );
    if (child.pid !== undefined) network.started(this.name, child.pid);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.mayEnd = true;
    if (this.isRunning) this.#child?.kill(signal);
    await this.#ended;
  }

  pause(): void {
    this.isPaused = true;
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.isPaused = false;
    this.#child?.kill('SIGCONT');
  }

  /** How often its log has said this. */
  countInLog(message: string): number {
    return readFileSync(this.logFile, 'utf8').split(`"msg":"${message}"`).length - 1;
  }

  async dispose(): Promise<void> {
    await this.end('SIGKILL');
    this.#log.end();
    await finished(this.#log);
  }
}
