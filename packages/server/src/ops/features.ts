// etcd's feature gates, and whether what they stand for is done by this member.
import type { ServerConfig } from '../config/index.ts';
import type { Feature } from './metrics/member-metrics.ts';

export function enabledFeatures(config: ServerConfig): readonly Feature[] {
  const alpha = (name: string, enabled = false): Feature => ({ name, stage: 'ALPHA', enabled });
  const beta = (name: string, enabled: boolean): Feature => ({ name, stage: 'BETA', enabled });
  return [
    alpha('AllAlpha'),
    beta('AllBeta', false),
    alpha('CompactHashCheck', config.compactHashCheck),
    beta('FastLeaseKeepAlive', true),
    alpha('InitialCorruptCheck', config.initialCorruptCheck),
    // The remaining time of long leases is always written down.
    alpha('LeaseCheckpoint', true),
    alpha('LeaseCheckpointPersist', true),
    alpha('PriorityRequest'),
    alpha('SetMemberLocalAddr'),
    alpha('StopGRPCServiceOnDefrag'),
    beta('TxnModeWriteWithSharedBuffer', true),
  ];
}
