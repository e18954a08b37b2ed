// Names of segment files: `%016x-%016x.wal`, sequence number and index of the first entry that may follow.
import { assert, type Disk } from '@quorate/base';
import { WalError } from './errors.ts';

export interface SegmentName {
  readonly name: string;
  readonly sequence: number;
  /** Entries before this index are in earlier segments. */
  readonly firstIndex: number;
}

const PATTERN = /^([0-9a-f]{16})-([0-9a-f]{16})\.wal$/;

/** 16 hexadecimal digits. */
export function hex16(value: number): string {
  assert(Number.isSafeInteger(value) && value >= 0, `not an index: ${value}`);
  return value.toString(16).padStart(16, '0');
}

export function segmentFileName(sequence: number, firstIndex: number): string {
  return `${hex16(sequence)}-${hex16(firstIndex)}.wal`;
}

/** undefined if the name is not a segment's. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const match = PATTERN.exec(name);
  if (match === null) return undefined;
  const sequence = Number.parseInt(match[1] as string, 16);
  const firstIndex = Number.parseInt(match[2] as string, 16);
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(firstIndex)) return undefined;
  return { name, sequence, firstIndex };
}

/** All segments of a directory in order; empty if the directory is not there. */
export function listSegments(disk: Disk, directory: string): SegmentName[] {
  if (disk.stat(directory) === undefined) return [];
  const segments: SegmentName[] = [];
  for (const name of disk.list(directory)) {
    const segment = parseSegmentName(name);
    if (segment !== undefined) segments.push(segment);
  }
  return segments;
}

/**
 * The segments needed to read entries after `index`: from the last one that starts at or before it.
 * @throws WalError NOT_FOUND, or CORRUPT if one is missing in between
 */
export function segmentsFrom(disk: Disk, directory: string, index: number): SegmentName[] {
  const all = listSegments(disk, directory);
  if (all.length === 0) throw new WalError('NOT_FOUND', 'no segments found', { file: directory });
  let first = all.length - 1;
  while (first >= 0 && (all[first] as SegmentName).firstIndex > index) first--;
  if (first < 0) {
    throw new WalError(
      'NOT_FOUND',
      `no segment reaches back to index ${index}; the first one is ${all[0]?.name}`,
      {
        file: directory,
      },
    );
  }
  const wanted = all.slice(first);
  for (let at = 1; at < wanted.length; at++) {
    const before = wanted[at - 1] as SegmentName;
    const after = wanted[at] as SegmentName;
    if (after.sequence !== before.sequence + 1) {
      throw new WalError('CORRUPT', `segments are missing between ${before.name} and ${after.name}`, {
        file: directory,
      });
    }
  }
  return wanted;
}
