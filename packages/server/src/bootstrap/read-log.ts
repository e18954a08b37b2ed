// Finds the snapshot to begin with and reads the log behind it, in one pass where that can be.
import type { Disk } from '@quorate/base';
import type { Snapshot } from '@quorate/raft';
import { type Snapshotter, Wal, type WalContents, WalError, type WalOptions } from '@quorate/storage';

/** A log and the newest snapshot that it knows. */
export interface ReadLog {
  readonly wal: Wal;
  readonly contents: WalContents;
  readonly snapshot: Snapshot | undefined;
}

/**
 * The newest snapshot file is nearly always recorded in the log: it is tried first, and only the segments from it on are
 * read. Else the whole log is read for the snapshots it knows. @throws WalError
 */
export function readLog(
  disk: Disk,
  directory: string,
  snapshotter: Snapshotter,
  options: WalOptions,
): ReadLog {
  const newest = snapshotter.loadNewest();
  if (newest === undefined) return readFrom(disk, directory, undefined, options);
  try {
    const read = readFrom(disk, directory, newest, options);
    // A snapshot beyond what the log knows to be committed is not to be trusted.
    if (read.contents.hardState.commit >= newest.metadata.index) return read;
    read.wal.close();
  } catch (error) {
    if (!(error instanceof WalError) || !isAboutPosition(error)) throw error;
  }
  const marks = Wal.validSnapshotEntries(disk, directory);
  const known = snapshotter.loadNewest(marks);
  const read = readFrom(disk, directory, known, options);
  snapshotter.setAsideAfter(known?.metadata.index ?? 0);
  return read;
}

function readFrom(
  disk: Disk,
  directory: string,
  snapshot: Snapshot | undefined,
  options: WalOptions,
): ReadLog {
  const from = { index: snapshot?.metadata.index ?? 0, term: snapshot?.metadata.term ?? 0 };
  return { ...Wal.openAndRead(disk, directory, from, options), snapshot };
}

/** Whether the log is well but does not hold the position asked for. */
function isAboutPosition({ code }: WalError): boolean {
  return (
    code === 'SNAPSHOT_NOT_FOUND' ||
    code === 'SNAPSHOT_MISMATCH' ||
    code === 'SLICE_OUT_OF_RANGE' ||
    code === 'NOT_FOUND'
  );
}
