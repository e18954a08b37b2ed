/** snapshot status: checks a snapshot file and sums it up. */
import { existsSync } from 'node:fs';
import { nodeDisk } from '@quorate/base';
import { type EtcdSnapshotStatus, etcdSnapshotStatus, readEtcdSnapshot } from '@quorate/storage';
import type { Invocation } from '../cli/command.ts';
import { badArgs } from '../cli/exit.ts';
import { humanBytes } from '../go/bytes-size.ts';
import { type Column, checkFormat, printRecord } from './print.ts';

const storageVersionKey = Buffer.from('storageVersion');

export function snapshotStatus({ args, flags }: Invocation): void {
  const [path] = args;
  if (path === undefined || args.length > 1) throw badArgs('snapshot status requires exactly one argument');
  checkFormat(flags);
  const { status, version } = readSnapshotStatus(path);
  printRecord(flags, [
    ...statusColumns(status),
    { title: 'storage version', field: 'Version', jsonName: 'version', value: version },
  ]);
}

/** Checks a snapshot file and sums it up. Throws what reading it throws. */
export function readSnapshotStatus(path: string): { status: EtcdSnapshotStatus; version: string } {
  // In etcdctl's words, which scripts may look for.
  if (!existsSync(path)) throw new Error(`stat ${path}: no such file or directory`);
  const snapshot = readEtcdSnapshot(nodeDisk, path);
  try {
    const steps = etcdSnapshotStatus(snapshot);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    return { status: step.value, version: snapshot.get('meta', storageVersionKey)?.toString() ?? '' };
  } finally {
    snapshot.close();
  }
}

/** The values that every release prints. */
export function statusColumns({ hash, revision, totalKey, totalSize }: EtcdSnapshotStatus): Column[] {
  return [
    { title: 'hash', field: 'Hash', jsonName: 'hash', value: hash, text: hash.toString(16) },
    { title: 'revision', field: 'Revision', jsonName: 'revision', value: revision },
    { title: 'total keys', field: 'Keys', jsonName: 'totalKey', value: totalKey },
    {
      title: 'total size',
      field: 'Size',
      jsonName: 'totalSize',
      value: totalSize,
      text: humanBytes(totalSize),
    },
  ];
}
