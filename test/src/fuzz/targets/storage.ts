// Files of a member that may be damaged, or that somebody else has made: WAL segments, snapshots, bbolt databases.
import assert from 'node:assert/strict';
import { crc32c, type Random } from '@quorate/base';
import { Entry, HardState, RaftSnapshot, WalRecord, WalSnapshot } from '@quorate/proto';
import {
  BboltError,
  BboltFile,
  byteSource,
  decodeSnapFile,
  type EtcdSnapshot,
  etcdSnapshotStatus,
  loadStoreFile,
  readEtcdSnapshot,
  SnapFileError,
  type StoreBuilder,
  Wal,
  WalError,
  writeEtcdSnapshot,
} from '@quorate/storage';
import { fnv1a64 } from '../../../../packages/storage/dist/bbolt/format.js';
import { snapFileHead } from '../../../../packages/storage/dist/snap/snap-file.js';
import { MemoryDisk } from '../memory-disk.ts';
import { accepts, type FuzzTarget } from '../target.ts';
import { randomMessage } from './proto.ts';

// ---------------------------------------------------------------------------------------------------------------- WAL

const WAL = 'wal';
const FIRST = '0000000000000000-0000000000000000.wal';
const SECOND = '0000000000000001-0000000000000003.wal';
const RecordKind = { metadata: 1, entry: 2, state: 3, crc: 4, snapshot: 5 } as const;
const SECTOR_BYTES = 512;

function walFrame(record: Buffer): Buffer {
  const padding = -record.length & 7;
  const frame = Buffer.alloc(8 + record.length + padding);
  frame.writeUInt32LE(record.length, 0);
  frame.writeUInt32LE(padding === 0 ? 0 : ((0x80 | padding) << 24) >>> 0, 4);
  record.copy(frame, 8);
  return frame;
}

/** Records of one byte each for type and length and then data, framed and chained with checksums. */
function framed(recipe: Buffer, crcBefore: number): { bytes: Buffer; crc: number } {
  const parts: Buffer[] = [
    walFrame(WalRecord.encode({ type: RecordKind.crc, crc: crcBefore, data: Buffer.alloc(0) })),
  ];
  let crc = crcBefore;
  for (let at = 0; at + 1 < recipe.length; ) {
    const type = recipe[at] as number;
    const end = Math.min(recipe.length, at + 2 + (recipe[at + 1] as number));
    const data = recipe.subarray(at + 2, end);
    at = end;
    crc = crc32c(data, crc);
    parts.push(walFrame(WalRecord.encode({ type, crc, data })));
  }
  return { bytes: Buffer.concat(parts), crc };
}

/** The head: how the rest is to be read, how much of it makes the first segment, and what damages it. */
function readLog(input: Buffer): void {
  if (input.length < 8) return;
  const how = input[0] as number;
  const content = input.subarray(8);
  const cut = Math.min(content.length, input.readUInt16LE(1));
  const disk = new MemoryDisk();
  if ((how & 1) === 0) {
    disk.put(`${WAL}/${FIRST}`, Buffer.from(content.subarray(0, cut)));
    if ((how & 2) !== 0) disk.put(`${WAL}/${SECOND}`, Buffer.from(content.subarray(cut)));
  } else {
    const first = framed(content.subarray(0, cut), 0);
    const second = framed(content.subarray(cut), first.crc);
    const last = (how & 2) !== 0 ? second.bytes : first.bytes;
    if ((how & 4) !== 0) last.fill(0, Math.min(last.length, input.readUInt16LE(3)));
    if ((how & 8) !== 0 && last.length > 0) last[input.readUInt16LE(5) % last.length] = input[7] as number;
    disk.put(`${WAL}/${FIRST}`, first.bytes);
    if ((how & 2) !== 0) disk.put(`${WAL}/${SECOND}`, second.bytes);
  }
  if ((how & 16) !== 0) {
    const path = `${WAL}/${(how & 2) !== 0 ? SECOND : FIRST}`;
    disk.put(path, Buffer.concat([disk.get(path), Buffer.alloc(2 * SECTOR_BYTES)]));
  }
  checkLog(disk);
}

