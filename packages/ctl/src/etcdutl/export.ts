/** export: the store of a member that is not running as a snapshot file. */
import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { nodeDisk } from '@quorate/base';
import { confStateKey, type ExtraMeta, planStoreFile, StoreView } from '@quorate/storage';
import type { Invocation } from '../cli/command.ts';
import { badArgs } from '../cli/exit.ts';
import { stdout } from '../cli/output.ts';
import { encodeVoters } from './members.ts';
import { holdMember } from './stopped-member.ts';

export async function exportStore(invocation: Invocation): Promise<void> {
  const [path] = invocation.args;
  if (path === undefined || invocation.args.length > 1) throw badArgs('export requires exactly one argument');
  const { storeDirectory, release } = holdMember(invocation);
  try {
    const view = new StoreView(storeDirectory);
    try {
      view.pin();
      writeFile(path, planStoreFile(view, confStateOf(view)).chunks());
    } finally {
      await view.close();
    }
  } finally {
    release();
  }
  stdout.write(`Snapshot saved at ${path}\n`);
}

/** Go etcd from 3.5 on wants to find the configuration in a database; ours keeps it with the log. */
function confStateOf(view: StoreView): ExtraMeta {
  return [[confStateKey, Buffer.from(encodeVoters([...view.entries('members')].map(([, value]) => value)))]];
}

/** Writes beside the file and renames, so that the name never holds half a snapshot. */
function writeFile(path: string, chunks: Iterable<Uint8Array>): void {
  const partial = `${path}.part`;
  const file = nodeDisk.open(partial, 'replace');
  try {
    let at = 0;
    for (const chunk of chunks) {
      file.write(chunk, 0, chunk.length, at);
      at += chunk.length;
    }
    file.dataSync();
    file.close();
    renameSync(partial, path);
    nodeDisk.syncDirectory(dirname(path));
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
