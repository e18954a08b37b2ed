// The contents of a `.snap` file: snappb.snapshot{crc, data}, where data is a raftpb.Snapshot and crc its CRC-32C.
import { crc32c } from '@quorate/base';
import { DecodeError, RaftSnapshot, SnapFile } from '@quorate/proto';

/** Why a snapshot file cannot be used. */
export class SnapFileError extends Error {
  override readonly name = 'SnapFileError';
}

/** @throws SnapFileError if the bytes are not a whole snapshot file */
export function decodeSnapFile(bytes: Uint8Array): RaftSnapshot {
  if (bytes.length === 0) throw new SnapFileError('the file is empty');
  try {
    const file = SnapFile.decode(bytes);
    if (file.data.length === 0 || file.crc === 0) throw new SnapFileError('the file holds no snapshot');
    const crc = crc32c(file.data);
    if (crc !== file.crc) {
      throw new SnapFileError(
        `crc mismatch: recorded ${file.crc.toString(16)}, computed ${crc.toString(16)}`,
      );
    }
    return RaftSnapshot.decode(file.data);
  } catch (error) {
    if (error instanceof DecodeError) throw new SnapFileError(`it cannot be decoded: ${error.message}`);
    throw error;
  }
}

/** A file's head: the CRC and everything in front of the payload. */
export function snapFileHead(crc: number, payloadLength: number): Uint8Array {
  const head: number[] = [0x08];
  const varint = (value: number): void => {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) head.push((rest % 128) | 0x80);
    head.push(rest);
  };
  varint(crc);
  head.push(0x12);
  varint(payloadLength);
  return Uint8Array.from(head);
}
