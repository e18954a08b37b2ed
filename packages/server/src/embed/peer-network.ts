// The peer side of a server: its port, which is open before there is a member, and the connections to the others.
import { API_LEVEL, type Clock, systemRandom } from '@quorate/base';
import type { Message } from '@quorate/raft';
import type { HttpHandler } from '@quorate/wire';
import { dataPaths } from '../bootstrap/data-dir.ts';
import type { ServerConfig } from '../config/index.ts';
import { type AskHash, createHashAsker } from '../corruption/peer-hash.ts';
import type { MemberApi } from '../member/seam.ts';
import type { PeerReceiver, TransportCluster } from '../member/transport.ts';
import { compareVersions, parseVersion, SERVER_VERSION } from '../membership/version.ts';
import type { Logger } from '../ops/logger.ts';
import type { PeerView } from '../ops/metrics/network-metrics.ts';
import type { Identity } from '../peer/headers.ts';
import { type PeerClientTls, PeerHttpClient } from '../peer/http-client.ts';
import { createInquirer } from '../peer/inquirer.ts';
import { PeerPort } from '../peer/peer-port.ts';
import type { SinkEvents, StoreSink } from '../peer/snapshot-body.ts';
import { fetchSnapshot } from '../peer/snapshot-fetch.ts';
import { SnapshotGiver } from '../peer/snapshot-giver.ts';
import type { SnapshotReceiveCounters } from '../peer/snapshot-receive-counters.ts';
import { SnapshotReceiver, type StagedPages } from '../peer/snapshot-receiver.ts';
import { SnapshotSender } from '../peer/snapshot-sender.ts';
import { EtcdTransport } from '../peer/transport.ts';
import {
  IntakeThread,
  SnapshotProvider,
  type StagedIndex,
  StoreIntake,
  stageSnapshot,
} from '../snapshot/index.ts';

/**
 * The version that peers are told: what the cluster version is made of. A limit on that holds for what we say as well,
 * because another member may be the one who decides.
 */
export function announcedVersion(limit: string): string {
  const version = limit === '' ? undefined : parseVersion(limit);
  if (version === undefined || compareVersions(version, SERVER_VERSION) >= 0) return API_LEVEL;
  return `${version.major}.${version.minor}.0`;
}

export class PeerNetwork {
  readonly #config: ServerConfig;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #client: PeerHttpClient;
  readonly #port = new PeerPort();
  #transport: EtcdTransport | undefined;
  #giver: SnapshotGiver | undefined;
  #receiver: PeerReceiver | undefined;
  #stagedIndex: StagedIndex | undefined;
  /** Waits for a store to come. */
  #thread: IntakeThread | undefined;

  constructor(config: ServerConfig, tls: PeerClientTls | undefined, clock: Clock, logger: Logger) {
    this.#config = config;
    this.#clock = clock;
    this.#logger = logger.named('peer/transport');
    this.#client = new PeerHttpClient(tls);
  }

  get handler(): HttpHandler {
    return this.#port.handler;
  }

  get inquirer() {
    return createInquirer(this.#client, this.#logger);
  }

  /** For the member that is being made. */
  createTransport(receiver: PeerReceiver, cluster: TransportCluster): EtcdTransport {
    const identity: Identity = {
      id: cluster.memberId,
      clusterId: cluster.clusterId,
      serverVersion: announcedVersion(this.#config.clusterVersionLimit),
      peerURLs: this.#config.initialAdvertisePeerUrls,
    };
    const shared = { identity, client: this.#client, receiver, clock: this.#clock, logger: this.#logger };
    const openState = (takesPages: boolean | Promise<boolean>) => {
      const { backend, v2 } = receiver.appliedState();
      const applied = () => receiver.appliedState();
      return new SnapshotProvider({ backend, v2, clock: this.#clock, applied }).open(takesPages);
    };
    this.#giver = new SnapshotGiver({ logger: this.#logger, openState });
    const transport = new EtcdTransport({
      ...shared,
      snapshots: new SnapshotSender({ ...shared, openState }),
    });
    for (const { id, peerURLs } of cluster.remotes) transport.addPeer(id, peerURLs);
    this.#transport = transport;
    this.#receiver = receiver;
    return transport;
  }

  /** The member is there: peers are served. */
  open(member: MemberApi, counters: SnapshotReceiveCounters): void {
    if (this.#transport === undefined) return;
    const paths = dataPaths(this.#config.dataDir, this.#config.walDir);
    this.#port.open({
      member,
      transport: this.#transport,
      snapshots: new SnapshotReceiver({
        directory: paths.snapDir,
        logger: this.#logger,
        counters,
        isOpen: () => this.#receiver?.takesSnapshots() === true,
        stage: async (path, { snapshot }) => {
          const { index, term } = snapshot?.metadata ?? { index: 0, term: 0 };
          this.#stagedIndex = undefined;
          await stageSnapshot(path, paths.backendDir, { atLeast: { index, term } });
        },
        openPages: (events) => this.#openPages(paths.backendDir, events),
      }),
      giver: this.#giver,
      clock: this.#clock,
      logger: this.#logger,
    });
  }

  /** The index of the store that waits to be switched to, if it was made while that came. */
  get stagedIndex(): StagedIndex | undefined {
    return this.#stagedIndex;
  }

  /** A store will probably come: what it takes to take it in is made ready while there is time. */
  expectStore(): void {
    this.#thread = new IntakeThread();
  }

  /** None has come, or it has been taken in. */
  expectNoStore(): void {
    this.#thread?.end();
    this.#thread = undefined;
  }

  #openPages(storeDirectory: string, events: SinkEvents): StoreSink<StagedPages> {
    const thread = this.#thread?.isThere === true ? this.#thread : undefined;
    this.#thread = undefined;
    const intake = new StoreIntake(storeDirectory, systemRandom, events, thread);
    return {
      write: (chunk) => intake.write(chunk),
      abandon: () => intake.abandon(),
      finish: async (message) => {
        const taken = await intake.finish(message);
        return {
          place: () => {
            taken.place();
            this.#stagedIndex = taken;
          },
          drop: () => taken.drop(),
        };
      },
    };
  }

  /** For metrics. */
  peers(): PeerView[] {
    const peers = this.#transport?.peers.values() ?? [];
    return [...peers].map((peer) => ({
      id: peer.id,
      isActive: peer.status.activeSinceMs !== undefined,
      counters: peer.counters,
    }));
  }

  /** Asks other members for the hashes of their data. */
  get askHash(): AskHash {
    return createHashAsker(this.#client);
  }

  /** Gets the whole state of the member at `url`; see `fetchSnapshot`. */
  fetchSnapshot(memberId: bigint, clusterId: bigint, url: string, path: string): Promise<Message> {
    const identity: Identity = {
      id: memberId,
      clusterId,
      serverVersion: announcedVersion(this.#config.clusterVersionLimit),
      peerURLs: this.#config.initialAdvertisePeerUrls,
    };
    return fetchSnapshot(this.#client, identity, url, path);
  }

  /** After a start that failed. */
  close(): void {
    this.expectNoStore();
    this.#client.close();
  }
}
