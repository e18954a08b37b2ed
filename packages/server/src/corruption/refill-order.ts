// The note that a member leaves for its next start: throw the key-value store away and get it from one of these. It lies in
// the data directory from the moment the member is certain until the new store is in place.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FatalError, hex64, nodeDisk } from '@quorate/base';
import { parseHexId } from '../membership/cluster-member.ts';

export interface RefillOrder {
  readonly memberId: bigint;
  readonly clusterId: bigint;
  /** All other members. */
  readonly others: readonly OtherMember[];
}

export interface OtherMember {
  readonly id: bigint;
  readonly urls: readonly string[];
  /** Whether it holds what the majority holds. */
  readonly isSource: boolean;
}

const NAME = 'refill.json';

export function orderPath(memberDir: string): string {
  return join(memberDir, NAME);
}

/** Durable when it returns. */
export function writeOrder(path: string, order: RefillOrder): void {
  const temporary = `${path}.tmp`;
  const text = JSON.stringify(order, (_key, value: unknown) =>
    typeof value === 'bigint' ? hex64(value) : value,
  );
  writeFileSync(temporary, `${text}\n`, { mode: 0o600, flush: true });
  renameSync(temporary, path);
  nodeDisk.syncDirectory(dirname(path));
}

/** Undefined when there is none. @throws FatalError when it cannot be read */
export function readOrder(path: string): RefillOrder | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as OrderFile;
    return {
      memberId: parseHexId(value.memberId),
      clusterId: parseHexId(value.clusterId),
      others: value.others.map(({ id, urls, isSource }) => ({
        id: parseHexId(id),
        urls: urls.map(String),
        isSource: isSource === true,
      })),
    };
  } catch (cause) {
    throw new FatalError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

export function removeOrder(path: string): void {
  rmSync(path, { force: true });
  nodeDisk.syncDirectory(dirname(path));
}

interface OrderFile {
  readonly memberId: string;
  readonly clusterId: string;
  readonly others: readonly {
    readonly id: string;
    readonly urls: readonly string[];
    readonly isSource: boolean;
  }[];
}
