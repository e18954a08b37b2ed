/** Flags of snapshot restore, which etcdutl and etcdctl both have. */
import type { FlagDefinition } from '../cli/flag-set.ts';
import { DEFAULT_NAME, DEFAULT_PEER_URL, DEFAULT_TOKEN } from './limits.ts';

const flag = (
  name: string,
  kind: FlagDefinition['kind'],
  usage: string,
  defaultText?: string,
): FlagDefinition => (defaultText === undefined ? { name, kind, usage } : { name, kind, usage, defaultText });

export const restoreFlags: readonly FlagDefinition[] = [
  flag('data-dir', 'string', 'the data directory to make; default: NAME.etcd'),
  flag('wal-dir', 'string', 'where to make the log, if not in the data directory'),
  flag('name', 'string', 'name of the member', DEFAULT_NAME),
  flag(
    'initial-cluster',
    'string',
    'the new cluster: name=peer-url,…',
    `${DEFAULT_NAME}=${DEFAULT_PEER_URL}`,
  ),
  flag('initial-cluster-token', 'string', 'token of the new cluster', DEFAULT_TOKEN),
  flag('initial-advertise-peer-urls', 'string', "the member's peer URLs", DEFAULT_PEER_URL),
  flag(
    'skip-hash-check',
    'bool',
    'take a file whose hash is wrong or missing (one copied from a data directory)',
  ),
  flag('initial-memory-map-size', 'int', 'accepted for compatibility; memory is mapped as needed'),
  flag('bump-revision', 'int', 'raise the latest revision by so many after the restore'),
  flag('mark-compacted', 'bool', 'take the latest revision as compacted; goes together with --bump-revision'),
];
