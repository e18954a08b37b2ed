/**
 * backup: a copy of a member's data without the cluster it belonged to, to be started with --force-new-cluster. The
 * log is rewritten without membership changes and, unless --with-v3, without requests of API 3.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDisk, systemClock } from '@quorate/base';
import {
  type Entry,
  EntryType,
  type HardState,
  InternalRaftRequest,
  type RaftSnapshot,
  V2Request,
  WalMetadata,
} from '@quorate/proto';
import {
  consistentIndexKey,
  encodePositionNumber,
  readEtcdSnapshot,
  Snapshotter,
  StoreBuilder,
  type StorePosition,
  StoreView,
  termKey,
  Wal,
} from '@quorate/storage';
import { stderr } from '../cli/output.ts';
import { loadStore } from '../etcdutl/load.ts';
import { plainFailure, type V2Context } from './context.ts';

const DIRECTORY_MODE = 0o700;
/** Where the old log kept the attributes of a member; a new cluster has other members. */
const memberAttributes = /^\/0\/members\/[0-9a-fA-F]{1,16}\/attributes$/;

interface Directories {
  readonly wal: string;
  readonly snap: string;
}

export async function backup({ flags }: V2Context): Promise<void> {
  const source = directories(flags.string('data-dir'), flags.string('wal-dir'), 'data-dir');
  const target = directories(flags.string('backup-dir'), flags.string('backup-wal-dir'), 'backup-dir');
  const withV3 = flags.bool('with-v3');
  try {
    if (!Wal.exists(nodeDisk, source.wal)) throw new Error(`there is no log in ${source.wal}`);
    // Nobody may write to the store while it is copied; the log alone can be read beside its owner.
    const held = withV3 ? nodeDisk.lockDirectory(source.wal) : undefined;
    try {
      await copy(source, target, withV3);
    } finally {
      held?.release();
    }
  } catch (error) {
    throw plainFailure((error as Error).message);
  }
}

function directories(dataDir: string, walDir: string, flag: string): Directories {
  if (dataDir === '') throw plainFailure(`--${flag} is required`);
  return { wal: walDir || join(dataDir, 'member', 'wal'), snap: join(dataDir, 'member', 'snap') };
}

async function copy(source: Directories, target: Directories, withV3: boolean): Promise<void> {
  mkdirSync(target.snap, { recursive: true, mode: DIRECTORY_MODE });
  const snapshot = copySnapshot(source, target);
  const from = { index: snapshot?.metadata.index ?? 0, term: snapshot?.metadata.term ?? 0 };
  const { metadata, hardState, entries } = Wal.read(nodeDisk, source.wal, from);
  const kept = withoutCluster(entries, withV3);
  const commit = hardState.commit - kept.removedUpTo(hardState.commit);
  if (withV3) await copyStore(source, target, kept.removedUpTo);
  else await makeEmptyStore(target, { index: Math.max(commit, from.index), term: hardState.term });
  const { nodeID } = WalMetadata.decode(metadata);
  writeLog(target, nodeID, { ...hardState, commit }, kept.entries, snapshot);
}

/** Copies the newest usable snapshot of the v2 store, if there is one. */
function copySnapshot(source: Directories, target: Directories): RaftSnapshot | undefined {
  if (!existsSync(source.snap)) return undefined;
  const marks = Wal.validSnapshotEntries(nodeDisk, source.wal);
  const snapshot = new Snapshotter(nodeDisk, source.snap).loadNewest(marks);
  if (snapshot !== undefined) new Snapshotter(nodeDisk, target.snap).save(snapshot);
  return snapshot;
}

interface KeptEntries {
  readonly entries: readonly Entry[];
  /** How many entries up to an old index were left out. */
  readonly removedUpTo: (index: number) => number;
}

/** Leaves out what belongs to the old cluster; the entries that stay are numbered anew without a gap. */
function withoutCluster(entries: readonly Entry[], withV3: boolean): KeptEntries {
  const kept: Entry[] = [];
  const removed: number[] = [];
  for (const entry of entries) {
    const reason = reasonToRemove(entry, withV3);
    if (reason === undefined) {
      kept.push({ ...entry, index: entry.index - removed.length });
    } else {
      stderr.write(`ignoring ${reason}\n`);
      removed.push(entry.index);
    }
  }
  return { entries: kept, removedUpTo: (index) => removed.filter((one) => one <= index).length };
}