function checkLog(disk: MemoryDisk): void {
  const from = { index: 0, term: 0 };
  accepts(() => Wal.verify(disk, WAL, from), WalError);
  accepts(() => Wal.validSnapshotEntries(disk, WAL), WalError);
  const before = disk
    .list(WAL)
    .map((name) => [`${WAL}/${name}`, Buffer.from(disk.get(`${WAL}/${name}`))] as const);
  let isRepaired = false;
  accepts(() => (isRepaired = Wal.repair(disk, WAL)), WalError);
  for (const [path, bytes] of before) {
    const now = disk.get(path);
    assert.ok(bytes.subarray(0, now.length).equals(now), 'a repair keeps a prefix');
    if (!isRepaired) assert.equal(now.length, bytes.length, 'without a repair nothing changes');
  }
  try {
    const { entries } = Wal.read(disk, WAL, from);
    entries.forEach((entry, at) => {
      assert.equal(entry.index, at + 1, 'entries follow on each other');
    });
    const { wal, contents } = Wal.openAndRead(disk, WAL, from, { clock: noClock });
    wal.close();
    assert.equal(contents.entries.length, entries.length);
  } catch (error) {
    if (!(error instanceof WalError)) throw error;
    if (isRepaired) assert.notEqual(error.code, 'TORN_TAIL', 'a repaired log is not torn');
  }
}

const noClock = {
  nowMs: () => 0,
  wallMs: () => 0,
  setTimer: () => ({ cancel: () => undefined }),
  defer: () => undefined,
};

function recipe(random: Random): Buffer {
  const parts: Buffer[] = [];
  const record = (type: number, data: Buffer): void => {
    if (data.length < 256) parts.push(Buffer.from([type, data.length]), data);
  };
  record(RecordKind.metadata, Buffer.from([8, 1, 16, 2]));
  record(RecordKind.snapshot, WalSnapshot.encode(WalSnapshot.create()));
  let index = 0;
  for (let left = random.nextBelow(8); left > 0; left--) {
    const kind = random.nextBelow(8);
    if (kind < 5) {
      index = random.nextBelow(6) === 0 ? random.nextBelow(6) : index + 1;
      record(
        RecordKind.entry,
        Entry.encode({ type: 0, term: 1, index, data: Buffer.alloc(random.nextBelow(80), 7) }),
      );
    } else if (kind === 5)
      record(RecordKind.state, HardState.encode({ term: 1, vote: 1n, commit: random.nextBelow(6) }));
    else if (kind === 6)
      record(
        RecordKind.snapshot,
        WalSnapshot.encode(WalSnapshot.create({ index: random.nextBelow(4), term: 1 })),
      );
    else record(random.nextBelow(8), random.fill(Buffer.alloc(random.nextBelow(8))) as Buffer);
  }
  return Buffer.concat(parts);
}

function generateLog(random: Random): Buffer {
  const first = recipe(random);
  const second = recipe(random);
  const head = Buffer.alloc(8);
  const raw = random.nextBelow(4) === 0;
  const firstBytes = raw ? framed(first, 0).bytes : first;
  head[0] = (random.nextBelow(16) << 1) | (raw ? 0 : 1);
  head.writeUInt16LE(firstBytes.length, 1);
  head.writeUInt16LE(random.nextBelow(400), 3);
  head.writeUInt16LE(random.nextBelow(400), 5);
  head[7] = random.nextBelow(256);
  return Buffer.concat([head, firstBytes, raw ? framed(second, framed(first, 0).crc).bytes : second]);
}

// --------------------------------------------------------------------------------------------------------------- snap

/** Even: a file as it is. Odd: a snapshot, which a file with the right checksum is made of. */
function readSnap(input: Buffer): void {
  const payload = input.subarray(1);
  const isPayload = ((input[0] ?? 0) & 1) === 1;
  const file = isPayload ? Buffer.concat([snapFileHead(crc32c(payload), payload.length), payload]) : payload;
  let snapshot = RaftSnapshot.create();
  if (!accepts(() => (snapshot = decodeSnapFile(file)), SnapFileError)) return;
  const { metadata } = snapshot;
  assert.ok(metadata !== undefined && Number.isFinite(metadata.index), 'a snapshot has its place');
  let encoded: Buffer = Buffer.alloc(0);
  if (!accepts(() => (encoded = RaftSnapshot.encode(snapshot)), RangeError)) return;
  const again = decodeSnapFile(Buffer.concat([snapFileHead(crc32c(encoded), encoded.length), encoded]));
  assert.ok(RaftSnapshot.encode(again).equals(encoded), 'a snapshot is the same after a round trip');
}

// -------------------------------------------------------------------------------------------------------------- bbolt

const META_OFFSET = 16;
const META_CHECKSUM_OFFSET = 56;
const MOST_PAGES = 16;
const LARGEST_PAGE_BYTES = 8192;
/** Files are made here, one after the other: each input would leave a hundred kilobytes of garbage. */
const room = Buffer.alloc(MOST_PAGES * LARGEST_PAGE_BYTES);
/** A file this small has no more entries than this. */
const MOST_ENTRIES = 100_000;

/**
 * Pages without the zeros at their ends, each with its length before it: byte 0 tells their size, and what is mended. The
 * file is good until the next one is made.
 */
