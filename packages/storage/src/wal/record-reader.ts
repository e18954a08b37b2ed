// Reads records through a run of segments, checking frames, the CRC chain and the order of segments.
//
// How the end of a segment, a torn tail and corruption are told apart (etcd's rules, and stricter where noted):
// - a length of zero, or the end of the file, ends a segment: what follows is preallocated space;
// - in the LAST segment a record that runs past the end of the file, or whose CRC is wrong and that has a sector of
//   zeros within, was never written whole: TORN_TAIL;
// - anything else that does not check out is CORRUPT. Stricter than etcd: a length field must be well formed
//   (its padding agreeing with its length), a segment must begin with its CRC record.
import { crc32c, type Disk, type DiskFile, joinPath } from '@quorate/base';
import { WalRecord } from '@quorate/proto';
import { WalError } from './errors.ts';
import {
  FRAME_ALIGNMENT_BYTES,
  FRAME_HEADER_BYTES,
  MAX_RECORD_BYTES,
  READ_CHUNK_BYTES,
  SECTOR_BYTES,
} from './limits.ts';
import type { SegmentName } from './names.ts';
import { decodeAny, decodeQuickRecord, quickRecord } from './record-decode.ts';
import { RecordType } from './record-type.ts';

export class RecordReader {
  /** The current record: its type, and its data in `bytes[dataStart, dataEnd)`. A view of them may be kept. */
  type = 0;
  bytes: Uint8Array = new Uint8Array(0);
  dataStart = 0;
  dataEnd = 0;
  /** CRC of all data so far. */
  crc = 0;
  /** Of the current segment: offset behind the last whole record. */
  endOffset = 0;

  readonly #disk: Disk;
  readonly #directory: string;
  readonly #segments: readonly SegmentName[];
  #current = -1;
  #file: DiskFile | undefined;
  #fileSize = 0;
  /** File offset of `bytes[0]`, and how many of `bytes` have been read. */
  #chunkOffset = 0;
  #chunkLength = 0;

  constructor(disk: Disk, directory: string, segments: readonly SegmentName[]) {
    this.#disk = disk;
    this.#directory = directory;
    this.#segments = segments;
  }

  /** Path of the segment being read. */
  get path(): string {
    return joinPath(this.#directory, this.#segments[Math.max(this.#current, 0)]?.name ?? '');
  }

  /** Size of the file being read. */
  get fileSize(): number {
    return this.#fileSize;
  }

  /** Advances to the next record; false after the last. @throws WalError TORN_TAIL, CORRUPT; DiskError */
  next(): boolean {
    while (!this.#nextInSegment()) {
      if (this.#current === this.#segments.length - 1) return false;
      this.#openNext();
    }
    return true;
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** The CRC of all data so far could not be known if the first segment read starts in the middle of the log. */
  #isFirstRecord(): boolean {
    return this.#current === 0 && this.endOffset === 0;
  }

  #openNext(): void {
    this.close();
    this.#current++;
    const file = this.#disk.open(this.path, 'read');
    this.#file = file;
    this.#fileSize = file.size();
    this.#chunkOffset = 0;
    this.#chunkLength = 0;
    this.endOffset = 0;
  }

  #isLast(): boolean {
    return this.#current === this.#segments.length - 1;
  }

  #nextInSegment(): boolean {
    if (this.#file === undefined) return false; // before the first segment
    const offset = this.endOffset;
    const left = this.#fileSize - offset;
    if (left === 0) return this.#endOfSegment();
    if (left < FRAME_HEADER_BYTES) throw this.#truncated('the file ends within a length field');

    let at = this.#fill(offset, FRAME_HEADER_BYTES);
    const bytes = this.bytes;
    const lengthLow = u32(bytes, at);
    const lengthHigh = u32(bytes, at + 4);
    if (lengthLow === 0 && lengthHigh === 0) return this.#endOfSegment();
    // 56 bits of length (never more than 31 used), then 0x80 | padding or nothing.
    const top = lengthHigh >>> 24;
    const padding = top & 0x07;
    const aligned = padding === (-lengthLow & (FRAME_ALIGNMENT_BYTES - 1));
    const wellFormed =
      (lengthHigh & 0xffffff) === 0 && (top === 0 || (top === (0x80 | padding) && padding !== 0 && aligned));
    if (!wellFormed || lengthLow > MAX_RECORD_BYTES || lengthLow === 0) {
      throw this.#corrupt(`impossible record length 0x${hex8(lengthHigh)}${hex8(lengthLow)}`);
    }
    const bodyLength = lengthLow + padding;
    if (bodyLength > left - FRAME_HEADER_BYTES) {
      throw this.#truncated(`the file ends within a record of ${lengthLow} bytes`);
    }
    at = this.#fill(offset + FRAME_HEADER_BYTES, bodyLength);
    this.#parse(at, lengthLow, bodyLength);
    this.endOffset = offset + FRAME_HEADER_BYTES + bodyLength;
    return true;
  }