function reasonToRemove(entry: Entry, withV3: boolean): string | undefined {
  if (entry.type !== EntryType.EntryNormal) return 'EntryConfChange raft entry';
  const { v2, isV3 } = requestOf(entry);
  if (v2 !== undefined) {
    const isAttributes = v2.method === 'PUT' && memberAttributes.test(v2.path);
    return isAttributes ? `member attribute update on ${v2.path}` : undefined;
  }
  return isV3 && !withV3 ? 'v3 raft entry' : undefined;
}

/** An entry holds a request that wraps one of either API, or, in old logs, a bare one of API 2. */
function requestOf(entry: Entry): { v2: V2Request | undefined; isV3: boolean } {
  let request: InternalRaftRequest;
  try {
    request = InternalRaftRequest.decode(entry.data);
  } catch {
    return { v2: V2Request.decode(entry.data), isV3: false };
  }
  return { v2: request.v2, isV3: request.header !== undefined };
}

/** A store without keys that has seen the whole log: what API 3 did is not in the backup. */
async function makeEmptyStore(target: Directories, position: StorePosition): Promise<void> {
  const builder = new StoreBuilder(join(target.snap, 'db.lmdb'));
  putPosition(builder, position);
  await builder.finish();
}

function putPosition(builder: StoreBuilder, { index, term }: StorePosition): void {
  builder.put('meta', consistentIndexKey, encodePositionNumber(index));
  builder.put('meta', termKey, encodePositionNumber(term));
}

const clusterBuckets = ['members', 'members_removed', 'cluster'] as const;
const dataBuckets = ['key', 'meta', 'lease', 'alarm', 'auth', 'authUsers', 'authRoles'] as const;

/** Copies the store, ours or one of Go etcd's, without the membership. */
async function copyStore(
  source: Directories,
  target: Directories,
  removedUpTo: (index: number) => number,
): Promise<void> {
  const moved = ({ index, term }: StorePosition): StorePosition => ({
    index: index - removedUpTo(index),
    term,
  });
  const directory = join(target.snap, 'db.lmdb');
  const own = join(source.snap, 'db.lmdb');
  if (!existsSync(own)) {
    const file = readEtcdSnapshot(nodeDisk, join(source.snap, 'db'), { skipHash: true });
    try {
      await loadStore(file, directory, {}, (builder, loaded) => {
        for (const bucket of clusterBuckets) {
          for (const [key] of file.entries(bucket)) builder.remove(bucket, key);
        }
        putPosition(builder, moved(loaded.position));
      });
    } finally {
      file.close();
    }
    return;
  }
  const view = new StoreView(own);
  const builder = new StoreBuilder(directory);
  try {
    const position = view.pin();
    for (const bucket of dataBuckets) {
      for (const [key, value] of view.entries(bucket))
        builder.append(bucket, Buffer.from(key), Buffer.from(value));
    }
    putPosition(builder, moved(position));
    await builder.finish();
  } catch (error) {
    await builder.abandon();
    throw error;
  } finally {
    await view.close();
  }
}

/**
 * Writes the new log: of a cluster that never was, so that nobody of the old one talks to it, but of the same member,
 * which the snapshot knows.
 */
function writeLog(
  target: Directories,
  nodeID: bigint,
  hardState: HardState,
  entries: readonly Entry[],
  snapshot: RaftSnapshot | undefined,
): void {
  const clusterID = randomBytes(8).readBigUInt64BE() | 1n;
  const metadata = WalMetadata.create({ nodeID, clusterID });
  const wal = Wal.create(nodeDisk, target.wal, WalMetadata.encode(metadata), { clock: systemClock });
  try {
    if (snapshot !== undefined) {
      const { index, term, confState } = snapshot.metadata;
      wal.saveSnapshot({ index, term, confState });
    }
    wal.save(hardState, entries);
    wal.sync();
  } finally {
    wal.close();
  }
}
