// Media that rot: a bit of a record of the log or of a snapshot file is another one, or a write goes astray and lands on
// records before it. Only such places as a checksum covers: what looks like the end of a log that was cut off by a loss
// of power cannot be told from one.
import type { DiskFile } from '@quorate/base';
import type { SimDisk } from '../sim-disk.ts';
import { SIM_SECTOR_BYTES } from '../sim-disk-content.ts';
import type { Draw } from './draw.ts';

const LOG = '/data/member/wal';
const SNAPSHOTS = '/data/member/snap';
const FRAME_HEADER_BYTES = 8;

/** Turns a bit over. @returns where, or undefined when there is nothing that could rot */
export function rotSomewhere(disk: SimDisk, draw: Draw): string | undefined {
  const place = draw.chance(0.7) ? inLog(disk, draw) : inSnapshot(disk, draw);
  if (place === undefined) return undefined;
  disk.rot(place.path, place.position, 1 << draw.whole(0, 7));
  return `${place.path} at ${place.position}`;
}

/** Has the next write of the log land some sectors before its place. */
export function sendAstray(disk: SimDisk, draw: Draw): void {
  const sectors = draw.whole(1, 4);
  disk.stray = (path, position) => {
    const elsewhere = position - sectors * SIM_SECTOR_BYTES;
    return path.startsWith(`${LOG}/`) && elsewhere > 0 ? elsewhere : undefined;
  };
}

interface Place {
  readonly path: string;
  readonly position: number;
}

/** A byte of the body of some record. */
function inLog(disk: SimDisk, draw: Draw): Place | undefined {
  const names = filesIn(disk, LOG, '.wal');
  const name = names[names.length - 1 - (draw.chance(0.8) ? 0 : draw.whole(0, names.length - 1))];
  if (name === undefined) return undefined;
  const path = `${LOG}/${name}`;
  const file = disk.open(path, 'read');
  const bodies: { readonly from: number; readonly length: number }[] = [];
  for (let at = 0; ; ) {
    const header = wordsAt(file, at);
    if (header === undefined || header.length === 0) break;
    bodies.push({ from: at + FRAME_HEADER_BYTES, length: header.length });
    at += FRAME_HEADER_BYTES + header.length + header.padding;
  }
  file.close();
  const body = bodies.length === 0 ? undefined : draw.pick(bodies);
  return body === undefined ? undefined : { path, position: body.from + draw.whole(0, body.length - 1) };
}

function wordsAt(
  file: DiskFile,
  at: number,
): { readonly length: number; readonly padding: number } | undefined {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  if (file.read(header, 0, header.length, at) < header.length) return undefined;
  return { length: header.readUInt32LE(0), padding: (header[7] as number) & 7 };
}

function inSnapshot(disk: SimDisk, draw: Draw): Place | undefined {
  const name = filesIn(disk, SNAPSHOTS, '.snap').at(-1);
  if (name === undefined) return undefined;
  const path = `${SNAPSHOTS}/${name}`;
  const size = disk.stat(path)?.size ?? 0;
  return size === 0 ? undefined : { path, position: draw.whole(0, size - 1) };
}

function filesIn(disk: SimDisk, directory: string, suffix: string): string[] {
  if (disk.stat(directory) === undefined) return [];
  return disk.list(directory).filter((name) => name.endsWith(suffix));
}