function expandPages(input: Buffer): Buffer {
  const how = input[0] ?? 0;
  const pageBytes = 1024 << ((how >> 1) & 3);
  let size = 0;
  for (let at = 1; at + 2 <= input.length && size < MOST_PAGES * pageBytes; ) {
    const length = Math.min(input.readUInt16LE(at), input.length - at - 2, pageBytes);
    input.copy(room, size, at + 2, at + 2 + length);
    room.fill(0, size + length, size + pageBytes);
    size += pageBytes;
    at += 2 + length;
  }
  if ((how & 1) === 1) {
    for (let page = 0; page < Math.min(size, 2 * pageBytes); page += pageBytes) {
      const meta = page + META_OFFSET;
      const sum = fnv1a64(room.subarray(meta, meta + META_CHECKSUM_OFFSET));
      room.writeBigUInt64LE(sum, meta + META_CHECKSUM_OFFSET);
    }
  }
  return room.subarray(0, size);
}

function compressPages(file: Buffer, pageBytes: number): Buffer {
  const parts: Buffer[] = [Buffer.from([1 | (Math.log2(pageBytes / 1024) << 1)])];
  for (let at = 0; at < file.length; at += pageBytes) {
    const page = file.subarray(at, at + pageBytes);
    let length = page.length;
    while (length > 0 && page[length - 1] === 0) length--;
    const head = Buffer.alloc(2);
    head.writeUInt16LE(length);
    parts.push(head, page.subarray(0, length));
  }
  return Buffer.concat(parts);
}

function readDatabase(input: Buffer): void {
  const bytes = expandPages(input);
  accepts(() => {
    const file = BboltFile.open(byteSource(bytes));
    for (const entries of file.check()) assert.ok(entries < MOST_ENTRIES, 'the walk ends');
  }, BboltError);
  const disk = new MemoryDisk();
  disk.put('db', bytes);
  let opened: EtcdSnapshot | undefined;
  accepts(() => (opened = readEtcdSnapshot(disk, 'db')), BboltError);
  const snapshot = opened;
  if (snapshot === undefined) return;
  accepts(() => {
    let steps = 0;
    for (const _ of etcdSnapshotStatus(snapshot)) assert.ok(++steps < MOST_ENTRIES, 'the status ends');
  }, BboltError);
  accepts(() => {
    for (const records of loadStoreFile(snapshot, idleBuilder))
      assert.ok(records < MOST_ENTRIES, 'the load ends');
  }, BboltError);
}

const idleBuilder = { append: () => undefined, put: () => undefined } as unknown as StoreBuilder;

/** A database with some keys, and one whose keys need a branch page. */
function databases(): Buffer[] {
  const revision = (main: number): Buffer => {
    const key = Buffer.alloc(17);
    key.writeBigUInt64BE(BigInt(main), 0);
    key[8] = 0x5f;
    return key;
  };
  const keyValue = Buffer.from([0x0a, 1, 0x61, 0x10, 2, 0x18, 2, 0x20, 1, 0x2a, 1, 0x78]);
  return [0, 2, 60].map((count) => {
    const plan = writeEtcdSnapshot((bucket) => {
      if (bucket === 'meta') return [[Buffer.from('consistent_index'), Buffer.alloc(8, 1)]] as const;
      if (bucket !== 'key') return [];
      return Array.from(
        { length: count },
        (_, at) =>
          [
            revision(at + 2),
            count > 2
              ? Buffer.concat([keyValue.subarray(0, 10), Buffer.from([90]), Buffer.alloc(90, 65)])
              : keyValue,
          ] as const,
      );
    });
    return compressPages(Buffer.concat([...plan.databaseChunks()]), 4096);
  });
}

export const targets: readonly FuzzTarget[] = [
  {
    name: 'storage-wal',
    run: readLog,
    maxBytes: 2048,
    // The reader's buffer is made for large segments.
    memoryBytes: 32 << 20,
    seeds: () => [],
    generate: generateLog,
  },
  {
    name: 'storage-snap',
    run: readSnap,
    maxBytes: 1024,
    memoryBytes: 2 << 20,
    seeds: () => [Buffer.from([0]), Buffer.from([1])],
    generate(random) {
      const snapshot = randomMessage(random, RaftSnapshot as never) as RaftSnapshot;
      return Buffer.concat([Buffer.from([1]), RaftSnapshot.encode(snapshot)]);
    },
  },
  {
    name: 'storage-bbolt',
    run: readDatabase,
    maxBytes: 16_384,
    memoryBytes: 32 << 20,
    seeds: databases,
    words: [
      Buffer.from([2, 0]),
      Buffer.from([1, 0]),
      Buffer.from([0x10, 0]),
      Buffer.from('key'),
      Buffer.from('meta'),
      Buffer.alloc(16),
    ],
  },
];