  #endOfSegment(): false {
    if (this.endOffset === 0) throw this.#corrupt('the segment has no header');
    return false;
  }

  #parse(at: number, length: number, bodyLength: number): void {
    const bytes = this.bytes;
    decodeQuickRecord(bytes, at, at + length);
    let { type, crc: recordCrc, dataStart, dataEnd } = quickRecord;
    if (!quickRecord.ok) {
      const record = decodeAny(WalRecord, bytes, at, at + length);
      if (record === undefined) throw this.#damaged(at, bodyLength, 'a record cannot be decoded');
      type = record.type;
      recordCrc = record.crc;
      dataStart = record.data.length === 0 ? at : record.data.byteOffset - bytes.byteOffset;
      dataEnd = dataStart + record.data.length;
    }
    this.type = type;
    this.dataStart = dataStart;
    this.dataEnd = dataEnd;
    if (type === RecordType.crc) {
      if (!this.#isFirstRecord() && recordCrc !== this.crc) {
        throw this.#corrupt(
          `crc mismatch: the segment continues 0x${hex8(recordCrc)}, the records before it have 0x${hex8(this.crc)}`,
        );
      }
      this.crc = recordCrc;
      return;
    }
    if (this.endOffset === 0)
      throw this.#damaged(at, bodyLength, 'the segment does not begin with its crc record');
    const crc = crc32c(bytes, this.crc, dataStart, dataEnd);
    if (crc !== recordCrc) {
      throw this.#damaged(
        at,
        bodyLength,
        `crc mismatch: recorded 0x${hex8(recordCrc)}, computed 0x${hex8(crc)}`,
      );
    }
    if (type < RecordType.metadata || type > RecordType.snapshot) {
      throw this.#corrupt(`unknown record type ${type}`);
    }
    this.crc = crc;
  }

  /** Makes `count` bytes at a file offset available in `bytes`; returns where. Earlier views stay valid. */
  #fill(offset: number, count: number): number {
    const at = offset - this.#chunkOffset;
    if (at + count <= this.#chunkLength) return at;
    const wanted = Math.min(Math.max(count, READ_CHUNK_BYTES), this.#fileSize - offset);
    const chunk = Buffer.allocUnsafeSlow(wanted); // not pooled: kept views pin exactly this chunk
    const kept = Math.max(0, this.#chunkLength - at);
    if (kept > 0) chunk.set(this.bytes.subarray(at, this.#chunkLength), 0);
    const read = (this.#file as DiskFile).read(chunk, kept, wanted - kept, offset + kept);
    this.bytes = chunk;
    this.#chunkOffset = offset;
    this.#chunkLength = kept + read;
    if (this.#chunkLength < count) throw this.#corrupt('the file became shorter while it was read');
    return 0;
  }

  #truncated(reason: string): WalError {
    return this.#isLast() && this.endOffset > 0 ? this.#torn(reason) : this.#corrupt(reason);
  }

  /** A whole frame with wrong contents: torn if a sector of it was never written, else corrupt. */
  #damaged(at: number, length: number, reason: string): WalError {
    const hasLostSector =
      this.#isLast() &&
      this.endOffset > 0 &&
      hasZeroSector(this.bytes, at, length, this.endOffset + FRAME_HEADER_BYTES);
    return hasLostSector ? this.#torn(reason) : this.#corrupt(reason);
  }

  #torn(reason: string): WalError {
    const place = { file: this.path, offset: this.endOffset };
    return new WalError('TORN_TAIL', `the last record is incomplete: ${reason}`, place);
  }

  #corrupt(reason: string): WalError {
    return new WalError('CORRUPT', reason, { file: this.path, offset: this.endOffset });
  }
}

/** Whether any part of the bytes that lies within one sector of the file is all zeros. */
function hasZeroSector(bytes: Uint8Array, start: number, length: number, fileOffset: number): boolean {
  const end = start + length;
  for (let at = start; at < end; ) {
    const inSector = SECTOR_BYTES - ((fileOffset + at - start) % SECTOR_BYTES);
    const sectorEnd = Math.min(at + inSector, end);
    let zeros = at;
    while (zeros < sectorEnd && bytes[zeros] === 0) zeros++;
    if (zeros === sectorEnd) return true;
    at = sectorEnd;
  }
  return false;
}

function u32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}

function hex8(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
