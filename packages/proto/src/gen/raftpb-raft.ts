// Generated from proto/raftpb/raft.proto by scripts/generate.mjs. Do not edit.
import { MAX_DECODE_DEPTH } from '../runtime/../limits.ts';
import { MessageType, enumInfo, fieldInfo, type EnumInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readBool, readInt32, readLength, readTag, readUint64BigInt, readUint64Number, sameBytes, skipField, tooDeep, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { bigintSize, int64Size, lengths, reserveLength, varintSize, writeBigint, writeBytes, writeInt64, writeVarint } from '../runtime/writer.ts';

export const EntryType = {
  EntryNormal: 0,
  EntryConfChange: 1,
  EntryConfChangeV2: 2,
} as const;
export type EntryType = number;
export const EntryTypeInfo: EnumInfo = /*#__PURE__*/ enumInfo('raftpb.EntryType', EntryType);
export const EntryTypeNames: Readonly<Record<number, string>> = EntryTypeInfo.names;

export const RaftMessageType = {
  MsgHup: 0,
  MsgBeat: 1,
  MsgProp: 2,
  MsgApp: 3,
  MsgAppResp: 4,
  MsgVote: 5,
  MsgVoteResp: 6,
  MsgSnap: 7,
  MsgHeartbeat: 8,
  MsgHeartbeatResp: 9,
  MsgUnreachable: 10,
  MsgSnapStatus: 11,
  MsgCheckQuorum: 12,
  MsgTransferLeader: 13,
  MsgTimeoutNow: 14,
  MsgReadIndex: 15,
  MsgReadIndexResp: 16,
  MsgPreVote: 17,
  MsgPreVoteResp: 18,
  MsgStorageAppend: 19,
  MsgStorageAppendResp: 20,
  MsgStorageApply: 21,
  MsgStorageApplyResp: 22,
  MsgForgetLeader: 23,
} as const;
export type RaftMessageType = number;
export const RaftMessageTypeInfo: EnumInfo = /*#__PURE__*/ enumInfo('raftpb.MessageType', RaftMessageType);
export const RaftMessageTypeNames: Readonly<Record<number, string>> = RaftMessageTypeInfo.names;

export const ConfChangeTransition = {
  ConfChangeTransitionAuto: 0,
  ConfChangeTransitionJointImplicit: 1,
  ConfChangeTransitionJointExplicit: 2,
} as const;
export type ConfChangeTransition = number;
export const ConfChangeTransitionInfo: EnumInfo = /*#__PURE__*/ enumInfo('raftpb.ConfChangeTransition', ConfChangeTransition);
export const ConfChangeTransitionNames: Readonly<Record<number, string>> = ConfChangeTransitionInfo.names;

export const ConfChangeType = {
  ConfChangeAddNode: 0,
  ConfChangeRemoveNode: 1,
  ConfChangeUpdateNode: 2,
  ConfChangeAddLearnerNode: 3,
} as const;
export type ConfChangeType = number;
export const ConfChangeTypeInfo: EnumInfo = /*#__PURE__*/ enumInfo('raftpb.ConfChangeType', ConfChangeType);
export const ConfChangeTypeNames: Readonly<Record<number, string>> = ConfChangeTypeInfo.names;

export interface Entry {
  type: EntryType;
  term: number;
  index: number;
  data: Uint8Array;
}

export function emptyEntry(): Entry {
  return {
    type: 0,
    term: 0,
    index: 0,
    data: EMPTY_BYTES,
  };
}

function assignEntry(m: Entry, init: Partial<Entry>): void {
  if (init.type !== undefined) m.type = init.type;
  if (init.term !== undefined) m.term = init.term;
  if (init.index !== undefined) m.index = init.index;
  if (init.data !== undefined) m.data = init.data;
}

export function sizeEntry(m: Entry): number {
  let n = 0;
  {
    n += 1 + int64Size(m.type);
  }
  {
    n += 1 + varintSize(m.term);
  }
  {
    n += 1 + varintSize(m.index);
  }
  if (m.data.length !== 0) {
    const length = m.data.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeEntry(m: Entry, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeInt64(b, p, m.type);
  }
  {
    b[p++] = 16;
    p = writeVarint(b, p, m.term);
  }
  {
    b[p++] = 24;
    p = writeVarint(b, p, m.index);
  }
  if (m.data.length !== 0) {
    b[p++] = 34;
    p = writeBytes(b, p, m.data);
  }
  return p;
}

export function readEntry(m: Entry, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.type = v;
          p++;
        } else {
          m.type = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.term = v;
          p++;
        } else {
          m.term = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.index = v;
          p++;
        } else {
          m.index = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 34: {
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'raftpb.Entry');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('raftpb.Entry');
}

export const Entry: MessageType<Entry> = /*#__PURE__*/ new MessageType<Entry>('raftpb.Entry', {
  empty: emptyEntry,
  assign: assignEntry,
  size: sizeEntry,
  write: writeEntry,
  read: readEntry,
  fields: () => [
    fieldInfo('Type', 'type', 1, 'enum', 0, undefined, EntryTypeInfo),
    fieldInfo('Term', 'term', 2, 'uint64'),
    fieldInfo('Index', 'index', 3, 'uint64'),
    fieldInfo('Data', 'data', 4, 'bytes'),
  ],
});

export interface SnapshotMetadata {
  confState: ConfState;
  index: number;
  term: number;
}

export function emptySnapshotMetadata(): SnapshotMetadata {
  return {
    confState: emptyConfState(),
    index: 0,
    term: 0,
  };
}

function assignSnapshotMetadata(m: SnapshotMetadata, init: Partial<SnapshotMetadata>): void {
  if (init.confState !== undefined) m.confState = init.confState;
  if (init.index !== undefined) m.index = init.index;
  if (init.term !== undefined) m.term = init.term;
}

export function sizeSnapshotMetadata(m: SnapshotMetadata): number {
  let n = 0;
  {
    const slot = reserveLength();
    const length = sizeConfState(m.confState);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  {
    n += 1 + varintSize(m.index);
  }
  {
    n += 1 + varintSize(m.term);
  }
  return n;
}

export function writeSnapshotMetadata(m: SnapshotMetadata, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeConfState(m.confState, b, p);
  }
  {
    b[p++] = 16;
    p = writeVarint(b, p, m.index);
  }
  {
    b[p++] = 24;
    p = writeVarint(b, p, m.term);
  }
  return p;
}

export function readSnapshotMetadata(m: SnapshotMetadata, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        readConfState(m.confState, b, p, p + l, depth + 1);
        p += l;
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.index = v;
          p++;
        } else {
          m.index = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.term = v;
          p++;
        } else {
          m.term = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'raftpb.SnapshotMetadata');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('raftpb.SnapshotMetadata');
}

export const SnapshotMetadata: MessageType<SnapshotMetadata> = /*#__PURE__*/ new MessageType<SnapshotMetadata>('raftpb.SnapshotMetadata', {
  empty: emptySnapshotMetadata,
  assign: assignSnapshotMetadata,
  size: sizeSnapshotMetadata,
  write: writeSnapshotMetadata,
  read: readSnapshotMetadata,
  fields: () => [
    fieldInfo('conf_state', 'confState', 1, 'message', 0, () => ConfState),
    fieldInfo('index', 'index', 2, 'uint64'),
    fieldInfo('term', 'term', 3, 'uint64'),
  ],
});

export interface RaftSnapshot {
  data: Uint8Array;
  metadata: SnapshotMetadata;
}

export function emptyRaftSnapshot(): RaftSnapshot {
  return {
    data: EMPTY_BYTES,
    metadata: emptySnapshotMetadata(),
  };
}

function assignRaftSnapshot(m: RaftSnapshot, init: Partial<RaftSnapshot>): void {
  if (init.data !== undefined) m.data = init.data;
  if (init.metadata !== undefined) m.metadata = init.metadata;
}

export function sizeRaftSnapshot(m: RaftSnapshot): number {
  let n = 0;
  if (m.data.length !== 0) {
    const length = m.data.length;
    n += 1 + varintSize(length) + length;
  }
  {
    const slot = reserveLength();
    const length = sizeSnapshotMetadata(m.metadata);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeRaftSnapshot(m: RaftSnapshot, b: Buffer, start: number): number {
  let p = start;
  if (m.data.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.data);
  }
  {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeSnapshotMetadata(m.metadata, b, p);
  }
  return p;
}

export function readRaftSnapshot(m: RaftSnapshot, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
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
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        readSnapshotMetadata(m.metadata, b, p, p + l, depth + 1);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'raftpb.Snapshot');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('raftpb.Snapshot');
}

export const RaftSnapshot: MessageType<RaftSnapshot> = /*#__PURE__*/ new MessageType<RaftSnapshot>('raftpb.Snapshot', {
  empty: emptyRaftSnapshot,
  assign: assignRaftSnapshot,
  size: sizeRaftSnapshot,
  write: writeRaftSnapshot,
  read: readRaftSnapshot,
  fields: () => [
    fieldInfo('data', 'data', 1, 'bytes'),
    fieldInfo('metadata', 'metadata', 2, 'message', 0, () => SnapshotMetadata),
  ],
});

export interface RaftMessage {
  type: RaftMessageType;
  to: bigint;
  from: bigint;
  term: number;
  logTerm: number;
  index: number;
  entries: Entry[];
  commit: number;
  snapshot: RaftSnapshot | undefined;
  reject: boolean;
  rejectHint: number;
  context: Uint8Array;
  vote: bigint;
  responses: RaftMessage[];
}

export function emptyRaftMessage(): RaftMessage {
  return {
    type: 0,
    to: 0n,
    from: 0n,
    term: 0,
    logTerm: 0,
    index: 0,
    entries: [],
    commit: 0,
    snapshot: undefined,
    reject: false,
    rejectHint: 0,
    context: EMPTY_BYTES,
    vote: 0n,
    responses: [],
  };
}

function assignRaftMessage(m: RaftMessage, init: Partial<RaftMessage>): void {
  if (init.type !== undefined) m.type = init.type;
  if (init.to !== undefined) m.to = init.to;
  if (init.from !== undefined) m.from = init.from;
  if (init.term !== undefined) m.term = init.term;
  if (init.logTerm !== undefined) m.logTerm = init.logTerm;
  if (init.index !== undefined) m.index = init.index;
  if (init.entries !== undefined) m.entries = init.entries;
  if (init.commit !== undefined) m.commit = init.commit;
  if (init.snapshot !== undefined) m.snapshot = init.snapshot;
  if (init.reject !== undefined) m.reject = init.reject;
  if (init.rejectHint !== undefined) m.rejectHint = init.rejectHint;
  if (init.context !== undefined) m.context = init.context;
  if (init.vote !== undefined) m.vote = init.vote;
  if (init.responses !== undefined) m.responses = init.responses;
}

export function sizeRaftMessage(m: RaftMessage): number {
  let n = 0;
  {
    n += 1 + int64Size(m.type);
  }
  {
    n += 1 + bigintSize(m.to);
  }
  {
    n += 1 + bigintSize(m.from);
  }
  {
    n += 1 + varintSize(m.term);
  }
  {
    n += 1 + varintSize(m.logTerm);
  }
  {
    n += 1 + varintSize(m.index);
  }
  for (const item of m.entries) {
    const slot = reserveLength();
    const length = sizeEntry(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  {
    n += 1 + varintSize(m.commit);
  }
  {
    const slot = reserveLength();
    const length = sizeRaftSnapshot((m.snapshot ?? defaultRaftSnapshot));
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  {
    n += 1 + 1;
  }
  {
    n += 1 + varintSize(m.rejectHint);
  }
  if (m.context.length !== 0) {
    const length = m.context.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.vote !== 0n) {
    n += 1 + bigintSize(m.vote);
  }
  for (const item of m.responses) {
    const slot = reserveLength();
    const length = sizeRaftMessage(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

const defaultRaftSnapshot = emptyRaftSnapshot();
export function writeRaftMessage(m: RaftMessage, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeInt64(b, p, m.type);
  }
  {
    b[p++] = 16;
    p = writeBigint(b, p, m.to);
  }
  {
    b[p++] = 24;
    p = writeBigint(b, p, m.from);
  }
  {
    b[p++] = 32;
    p = writeVarint(b, p, m.term);
  }
  {
    b[p++] = 40;
    p = writeVarint(b, p, m.logTerm);
  }
  {
    b[p++] = 48;
    p = writeVarint(b, p, m.index);
  }
  for (const item of m.entries) {
    b[p++] = 58;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeEntry(item, b, p);
  }
  {
    b[p++] = 64;
    p = writeVarint(b, p, m.commit);
  }
  {
    b[p++] = 74;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRaftSnapshot(m.snapshot ?? defaultRaftSnapshot, b, p);
  }
  {
    b[p++] = 80;
    b[p++] = m.reject ? 1 : 0;
  }
  {
    b[p++] = 88;
    p = writeVarint(b, p, m.rejectHint);
  }
  if (m.context.length !== 0) {
    b[p++] = 98;
    p = writeBytes(b, p, m.context);
  }
  if (m.vote !== 0n) {
    b[p++] = 104;
    p = writeBigint(b, p, m.vote);
  }
  for (const item of m.responses) {
    b[p++] = 114;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeRaftMessage(item, b, p);
  }
  return p;
}

const defaultBytesOfRaftSnapshot = RaftSnapshot.encode(defaultRaftSnapshot);

export function readRaftMessage(m: RaftMessage, b: Uint8Array, start: number, end: number, depth: number): void {
  if (depth > MAX_DECODE_DEPTH) throw tooDeep('raftpb.Message');
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
          m.type = v;
          p++;
        } else {
          m.type = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.to = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.to = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.from = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.from = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.term = v;
          p++;
        } else {
          m.term = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 40: {
        const v = b[p] as number;
        if (v < 128) {
          m.logTerm = v;
          p++;
        } else {
          m.logTerm = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 48: {
        const v = b[p] as number;
        if (v < 128) {
          m.index = v;
          p++;
        } else {
          m.index = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 58: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyEntry();
        readEntry(item, b, p, p + l, depth + 1);
        m.entries.push(item);
        p += l;
        break;
      }
      case 64: {
        const v = b[p] as number;
        if (v < 128) {
          m.commit = v;
          p++;
        } else {
          m.commit = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 74: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        if (m.snapshot !== undefined || !sameBytes(b, p, l, defaultBytesOfRaftSnapshot)) {
          const item = m.snapshot ?? emptyRaftSnapshot();
          readRaftSnapshot(item, b, p, p + l, depth + 1);
          m.snapshot = item;
        }
        p += l;
        break;
      }
      case 80: {
        const v = b[p] as number;
        if (v < 128) {
          m.reject = v !== 0;
          p++;
        } else {
          m.reject = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 88: {
        const v = b[p] as number;
        if (v < 128) {
          m.rejectHint = v;
          p++;
        } else {
          m.rejectHint = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 98: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.context = viewBytes(b, p, l);
        p += l;
        break;
      }
      case 104: {
        const v = b[p] as number;
        if (v < 128) {
          m.vote = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.vote = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 114: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyRaftMessage();
        readRaftMessage(item, b, p, p + l, depth + 1);
        m.responses.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 14) throw wrongWireType(tag, 'raftpb.Message');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('raftpb.Message');
}

export const RaftMessage: MessageType<RaftMessage> = /*#__PURE__*/ new MessageType<RaftMessage>('raftpb.Message', {
  empty: emptyRaftMessage,
  assign: assignRaftMessage,
  size: sizeRaftMessage,
  write: writeRaftMessage,
  read: readRaftMessage,
  fields: () => [
    fieldInfo('type', 'type', 1, 'enum', 0, undefined, RaftMessageTypeInfo),
    fieldInfo('to', 'to', 2, 'uint64', 2),
    fieldInfo('from', 'from', 3, 'uint64', 2),
    fieldInfo('term', 'term', 4, 'uint64'),
    fieldInfo('logTerm', 'logTerm', 5, 'uint64'),
    fieldInfo('index', 'index', 6, 'uint64'),
    fieldInfo('entries', 'entries', 7, 'message', 1, () => Entry),
    fieldInfo('commit', 'commit', 8, 'uint64'),
    fieldInfo('snapshot', 'snapshot', 9, 'message', 0, () => RaftSnapshot),
    fieldInfo('reject', 'reject', 10, 'bool'),
    fieldInfo('rejectHint', 'rejectHint', 11, 'uint64'),
    fieldInfo('context', 'context', 12, 'bytes'),
    fieldInfo('vote', 'vote', 13, 'uint64', 2),
    fieldInfo('responses', 'responses', 14, 'message', 1, () => RaftMessage),
  ],
});

export interface HardState {
  term: number;
  vote: bigint;
  commit: number;
}

export function emptyHardState(): HardState {
  return {
    term: 0,
    vote: 0n,
    commit: 0,
  };
}

function assignHardState(m: HardState, init: Partial<HardState>): void {
  if (init.term !== undefined) m.term = init.term;
  if (init.vote !== undefined) m.vote = init.vote;
  if (init.commit !== undefined) m.commit = init.commit;
}

export function sizeHardState(m: HardState): number {
  let n = 0;
  {
    n += 1 + varintSize(m.term);
  }
  {
    n += 1 + bigintSize(m.vote);
  }
  {
    n += 1 + varintSize(m.commit);
  }
  return n;
}

export function writeHardState(m: HardState, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeVarint(b, p, m.term);
  }
  {
    b[p++] = 16;
    p = writeBigint(b, p, m.vote);
  }
  {
    b[p++] = 24;
    p = writeVarint(b, p, m.commit);
  }
  return p;
}

export function readHardState(m: HardState, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.term = v;
          p++;
        } else {
          m.term = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.vote = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.vote = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.commit = v;
          p++;
        } else {
          m.commit = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'raftpb.HardState');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('raftpb.HardState');
}

export const HardState: MessageType<HardState> = /*#__PURE__*/ new MessageType<HardState>('raftpb.HardState', {
  empty: emptyHardState,
  assign: assignHardState,
  size: sizeHardState,
  write: writeHardState,
  read: readHardState,
  fields: () => [
    fieldInfo('term', 'term', 1, 'uint64'),
    fieldInfo('vote', 'vote', 2, 'uint64', 2),
    fieldInfo('commit', 'commit', 3, 'uint64'),
  ],
});

export interface ConfState {
  voters: bigint[];
  learners: bigint[];
  votersOutgoing: bigint[];
  learnersNext: bigint[];
  autoLeave: boolean;
}

export function emptyConfState(): ConfState {
  return {
    voters: [],
    learners: [],
    votersOutgoing: [],
    learnersNext: [],
    autoLeave: false,
  };
}

function assignConfState(m: ConfState, init: Partial<ConfState>): void {
  if (init.voters !== undefined) m.voters = init.voters;
  if (init.learners !== undefined) m.learners = init.learners;
  if (init.votersOutgoing !== undefined) m.votersOutgoing = init.votersOutgoing;
  if (init.learnersNext !== undefined) m.learnersNext = init.learnersNext;
  if (init.autoLeave !== undefined) m.autoLeave = init.autoLeave;
}

export function sizeConfState(m: ConfState): number {
  let n = 0;
  for (const item of m.voters) {
    n += 1 + bigintSize(item);
  }
  for (const item of m.learners) {
    n += 1 + bigintSize(item);
  }
  for (const item of m.votersOutgoing) {
    n += 1 + bigintSize(item);
  }
  for (const item of m.learnersNext) {
    n += 1 + bigintSize(item);
  }
  {
    n += 1 + 1;
  }
  return n;
}

export function writeConfState(m: ConfState, b: Buffer, start: number): number {
  let p = start;
  for (const item of m.voters) {
    b[p++] = 8;
    p = writeBigint(b, p, item);
  }
  for (const item of m.learners) {
    b[p++] = 16;
    p = writeBigint(b, p, item);
  }
  for (const item of m.votersOutgoing) {
    b[p++] = 24;
    p = writeBigint(b, p, item);
  }
  for (const item of m.learnersNext) {
    b[p++] = 32;
    p = writeBigint(b, p, item);
  }
  {
    b[p++] = 40;
    b[p++] = m.autoLeave ? 1 : 0;
  }
  return p;
}

export function readConfState(m: ConfState, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.voters.push(v === 0 ? 0n : BigInt(v));
          p++;
        } else {
          m.voters.push(readUint64BigInt(b, p, end));
          p = cursor.pos;
        }
        break;
      }
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const last = p + l;
        while (p < last) {
          const v = b[p] as number;
          if (v < 128) {
            m.voters.push(v === 0 ? 0n : BigInt(v));
            p++;
          } else {
            m.voters.push(readUint64BigInt(b, p, end));
            p = cursor.pos;
          }
        }
        if (p !== last) throw misplacedEnd('raftpb.ConfState');
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.learners.push(v === 0 ? 0n : BigInt(v));
          p++;
        } else {
          m.learners.push(readUint64BigInt(b, p, end));
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
        const last = p + l;
        while (p < last) {
          const v = b[p] as number;
          if (v < 128) {
            m.learners.push(v === 0 ? 0n : BigInt(v));
            p++;
          } else {
            m.learners.push(readUint64BigInt(b, p, end));
            p = cursor.pos;
          }
        }
        if (p !== last) throw misplacedEnd('raftpb.ConfState');
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.votersOutgoing.push(v === 0 ? 0n : BigInt(v));
          p++;
        } else {
          m.votersOutgoing.push(readUint64BigInt(b, p, end));
          p = cursor.pos;
        }
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const last = p + l;
        while (p < last) {
          const v = b[p] as number;
          if (v < 128) {
            m.votersOutgoing.push(v === 0 ? 0n : BigInt(v));
            p++;
          } else {
            m.votersOutgoing.push(readUint64BigInt(b, p, end));
            p = cursor.pos;
          }
        }
        if (p !== last) throw misplacedEnd('raftpb.ConfState');
        break;
      }
      case 32: {
        const v = b[p] as number;
        if (v < 128) {
          m.learnersNext.push(v === 0 ? 0n : BigInt(v));
          p++;
        } else {
          m.learnersNext.push(readUint64BigInt(b, p, end));
          p = cursor.pos;
        }
        break;
      }
      case 34: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const last = p + l;
        while (p < last) {
          const v = b[p] as number;
          if (v < 128) {
            m.learnersNext.push(v === 0 ? 0n : BigInt(v));
            p++;
          } else {
            m.learnersNext.push(readUint64BigInt(b, p, end));
            p = cursor.pos;
          }
        }
        if (p !== last) throw misplacedEnd('raftpb.ConfState');
        break;
      }
      case 40: {
        const v = b[p] as number;
        if (v < 128) {
          m.autoLeave = v !== 0;
          p++;
        } else {
          m.autoLeave = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 5) throw wrongWireType(tag, 'raftpb.ConfState');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('raftpb.ConfState');
}

export const ConfState: MessageType<ConfState> = /*#__PURE__*/ new MessageType<ConfState>('raftpb.ConfState', {
  empty: emptyConfState,
  assign: assignConfState,
  size: sizeConfState,
  write: writeConfState,
  read: readConfState,
  fields: () => [
    fieldInfo('voters', 'voters', 1, 'uint64', 3),
    fieldInfo('learners', 'learners', 2, 'uint64', 3),
    fieldInfo('voters_outgoing', 'votersOutgoing', 3, 'uint64', 3),
    fieldInfo('learners_next', 'learnersNext', 4, 'uint64', 3),
    fieldInfo('auto_leave', 'autoLeave', 5, 'bool'),
  ],
});

export interface ConfChange {
  ID: bigint;
  type: ConfChangeType;
  nodeID: bigint;
  context: Uint8Array;
}

export function emptyConfChange(): ConfChange {
  return {
    ID: 0n,
    type: 0,
    nodeID: 0n,
    context: EMPTY_BYTES,
  };
}

function assignConfChange(m: ConfChange, init: Partial<ConfChange>): void {
  if (init.ID !== undefined) m.ID = init.ID;
  if (init.type !== undefined) m.type = init.type;
  if (init.nodeID !== undefined) m.nodeID = init.nodeID;
  if (init.context !== undefined) m.context = init.context;
}

export function sizeConfChange(m: ConfChange): number {
  let n = 0;
  {
    n += 1 + bigintSize(m.ID);
  }
  {
    n += 1 + int64Size(m.type);
  }
  {
    n += 1 + bigintSize(m.nodeID);
  }
  if (m.context.length !== 0) {
    const length = m.context.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeConfChange(m: ConfChange, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeBigint(b, p, m.ID);
  }
  {
    b[p++] = 16;
    p = writeInt64(b, p, m.type);
  }
  {
    b[p++] = 24;
    p = writeBigint(b, p, m.nodeID);
  }
  if (m.context.length !== 0) {
    b[p++] = 34;
    p = writeBytes(b, p, m.context);
  }
  return p;
}

export function readConfChange(m: ConfChange, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.ID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.ID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.type = v;
          p++;
        } else {
          m.type = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.nodeID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.nodeID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 34: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.context = viewBytes(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'raftpb.ConfChange');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('raftpb.ConfChange');
}

export const ConfChange: MessageType<ConfChange> = /*#__PURE__*/ new MessageType<ConfChange>('raftpb.ConfChange', {
  empty: emptyConfChange,
  assign: assignConfChange,
  size: sizeConfChange,
  write: writeConfChange,
  read: readConfChange,
  fields: () => [
    fieldInfo('ID', 'ID', 1, 'uint64', 2),
    fieldInfo('Type', 'type', 2, 'enum', 0, undefined, ConfChangeTypeInfo),
    fieldInfo('NodeID', 'nodeID', 3, 'uint64', 2),
    fieldInfo('Context', 'context', 4, 'bytes'),
  ],
});

export interface ConfChangeSingle {
  type: ConfChangeType;
  nodeID: bigint;
}

export function emptyConfChangeSingle(): ConfChangeSingle {
  return {
    type: 0,
    nodeID: 0n,
  };
}

function assignConfChangeSingle(m: ConfChangeSingle, init: Partial<ConfChangeSingle>): void {
  if (init.type !== undefined) m.type = init.type;
  if (init.nodeID !== undefined) m.nodeID = init.nodeID;
}

export function sizeConfChangeSingle(m: ConfChangeSingle): number {
  let n = 0;
  {
    n += 1 + int64Size(m.type);
  }
  {
    n += 1 + bigintSize(m.nodeID);
  }
  return n;
}

export function writeConfChangeSingle(m: ConfChangeSingle, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeInt64(b, p, m.type);
  }
  {
    b[p++] = 16;
    p = writeBigint(b, p, m.nodeID);
  }
  return p;
}

export function readConfChangeSingle(m: ConfChangeSingle, b: Uint8Array, start: number, end: number, _depth: number): void {
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
          m.type = v;
          p++;
        } else {
          m.type = readInt32(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.nodeID = v === 0 ? 0n : BigInt(v);
          p++;
        } else {
          m.nodeID = readUint64BigInt(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'raftpb.ConfChangeSingle');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('raftpb.ConfChangeSingle');
}

export const ConfChangeSingle: MessageType<ConfChangeSingle> = /*#__PURE__*/ new MessageType<ConfChangeSingle>('raftpb.ConfChangeSingle', {
  empty: emptyConfChangeSingle,
  assign: assignConfChangeSingle,
  size: sizeConfChangeSingle,
  write: writeConfChangeSingle,
  read: readConfChangeSingle,
  fields: () => [
    fieldInfo('type', 'type', 1, 'enum', 0, undefined, ConfChangeTypeInfo),
    fieldInfo('NodeID', 'nodeID', 2, 'uint64', 2),
  ],
});

export interface ConfChangeV2 {
  transition: ConfChangeTransition;
  changes: ConfChangeSingle[];
  context: Uint8Array;
}

export function emptyConfChangeV2(): ConfChangeV2 {
  return {
    transition: 0,
    changes: [],
    context: EMPTY_BYTES,
  };
}

function assignConfChangeV2(m: ConfChangeV2, init: Partial<ConfChangeV2>): void {
  if (init.transition !== undefined) m.transition = init.transition;
  if (init.changes !== undefined) m.changes = init.changes;
  if (init.context !== undefined) m.context = init.context;
}

export function sizeConfChangeV2(m: ConfChangeV2): number {
  let n = 0;
  {
    n += 1 + int64Size(m.transition);
  }
  for (const item of m.changes) {
    const slot = reserveLength();
    const length = sizeConfChangeSingle(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.context.length !== 0) {
    const length = m.context.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeConfChangeV2(m: ConfChangeV2, b: Buffer, start: number): number {
  let p = start;
  {
    b[p++] = 8;
    p = writeInt64(b, p, m.transition);
  }
  for (const item of m.changes) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeConfChangeSingle(item, b, p);
  }
  if (m.context.length !== 0) {
    b[p++] = 26;
    p = writeBytes(b, p, m.context);
  }
  return p;
}

export function readConfChangeV2(m: ConfChangeV2, b: Uint8Array, start: number, end: number, depth: number): void {
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
          m.transition = v;
          p++;
        } else {
          m.transition = readInt32(b, p, end);
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
        const item = emptyConfChangeSingle();
        readConfChangeSingle(item, b, p, p + l, depth + 1);
        m.changes.push(item);
        p += l;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.context = viewBytes(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'raftpb.ConfChangeV2');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('raftpb.ConfChangeV2');
}

export const ConfChangeV2: MessageType<ConfChangeV2> = /*#__PURE__*/ new MessageType<ConfChangeV2>('raftpb.ConfChangeV2', {
  empty: emptyConfChangeV2,
  assign: assignConfChangeV2,
  size: sizeConfChangeV2,
  write: writeConfChangeV2,
  read: readConfChangeV2,
  fields: () => [
    fieldInfo('transition', 'transition', 1, 'enum', 0, undefined, ConfChangeTransitionInfo),
    fieldInfo('changes', 'changes', 2, 'message', 1, () => ConfChangeSingle),
    fieldInfo('context', 'context', 3, 'bytes'),
  ],
});

