/** snapshot save: a member's database in a file, checked against the hash the member sends along. */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { describeError } from '@quorate/client';
import type { Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../../cli/exit.ts';
import { stdout } from '../../cli/output.ts';
import { CommandContext } from '../context.ts';

const HASH_BYTES = 32;
const PRIVATE_FILE_MODE = 0o600;

export async function snapshotSave(invocation: Invocation): Promise<void> {
  const [path] = invocation.args;
  if (path === undefined || invocation.args.length > 1) throw badArgs('snapshot save expects one argument');
  const context = new CommandContext(invocation);
  const endpoints = await context.endpoints();
  try {
    if (endpoints.length !== 1) {
      throw new Error(
        `snapshot must be requested to one selected node, not multiple [${endpoints.join(' ')}]`,
      );
    }
    await save(context, path);
  } catch (error) {
    throw new ExitError(ExitCode.Interrupted, describeError(error));
  }
  stdout.write(`Snapshot saved at ${path}\n`);
}

/** Writes beside the file and renames, so that the name never holds half a snapshot. */
async function save(context: CommandContext, path: string): Promise<void> {
  const client = await context.client();
  const partial = `${path}.part`;
  const file = await open(partial, 'w', PRIVATE_FILE_MODE);
  try {
    // Without --command-timeout on the command line a snapshot may take as long as it takes.
    const settings = context.flags.changed('command-timeout') ? context.limited : { timeoutMs: 0 };
    const hash = createHash('sha256');
    let tail: Buffer = Buffer.alloc(0);
    let size = 0;
    for await (const { blob } of client.maintenance.snapshot(settings)) {
      await file.writeFile(blob);
      size += blob.length;
      // The last 32 bytes are the hash of all before them; a piece may end anywhere.
      const unread = Buffer.concat([tail, blob]);
      const known = Math.max(0, unread.length - HASH_BYTES);
      hash.update(unread.subarray(0, known));
      tail = Buffer.from(unread.subarray(known));
    }
    if (size % 512 !== HASH_BYTES) throw new Error(`sha256 checksum not found [bytes: ${size}]`);
    if (!hash.digest().equals(tail)) throw new Error('the snapshot does not match its sha256 checksum');
    await file.sync();
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
}
