/** hashkv: the hash of a snapshot's key-values, computed by the code that a member computes it with. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeDisk, systemClock, systemRandom } from '@quorate/base';
import { LmdbBackend, MvccError, openMvccStore, type RevisionHash, readEtcdSnapshot } from '@quorate/storage';
import type { Invocation } from '../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../cli/exit.ts';
import { loadStore } from './load.ts';
import { checkFormat, printRecord } from './print.ts';

export async function hashKv({ args, flags }: Invocation): Promise<void> {
  const [path] = args;
  if (path === undefined || args.length > 1) throw badArgs('hashkv command requires exactly one argument');
  checkFormat(flags);
  const asked = flags.int('rev');
  if (asked < 0) throw badArgs('--rev must not be negative');
  // The store of the file, for as long as it takes.
  const scratch = mkdtempSync(join(tmpdir(), 'etcdutl-hashkv-'));
  try {
    const { hash, compactRevision, hashRevision } = await hashFile(path, join(scratch, 'store'), asked);
    printRecord(flags, [
      { title: 'hash', field: 'Hash', jsonName: 'hash', value: hash },
      { title: 'hash revision', field: 'Hash revision', jsonName: 'hashRevision', value: hashRevision },
      {
        title: 'compact revision',
        field: 'Compact revision',
        jsonName: 'compactRevision',
        value: compactRevision,
      },
    ]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function hashFile(path: string, directory: string, asked: number): Promise<RevisionHash> {
  const snapshot = readEtcdSnapshot(nodeDisk, path);
  try {
    await loadStore(snapshot, directory);
  } finally {
    snapshot.close();
  }
  const failures: Error[] = [];
  const onError = (error: Error): void => void failures.push(error);
  const backend = new LmdbBackend({ directory, clock: systemClock, onError });
  try {
    const store = await openMvccStore({
      backend,
      clock: systemClock,
      random: systemRandom,
      leases: { attach: () => {}, detach: () => {} },
      onError,
    });
    try {
      return await store.hashByRevision(asked);
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof MvccError) throw new ExitError(ExitCode.Error, reasonOf(error));
    throw failures[0] ?? error;
  } finally {
    await backend.close();
  }
}

function reasonOf(error: MvccError): string {
  switch (error.kind) {
    case 'compacted':
      return 'mvcc: required revision has been compacted';
    case 'futureRevision':
      return 'mvcc: required revision is a future revision';
    default:
      return error.message;
  }
}
