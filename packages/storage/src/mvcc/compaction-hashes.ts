// Hashes of the newest compactions: of what the store held up to a compaction's revision just before it took effect. Members
// that made the same compactions have the same, however far apart they are by now.
import { maxCompactionHashes } from './limits.ts';
import type { RevisionHash } from './types.ts';

export class CompactionHashes {
  /** By compact revision, the oldest first. */
  private readonly hashes = new Map<number, Promise<RevisionHash>>();

  /** Keeps a hash that is being made. One that fails, because the store was closed, is forgotten. */
  keep(revision: number, hash: Promise<RevisionHash>): void {
    this.hashes.set(revision, hash);
    hash.catch(() => this.hashes.delete(revision));
    for (const oldest of this.hashes.keys()) {
      if (this.hashes.size <= maxCompactionHashes) return;
      this.hashes.delete(oldest);
    }
  }

  find(revision: number): Promise<RevisionHash> | undefined {
    return this.hashes.get(revision);
  }

  /** Compact revisions with a hash, the newest first. */
  revisions(): number[] {
    return [...this.hashes.keys()].reverse();
  }
}
