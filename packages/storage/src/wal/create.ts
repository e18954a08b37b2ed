// Makes the files of a new log: beside their place, then renamed, so that a log is there whole or not at all.
import { type Disk, type DiskFile, type DiskLock, makeDirectoryDurable, parentPath } from '@quorate/base';
import { WalError } from './errors.ts';
import { SEGMENT_BYTES } from './limits.ts';
import { parseSegmentName, type SegmentName, segmentFileName } from './names.ts';
import { segmentPath } from './read.ts';
import { RecordWriter } from './record-writer.ts';
import { reserveHead } from './segment-allocator.ts';
import type { WalOptions, WalPosition } from './types.ts';

/** Where a log starts: every new one records a snapshot there. */
export const BEGINNING: WalPosition = { index: 0, term: 0 };

/** A log just made: its only segment, and the writer that still holds what was written. */
export interface CreatedLog {
  readonly file: DiskFile;
  readonly segment: SegmentName;
  readonly writer: RecordWriter;
  readonly lock: DiskLock;
}

/** @throws DiskError, WalError EXISTS */
export function createLog(
  disk: Disk,
  directory: string,
  metadata: Uint8Array,
  options: WalOptions,
): CreatedLog {
  const temporary = `${directory.replace(/\/+$/, '')}.tmp`;
  disk.removeTree(temporary);
  makeDirectoryDurable(disk, temporary);
  const segment = parseSegmentName(segmentFileName(0, 0)) as SegmentName;
  const file = disk.open(segmentPath(temporary, segment), 'createNew');
  try {
    reserveHead(file, options.segmentBytes ?? SEGMENT_BYTES);
    const writer = new RecordWriter(0);
    writer.crcRecord();
    writer.metadata(metadata);
    writer.snapshot(BEGINNING);
    file.write(writer.buffer, 0, writer.length, 0);
    if (options.unsafeNoSync !== true) file.dataSync();
    disk.syncDirectory(temporary);
    removeUnimportant(disk, directory);
    disk.rename(temporary, directory);
    disk.syncDirectory(parentPath(directory));
    return { file, segment, writer, lock: disk.lockDirectory(directory) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Clears the way for a rename: a log's place may hold an empty directory or leftovers of this program, nothing else. */
function removeUnimportant(disk: Disk, directory: string): void {
  if (disk.stat(directory) === undefined) return;
  const foreign = disk.list(directory).find((name) => !name.startsWith('.lock') && !name.endsWith('.tmp'));
  if (foreign !== undefined) {
    throw new WalError('EXISTS', `the directory holds something that is not a log: ${foreign}`, {
      file: directory,
    });
  }
  disk.removeTree(directory);
}
