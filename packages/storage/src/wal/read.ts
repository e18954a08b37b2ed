// Reading a log: all of its contents after a position, its snapshot records, a check of the whole, and repair.
import { type Disk, DiskError, type DiskFile, joinPath } from '@quorate/base';
import type { ConfState, Entry, HardState } from '@quorate/proto';
import { WalError } from './errors.ts';
import { READ_CHUNK_BYTES } from './limits.ts';
import { listSegments, type SegmentName, segmentsFrom } from './names.ts';
import { decodeEntry, decodeHardState, decodeSnapshotMark } from './record-decode.ts';
import { RecordReader } from './record-reader.ts';
import { RecordType } from './record-type.ts';
import type { WalContents, WalPosition, WalSnapshotMark, WalWarn } from './types.ts';

export const NO_HARD_STATE: HardState = { term: 0, vote: 0n, commit: 0 };

/** What a reader knows at the end of the log, for the writer to go on from. */
export interface WalEnd {
  readonly crc: number;
  /** Offset behind the last record in the last segment. */
  readonly offset: number;
  /** Index of the last entry or snapshot recorded. */
  readonly lastIndex: number;
}

function malformed(reader: RecordReader, what: string): WalError {
  return new WalError('CORRUPT', `a ${what} record cannot be decoded`, {
    file: reader.path,
    offset: reader.endOffset,
  });
}

/** Keeps the metadata record and checks that all of them agree. */
class MetadataCheck {
  value: Uint8Array | undefined;
  see(reader: RecordReader): void {
    const seen = reader.bytes.subarray(reader.dataStart, reader.dataEnd);
    if (this.value === undefined) this.value = Uint8Array.from(seen);
    else if (Buffer.compare(this.value, seen) !== 0) {
      throw new WalError('METADATA_CONFLICT', 'segments were written by different members or clusters', {
        file: reader.path,
        offset: reader.endOffset,
      });
    }
  }
}

/** Whether a snapshot record is of the position; a zero position matches the record `create` writes. */
function matchesPosition(reader: RecordReader, mark: WalSnapshotMark, from: WalPosition): boolean {
  if (mark.index !== from.index) return false;
  if (mark.term !== from.term) {
    throw new WalError(
      'SNAPSHOT_MISMATCH',
      `the snapshot at index ${from.index} has term ${mark.term} in the log, but term ${from.term} was asked for`,
      { file: reader.path, offset: reader.endOffset },
    );
  }
  return true;
}

function notFound(directory: string, from: WalPosition): WalError {
  return new WalError(
    'SNAPSHOT_NOT_FOUND',
    `no record of the snapshot at index ${from.index}, term ${from.term}`,
    { file: directory },
  );
}

/**
 * Reads everything after `from`. An entry whose index was seen before replaces that one and all after it: the log
 * was cut back there by another leader.
 * @throws WalError, DiskError
 */
export function readContents(
  disk: Disk,
  directory: string,
  segments: readonly SegmentName[],
  from: WalPosition,
): { contents: WalContents; end: WalEnd } {
  const reader = new RecordReader(disk, directory, segments);
  const metadata = new MetadataCheck();
  const entries: Entry[] = [];
  let hardState = NO_HARD_STATE;
  let confState: ConfState | undefined;
  let found = false;
  let lastIndex = 0;
  try {
    while (reader.next()) {
      switch (reader.type) {
        case RecordType.entry: {
          const entry = decodeEntry(reader.bytes, reader.dataStart, reader.dataEnd);
          if (entry === undefined) throw malformed(reader, 'log entry');
          lastIndex = entry.index;
          if (entry.index <= from.index) break;
          const at = entry.index - from.index - 1;
          if (at > entries.length) {
            throw new WalError(
              'SLICE_OUT_OF_RANGE',
              `entry ${entry.index} follows entry ${from.index + entries.length}: those between are missing`,
              { file: reader.path, offset: reader.endOffset },
            );
          }
          if (at === entries.length) entries.push(entry);
          else {
            entries.length = at;
            entries.push(entry);
          }
          break;
        }
        case RecordType.state: {
          const state = decodeHardState(reader.bytes, reader.dataStart, reader.dataEnd);
          if (state === undefined) throw malformed(reader, 'hard state');
          hardState = state;
          break;
        }
        case RecordType.metadata:
          metadata.see(reader);
          break;
        case RecordType.snapshot: {
          const mark = decodeSnapshotMark(reader.bytes, reader.dataStart, reader.dataEnd);
          if (mark === undefined) throw malformed(reader, 'snapshot');
          if (matchesPosition(reader, mark, from)) {
            found = true;
            confState = mark.confState;
          }
          if (mark.index > lastIndex) lastIndex = mark.index;
          break;
        }
      }
    }
  } finally {
    reader.close();
  }
  if (!found) throw notFound(directory, from);
  if (metadata.value === undefined) throw noMetadata(directory);
  return {
    contents: { metadata: metadata.value, hardState, entries, confState },
    end: { crc: reader.crc, offset: reader.endOffset, lastIndex },
  };
}

/**
 * The snapshots recorded in the log that lie at or before the last committed index, oldest first: those that may be
 * loaded. A torn tail is no obstacle. @throws WalError, DiskError
 */
