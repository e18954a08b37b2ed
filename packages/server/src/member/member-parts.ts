// A member's parts as bootstrap has made and restored them.
import type { Clock, FatalError, Random } from '@quorate/base';
import type { MemoryStorage, RawNode } from '@quorate/raft';
import type { Backend, MvccStore, Snapshotter, Wal } from '@quorate/storage';
import type { V2Store } from '@quorate/v2store';
import type { Alarms } from '../apply/alarms.ts';
import type { Applier } from '../apply/applier.ts';
import type { Quota } from '../apply/quota.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { Cluster } from '../membership/cluster.ts';
import type { Logger } from './logger.ts';
import type { MemberObserver } from './seam.ts';
import type { PeerReceiver, PeerTransport } from './transport.ts';

/** Limits and paces with every default filled in. */
export interface MemberSettings {
  readonly name: string;
  readonly clientURLs: readonly string[];
  readonly heartbeatMs: number;
  readonly electionMs: number;
  readonly requestTimeoutMs: number;
  readonly maxRequestBytes: number;
  readonly snapshotCount: number;
  readonly snapshotCatchUpEntries: number;
  readonly maxSnapshotFiles: number;
  readonly maxWalFiles: number;
  readonly strictReconfigCheck: boolean;
  readonly quarantineWhenCorrupt: boolean;
  readonly clusterVersionLimit: string | undefined;
  readonly downgradeCheckMs: number;
}

export interface MemberParts {
  readonly settings: MemberSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly observer: MemberObserver | undefined;
  readonly node: RawNode;
  readonly storage: MemoryStorage;
  readonly wal: Wal;
  readonly snapshotter: Snapshotter;
  readonly backend: Backend;
  readonly kv: MvccStore;
  readonly v2: V2Store;
  readonly cluster: Cluster;
  readonly lessor: Lessor;
  readonly alarms: Alarms;
  readonly quota: Quota;
  readonly applier: Applier;
  readonly hasAuth: boolean;
  readonly createTransport: ((receiver: PeerReceiver) => PeerTransport) | undefined;
  readonly onReplaced: (() => void) | undefined;
  readonly onFatal: (error: FatalError) => void;
  /** Where the snapshot that was loaded ends; 0 without one. */
  readonly snapshotIndex: number;
  readonly snapshotTerm: number;
}
