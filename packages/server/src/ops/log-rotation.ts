// A log file that is put aside when it has grown too large: `name-2006-01-02T15-04-05.000.ext` beside it, compressed
// and removed again as the settings say. Names and rules are those of the log rotation that etcd uses.
import {
  closeSync,
  createReadStream,
  createWriteStream,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** `--log-rotation-config-json`. */
export interface RotationSettings {
  /** Largest size of a file, in mebibytes; 0 means 100. */
  readonly maxSizeMib: number;
  /** Days for which old files are kept; 0: for ever. */
  readonly maxAgeDays: number;
  /** Old files kept at most; 0: all. */
  readonly maxBackups: number;
  /** Names carry local time rather than UTC. */
  readonly localTime: boolean;
  readonly compress: boolean;
}

const DEFAULT_SIZE_MIB = 100;
const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;
const COMPRESSED = '.gz';

/** The time in a file's name. */
function stamp(time: Date, localTime: boolean): string {
  const shifted = localTime ? new Date(time.getTime() - time.getTimezoneOffset() * 60_000) : time;
  return shifted.toISOString().slice(0, -1).replaceAll(':', '-');
}

/** The time that a name carries, Unix ms; undefined when it carries none. */
function timeOf(text: string, localTime: boolean): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2}\.\d{3})$/.exec(text);
  if (match === null) return undefined;
  const ms = Date.parse(`${match[1]}T${match[2]}:${match[3]}:${match[4]}${localTime ? '' : 'Z'}`);
  return Number.isNaN(ms) ? undefined : ms;
}

interface Backup {
  readonly path: string;
  readonly timeMs: number;
  readonly isCompressed: boolean;
}

export class RotatingFile {
  readonly #path: string;
  readonly #settings: RotationSettings;
  readonly #maxBytes: number;
  readonly #wallMs: () => number;
  #fd: number;
  #size: number;
  /** The tidying up under way, and whether another round is due after it. */
  #tidying: Promise<void> | undefined;
  #tidyAgain = false;

  /** Opens or makes the file. @throws what the system says */
  constructor(path: string, settings: RotationSettings, wallMs: () => number = Date.now) {
    this.#path = path;
    this.#settings = settings;
    this.#maxBytes = (settings.maxSizeMib || DEFAULT_SIZE_MIB) * MIB;
    this.#wallMs = wallMs;
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    this.#fd = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#fd).size;
  }

  /** Appends a line, to a new file if it does not fit any more. @throws what the system says */
  write(line: Buffer): void {
    if (this.#size > 0 && this.#size + line.length > this.#maxBytes) this.#rotate();
    for (let rest = line; rest.length > 0; ) {
      const written = writeSync(this.#fd, rest);
      this.#size += written;
      rest = rest.subarray(written);
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Resolves when old files have been compressed and removed. */
  async settled(): Promise<void> {
    while (this.#tidying !== undefined) await this.#tidying;
  }

  #rotate(): void {
    const { mode } = fstatSync(this.#fd);
    renameSync(this.#path, this.#backupPath());
    const fresh = openSync(this.#path, 'a', 0o600);
    fchmodSync(fresh, mode & 0o777);
    closeSync(this.#fd);
    this.#fd = fresh;
    this.#size = 0;
    this.#tidyLater();
  }

  /** A name that is free: within one millisecond, time is moved on. */
  #backupPath(): string {
    const extension = extname(this.#path);
    const stem = basename(this.#path, extension);
    for (let timeMs = this.#wallMs(); ; timeMs++) {
      const name = `${stem}-${stamp(new Date(timeMs), this.#settings.localTime)}${extension}`;
      const path = join(dirname(this.#path), name);
      const isTaken = (candidate: string): boolean =>
        statSync(candidate, { throwIfNoEntry: false }) !== undefined;
      if (!isTaken(path) && !isTaken(path + COMPRESSED)) return path;
    }
  }

  #tidyLater(): void {
    if (this.#tidying !== undefined) {
      this.#tidyAgain = true;
      return;
    }
    // The log itself is the place where a failure would be told; a file that stays is no reason to end the process.
    this.#tidying = this.#tidy()
      .catch(() => {})
      .finally(() => {
        this.#tidying = undefined;
        if (!this.#tidyAgain) return;
        this.#tidyAgain = false;
        this.#tidyLater();
      });
  }

  async #tidy(): Promise<void> {
    const { maxBackups, maxAgeDays, compress } = this.#settings;
    const backups = this.#backups();
    const oldestMs = maxAgeDays > 0 ? this.#wallMs() - maxAgeDays * DAY_MS : Number.NEGATIVE_INFINITY;
    for (const [at, { path, timeMs, isCompressed }] of backups.entries()) {
      if ((maxBackups > 0 && at >= maxBackups) || timeMs < oldestMs) rmSync(path, { force: true });
      else if (compress && !isCompressed) await compressFile(path);
    }
  }

  /** Old files, the newest first. */
  #backups(): Backup[] {
    const extension = extname(this.#path);
    const prefix = `${basename(this.#path, extension)}-`;
    const backups: Backup[] = [];
    for (const name of readdirSync(dirname(this.#path))) {
      const isCompressed = name.endsWith(extension + COMPRESSED);
      const suffix = isCompressed ? extension + COMPRESSED : extension;
      if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue;
      const timeMs = timeOf(name.slice(prefix.length, name.length - suffix.length), this.#settings.localTime);
      if (timeMs !== undefined) backups.push({ path: join(dirname(this.#path), name), timeMs, isCompressed });
    }
    return backups.sort((a, b) => b.timeMs - a.timeMs);
  }
}

async function compressFile(path: string): Promise<void> {
  const target = path + COMPRESSED;
  try {
    const { mode } = statSync(path);
    await pipeline(createReadStream(path), createGzip(), createWriteStream(target, { mode }));
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  }
  rmSync(path, { force: true });
}