export function readValidSnapshots(disk: Disk, directory: string): WalSnapshotMark[] {
  const reader = new RecordReader(disk, directory, allSegments(disk, directory));
  const marks: WalSnapshotMark[] = [];
  let commit = 0;
  readToTear(reader, () => {
    if (reader.type === RecordType.snapshot) {
      const mark = decodeSnapshotMark(reader.bytes, reader.dataStart, reader.dataEnd);
      if (mark === undefined) throw malformed(reader, 'snapshot');
      marks.push(mark);
    } else if (reader.type === RecordType.state) {
      const state = decodeHardState(reader.bytes, reader.dataStart, reader.dataEnd);
      if (state === undefined) throw malformed(reader, 'hard state');
      commit = state.commit;
    }
  });
  return marks.filter((mark) => mark.index <= commit);
}

/**
 * Reads through the log from a snapshot on and checks it, without keeping anything. A torn tail is no obstacle.
 * @throws WalError, DiskError
 */
export function verifyLog(disk: Disk, directory: string, from: WalPosition): void {
  const reader = new RecordReader(disk, directory, segmentsFrom(disk, directory, from.index));
  const metadata = new MetadataCheck();
  let found = false;
  readToTear(reader, () => {
    if (reader.type === RecordType.metadata) metadata.see(reader);
    else if (reader.type === RecordType.snapshot) {
      const mark = decodeSnapshotMark(reader.bytes, reader.dataStart, reader.dataEnd);
      if (mark === undefined) throw malformed(reader, 'snapshot');
      if (matchesPosition(reader, mark, from)) found = true;
    }
  });
  if (!found) throw notFound(directory, from);
}

/**
 * Cuts a half-written record off the end of the last segment; what was there is kept as `<segment>.broken`.
 * @returns whether there was one. @throws WalError if the last segment is corrupt otherwise, DiskError
 */
export function repairTornTail(disk: Disk, directory: string, warn: WalWarn): boolean {
  const segments = allSegments(disk, directory);
  const reader = new RecordReader(disk, directory, segments.slice(-1));
  const torn = readToTear(reader, () => {});
  if (torn === undefined) return false;
  const path = reader.path;
  const brokenPath = `${path}.broken`;
  try {
    copyFile(disk, path, brokenPath);
  } catch (error) {
    // The copy is for the curious; a full disk must not keep the member from starting.
    if (!(error instanceof DiskError) || error.code !== 'ENOSPC') throw error;
    disk.remove(brokenPath);
    warn('no room for a copy of the WAL segment being repaired', { path, error: error.message });
  }
  const file = disk.open(path, 'update');
  try {
    file.truncate(reader.endOffset);
    file.dataSync();
  } finally {
    file.close();
  }
  disk.syncDirectory(directory);
  warn('repaired a WAL segment: cut a half-written record off its end', {
    path,
    offset: reader.endOffset,
    'broken-path': brokenPath,
    reason: torn.message,
  });
  return true;
}

/**
 * Overwrites what follows the last record with zeros: remains of a torn write whose first sector was lost would else
 * be taken for records once new ones have been written before them. @returns the file, open for appending
 */
export function zeroTail(disk: Disk, path: string, offset: number): DiskFile {
  const file = disk.open(path, 'update');
  try {
    const size = file.size();
    const chunk = Buffer.allocUnsafe(Math.min(READ_CHUNK_BYTES, Math.max(0, size - offset)));
    const blank = Buffer.alloc(chunk.length);
    let dirty = false;
    for (let at = offset; at < size; ) {
      const length = file.read(chunk, 0, Math.min(chunk.length, size - at), at);
      if (length === 0) break;
      if (chunk.compare(blank, 0, length, 0, length) !== 0) {
        file.write(blank, 0, length, at);
        dirty = true;
      }
      at += length;
    }
    if (dirty) file.dataSync();
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function allSegments(disk: Disk, directory: string): SegmentName[] {
  const segments = listSegments(disk, directory);
  if (segments.length === 0) throw new WalError('NOT_FOUND', 'no segments found', { file: directory });
  return segments;
}

function noMetadata(directory: string): WalError {
  return new WalError('CORRUPT', 'no metadata record', { file: directory });
}

/** Reads all records; a torn tail ends the log and is returned. */
function readToTear(reader: RecordReader, visit: () => void): WalError | undefined {
  try {
    while (reader.next()) visit();
    return undefined;
  } catch (error) {
    if (error instanceof WalError && error.code === 'TORN_TAIL') return error;
    throw error;
  } finally {
    reader.close();
  }
}

function copyFile(disk: Disk, from: string, to: string): void {
  const source = disk.open(from, 'read');
  try {
    const target = disk.open(to, 'replace');
    try {
      const chunk = Buffer.allocUnsafe(Math.max(1, Math.min(READ_CHUNK_BYTES, source.size())));
      for (let at = 0; ; ) {
        const length = source.read(chunk, 0, chunk.length, at);
        if (length === 0) break;
        target.write(chunk, 0, length, at);
        at += length;
      }
      target.dataSync();
    } finally {
      target.close();
    }
  } finally {
    source.close();
  }
}

export function segmentPath(directory: string, segment: SegmentName): string {
  return joinPath(directory, segment.name);
}
