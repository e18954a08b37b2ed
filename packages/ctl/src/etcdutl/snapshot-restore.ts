/** snapshot restore: the data directory of a member of a new cluster, which begins with what a snapshot holds. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hex64, nodeDisk, systemClock } from '@quorate/base';
import { ConfChange, ConfChangeType, ConfState, type Entry, EntryType, WalMetadata } from '@quorate/proto';
import {
  BboltError,
  type EtcdSnapshot,
  encodeRevisionKey,
  type LoadedFile,
  readEtcdSnapshot,
  Snapshotter,
  type StoreBuilder,
  scheduledCompactKey,
  Wal,
} from '@quorate/storage';
import type { Invocation } from '../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../cli/exit.ts';
import type { Flags } from '../cli/flag-set.ts';
import { loadStore } from './load.ts';
import { logInfo } from './log.ts';
import { encodeMember, type FoundingCluster, foundCluster, memberKey } from './members.ts';
import { encodeV2Store } from './v2-tree.ts';

/** Term of the entries that found the cluster. */
const FIRST_TERM = 1;
const DIRECTORY_MODE = 0o700;

export async function snapshotRestore({ args, flags }: Invocation): Promise<void> {
  const [path] = args;
  if (path === undefined || args.length > 1) throw badArgs('snapshot restore requires exactly one argument');
  const bump = bumpOf(flags);
  const name = flags.string('name');
  const cluster = foundCluster(
    flags.string('initial-cluster'),
    flags.string('initial-cluster-token'),
    name,
    flags.string('initial-advertise-peer-urls').split(','),
  );
  const dataDir = flags.string('data-dir') || `${name}.etcd`;
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
    throw new ExitError(ExitCode.Error, `data-dir ${JSON.stringify(dataDir)} not empty or could not be read`);
  }
  const givenWalDir = flags.string('wal-dir');
  if (givenWalDir !== '' && existsSync(givenWalDir)) {
    throw new ExitError(ExitCode.Error, `wal-dir ${JSON.stringify(givenWalDir)} exists`);
  }
  const walDir = givenWalDir || join(dataDir, 'member', 'wal');
  const snapDir = join(dataDir, 'member', 'snap');
  const fields = { path, 'wal-dir': walDir, 'data-dir': dataDir, 'snap-dir': snapDir };
  logInfo('restoring snapshot', fields);
  const snapshot = openSnapshot(path, flags.bool('skip-hash-check'));
  try {
    mkdirSync(snapDir, { recursive: true, mode: DIRECTORY_MODE });
    await makeStore(snapshot, join(snapDir, 'db.lmdb'), cluster, bump);
    makeLog(walDir, snapDir, cluster);
  } catch (error) {
    // Half a data directory would be taken for a whole one.
    rmSync(join(dataDir, 'member'), { recursive: true, force: true });
    if (givenWalDir !== '') rmSync(givenWalDir, { recursive: true, force: true });
    throw error;
  } finally {
    snapshot.close();
  }
  logInfo('restored snapshot', fields);
}

function bumpOf(flags: Flags): number {
  const bump = flags.int('bump-revision');
  if (bump < 0 || !Number.isSafeInteger(bump))
    throw badArgs('--bump-revision must not be negative or too large');
  if (bump > 0 !== flags.bool('mark-compacted')) {
    throw badArgs('--mark-compacted required if --bump-revision > 0, disallowed otherwise');
  }
  return bump;
}

function openSnapshot(path: string, skipHash: boolean): EtcdSnapshot {
  try {
    return readEtcdSnapshot(nodeDisk, path, skipHash ? { skipHash } : { requireHash: true });
  } catch (error) {
    if (!(error instanceof BboltError) || error.code !== 'HASH_MISMATCH') throw error;
    const hasHash = (nodeDisk.stat(path)?.size ?? 0) % 512 !== 0;
    throw new ExitError(
      ExitCode.Error,
      hasHash
        ? `expected sha256 of the contents at the end of the file: ${error.message}`
        : 'snapshot missing hash but --skip-hash-check=false',
    );
  }
}

/** The store, under its name only when it is complete. */
async function makeStore(
  snapshot: EtcdSnapshot,
  directory: string,
  cluster: FoundingCluster,
  bump: number,
): Promise<void> {
  const building = `${directory}.building`;
  const position = { index: cluster.members.length, term: FIRST_TERM };
  const loaded = await loadStore(
    snapshot,
    building,
    { restart: { position, without: ['members', 'members_removed'] } },
    (builder, found) => {
      for (const member of cluster.members) {
        builder.put('members', memberKey(member), Buffer.from(encodeMember(member)));
      }
      if (bump > 0) bumpRevision(builder, found, bump);
    },
  );
  renameSync(building, directory);
  nodeDisk.syncDirectory(dirname(directory));
  logInfo('restored the key-value store', { records: loaded.records, revision: loaded.revision + bump });
}

/**
 * Raises the revision, so that clients that cached later ones than the snapshot's do not take what comes for what they
 * have: an empty record at the new revision, and everything up to it compacted. As Go etcd does it.
 */
function bumpRevision(builder: StoreBuilder, loaded: LoadedFile, bump: number): void {
  const revision = loaded.revision + bump;
  if (!Number.isSafeInteger(revision)) throw badArgs('--bump-revision is too large');
  logInfo('bumping latest revision', {
    'latest-revision': loaded.revision,
    'bump-amount': bump,
    'new-latest-revision': revision,
  });
  const key = encodeRevisionKey(revision, 0, false);
  builder.append('key', key, Buffer.alloc(0));
  logInfo('marking revision compacted', { revision });
  builder.put('meta', scheduledCompactKey, key);
}

/** The log: one addition per member, all committed, and the snapshot that stands for them. */
function makeLog(walDir: string, snapDir: string, cluster: FoundingCluster): void {
  const { members, local } = cluster;
  const metadata = WalMetadata.encode(WalMetadata.create({ nodeID: local.id, clusterID: cluster.id }));
  const entries = members.map((member, at): Entry => {
    const change = ConfChange.create({
      type: ConfChangeType.ConfChangeAddNode,
      nodeID: member.id,
      context: Buffer.from(encodeMember(member)),
    });
    const data = ConfChange.encode(change);
    return { type: EntryType.EntryConfChange, term: FIRST_TERM, index: at + 1, data };
  });
  for (const member of members) {
    logInfo('added member', {
      'cluster-id': hex64(cluster.id),
      'local-member-id': hex64(0n),
      'added-peer-id': hex64(member.id),
      'added-peer-peer-urls': member.peerURLs,
    });
  }
  const mark = {
    index: members.length,
    term: FIRST_TERM,
    confState: ConfState.create({ voters: members.map(({ id }) => id) }),
  };
  new Snapshotter(nodeDisk, snapDir).save({ data: Buffer.from(encodeV2Store(members)), metadata: mark });
  const wal = Wal.create(nodeDisk, walDir, metadata, { clock: systemClock });
  try {
    wal.save({ term: FIRST_TERM, vote: members[0]?.id ?? 0n, commit: members.length }, entries);
    wal.saveSnapshot(mark);
  } finally {
    wal.close();
  }
}
