// Generated from proto/snappb/snap.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readLength, readTag, readUint32, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { varintSize, writeBytes, writeVarint } from '../runtime/writer.ts';

export interface SnapFile {
  crc: number;
  data: Uint8Array;
}

export function emptySnapFile(): SnapFile {
  return {
    crc: 0,
    data: EMPTY_BYTES,
  };
}

function assignSnapFile(m: SnapFile, init: Partial<SnapFile>): void {
  if (init.crc !== undefined) m.crc = init.crc;
  if (init.data !== undefined) m.data = init.data;
}

export function sizeSnapFile(m: SnapFile): number {
  let n = 0;
  {
    n += 1 + varintSize(m.crc);
  }
  if (m.data.length !== 0) {
    const length = m.data.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeSnapFile(m: SnapFile, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeVarint(b, p, m.crc);
  }
  if (m.data.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.data);
  }
  return p;
}

export function readSnapFile(m: SnapFile, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 8: {
        const v = b[p] as number;
        if (v < 128) {
          m.crc = v;
          p++;
        } else {
          m.crc = readUint32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.data = viewBytes(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'snappb.snapshot');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('snappb.snapshot');
}

export const SnapFile: MessageType<SnapFile> = /*#__PURE__*/ new MessageType<SnapFile>('snappb.snapshot', {
  empty: emptySnapFile,
  assign: assignSnapFile,
  size: sizeSnapFile,
  write: writeSnapFile,
  read: readSnapFile,
  fields: () => [
    fieldInfo('crc', 'crc', 1, 'uint32'),
    fieldInfo('data', 'data', 2, 'bytes'),
  ],
});

