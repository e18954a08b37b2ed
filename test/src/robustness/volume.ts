// Where a member keeps its data: a small file system of its own on a loop device where that is allowed, so that it can be
// filled up or turned read-only under the running process; else a plain directory.
import { mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { hasCommands, isRoot, run } from './commands.ts';

/** Go's log alone takes two segments of 64 MB. The image is sparse. */
const VOLUME_SIZE = '512M';

export class Volume {
  readonly dataDir: string;
  /** Whether it is a file system of its own. */
  readonly isOwn: boolean;
  readonly #image: string;
  readonly #mountPoint: string;
  #isMounted = false;

  private constructor(directory: string, name: string, isOwn: boolean) {
    this.#image = join(directory, `${name}.img`);
    this.#mountPoint = join(directory, name);
    this.dataDir = join(this.#mountPoint, 'data');
    this.isOwn = isOwn;
  }

  /** A directory. */
  static plain(this: void, directory: string, name: string): Volume {
    const volume = new Volume(directory, name, false);
    mkdirSync(volume.#mountPoint, { recursive: true });
    return volume;
  }

  /** A file system of its own, or a directory where that is not allowed. */
  static async create(this: void, directory: string, name: string): Promise<Volume> {
    const canMount = isRoot && hasCommands('mkfs.ext4', 'e2fsck', 'mount', 'umount', 'fallocate');
    if (!canMount) return Volume.plain(directory, name);
    const volume = new Volume(directory, name, true);
    mkdirSync(volume.#mountPoint, { recursive: true });
    try {
      await run('truncate', ['-s', VOLUME_SIZE, volume.#image]);
      await run('mkfs.ext4', ['-q', '-F', '-m', '0', volume.#image]);
      await volume.#mount();
      return volume;
    } catch {
      // Root of a container that may not mount.
      rmSync(volume.#image, { force: true });
      return Volume.plain(directory, name);
    }
  }

  async #mount(): Promise<void> {
    await run('mount', ['-o', 'loop', this.#image, this.#mountPoint]);
    this.#isMounted = true;
  }

  async #unmount(): Promise<void> {
    if (!this.#isMounted) return;
    await run('umount', [this.#mountPoint]);
    this.#isMounted = false;
  }

  async fill(): Promise<void> {
    const { bavail, bsize } = statfsSync(this.#mountPoint);
    // What the file's own map takes is not known beforehand.
    for (const share of [1, 0.999, 0.99]) {
      try {
        await run('fallocate', ['-l', String(Math.floor(bavail * share) * bsize), this.#filler]);
        return;
      } catch {
        rmSync(this.#filler, { force: true });
      }
    }
    throw new Error(`${this.#mountPoint} could not be filled`);
  }

  unfill(): void {
    rmSync(this.#filler, { force: true });
  }

  get #filler(): string {
    return join(this.#mountPoint, 'filler');
  }

  /** From now on every write fails with EROFS, as after an error of the device. */
  async abort(): Promise<void> {
    await run('mount', ['-o', 'remount,abort', this.#mountPoint]);
  }

  /** Makes an aborted file system usable again; nobody may use it meanwhile. */
  async repair(): Promise<void> {
    await this.#unmount();
    // 1: errors were corrected.
    await run('sh', ['-c', `e2fsck -p -f '${this.#image}' >/dev/null || [ $? -eq 1 ]`]);
    await this.#mount();
  }

  wipe(): void {
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Takes it away; `keep`: copies the data to a plain directory first. */
  async dispose(keep?: string): Promise<void> {
    if (keep !== undefined) {
      mkdirSync(keep, { recursive: true });
      await run('cp', ['-a', '--sparse=always', this.#mountPoint, keep]);
    }
    await this.#unmount();
    rmSync(this.#image, { force: true });
    rmSync(this.#mountPoint, { recursive: true, force: true });
  }
}
