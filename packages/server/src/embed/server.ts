// A whole server in this process: a member, its listeners and everything that is served on them.
import { type EtcdError, errors, type FatalError, nodeDisk, systemClock, systemRandom } from '@quorate/base';
import { CompactionRequest } from '@quorate/proto';
import { createServer, GrpcRouter, type HttpHandler, type Listener, type WireServer } from '@quorate/wire';
import { createV2Handler } from '../api/v2/index.ts';
import { registerV3 } from '../api/v3/register.ts';
import { createMember } from '../bootstrap/create-member.ts';
import { dataPaths } from '../bootstrap/data-dir.ts';
import { createDiscovery } from '../bootstrap/discovery/discover.ts';
import type { Compactor, CompactorHost } from '../compactor/compactor.ts';
import { createCompactor } from '../compactor/create-compactor.ts';
import { formatGoDuration, type ServerConfig } from '../config/index.ts';
import type { Asking } from '../corruption/ask-all.ts';
import { startChecks } from '../corruption/checks.ts';
import { checkInitially } from '../corruption/initial-check.ts';
import { Quarantine } from '../corruption/quarantine.ts';
import { refillIfOrdered } from '../corruption/refill.ts';
import { orderPath, writeOrder } from '../corruption/refill-order.ts';
import { createGateway } from '../gateway/gateway.ts';
import { REQUEST_TIMEOUT_BASE_MS } from '../member/limits.ts';
import type { Member } from '../member/member.ts';
import type { MemberOptions } from '../member/options.ts';
import type { MemberApi } from '../member/seam.ts';
import { enabledFeatures } from '../ops/features.ts';
import { createGuard, openAccessHeaders } from '../ops/http-guard.ts';
import type { Logger } from '../ops/logger.ts';
import { createMetrics, type Metrics } from '../ops/metrics.ts';
import { createOpsHandler, respond } from '../ops/ops-http.ts';
import { StartPages } from '../ops/start-pages.ts';
import { SnapshotReceiveCounters } from '../peer/snapshot-receive-counters.ts';
import { prepareStore, type StagedIndex } from '../snapshot/index.ts';
import { banner } from './banner.ts';
import { listenAll } from './listeners.ts';
import { PeerNetwork } from './peer-network.ts';
import { peerClientTls, serverTls } from './tls.ts';

/** How long open calls may take to end at a graceful stop. */
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * The same when the member begins anew with a snapshot: its calls have been answered, and as long as others (a v2 wait, for
 * one) are waited for, the cluster is without this member.
 */
const RENEWAL_CLOSE_TIMEOUT_MS = 100;

/** Extra room over --max-request-bytes that a gRPC message may take, as in etcd. */
const GRPC_OVERHEAD_BYTES = 512 * 1024;

/** A running server. */
export interface EmbeddedServer {
  readonly member: MemberApi;
  /** Stops serving, then stops the member. Resolves when everything is on disk and closed. */
  stop(): Promise<void>;
}

/**
 * Starts a server and resolves once it serves clients.
 * @param onFatal told when it cannot go on; nothing is acknowledged afterwards
 * @throws FatalError when it cannot start (data of another cluster, corrupt log, port taken, bad certificate)
 */
export async function startServer(
  config: ServerConfig,
  logger: Logger,
  onFatal: (error: FatalError) => void,
): Promise<EmbeddedServer> {
  logStart(config, logger);
  const metrics = createMetrics();
  const snapshots = new SnapshotReceiveCounters();
  let refills = 0;
  const start = async (stagedIndex?: StagedIndex): Promise<Instance> => {
    const started = await startOnce(config, logger, metrics, snapshots, refills, stagedIndex, onFatal);
    if (started.isRefilled) refills++;
    return started;
  };
  let current = await start();
  let stopping = false;
  // A member that was sent a snapshot has everything on disk, and begins anew with it.
  const renew = async (): Promise<void> => {
    await current.stop(RENEWAL_CLOSE_TIMEOUT_MS);
    if (!stopping) current = await start(current.stagedIndex());
  };
  while (!current.isServing) await renew();
  let renewal: Promise<void> = Promise.resolve();
  const follow = (): void => {
    current.replaced.then(() => {
      if (stopping) return;
      renewal = renew();
      renewal.then(follow, onFatal);
    }, onFatal);
  };
  follow();
  return {
    get member() {
      return current.member;
    },
    stop: async () => {
      stopping = true;
      await renewal;
      await current.stop();
    },
  };
}

/** A server around one member. */
interface Instance {
  readonly member: MemberApi;
  /** As of the whole server; open calls may take so long to end. */
  stop(closeTimeoutMs?: number): Promise<void>;
  /** Whether clients are served; false when the member was replaced before it came to that. */
  readonly isServing: boolean;
  /** Whether its store was fetched anew before the start. */
  readonly isRefilled: boolean;
  /** Of the snapshot to begin anew with; undefined: its store has to be read. */
  stagedIndex(): StagedIndex | undefined;
  /** Resolves when the member has a snapshot to begin anew with, or is to fetch one. */
  readonly replaced: Promise<void>;
}

async function startOnce(
  config: ServerConfig,
  logger: Logger,
  metrics: Metrics,
  snapshots: SnapshotReceiveCounters,
  refills: number,
  stagedIndex: StagedIndex | undefined,
  onFatal: (error: FatalError) => void,
): Promise<Instance> {
  /** For one member to answer with its hash. */
  const hashTimeoutMs = REQUEST_TIMEOUT_BASE_MS + 2 * config.electionTimeoutMs;
  const clientTls = serverTls(config.clientTls, config, 'client', config.listenClientUrls, logger);
  const peerTls = serverTls(config.peerTls, config, 'peer', config.listenPeerUrls, logger);
  const network = new PeerNetwork(
    config,
    peerClientTls(config.peerTls, config, peerTls, logger),
    systemClock,
    logger,
  );
  // A member without data that joins gets all of it from the leader, and there is nothing else to do while it starts.
  const { walDir } = dataPaths(config.dataDir, config.walDir);
  if (config.initialClusterState === 'existing' && nodeDisk.stat(walDir) === undefined) network.expectStore();
  const servers: WireServer[] = [];
  const open = (http: HttpHandler, grpc?: GrpcRouter): WireServer => {
    const server = createServer({
      ...(grpc === undefined ? {} : { grpc }),
      http,
      clock: systemClock,
      limits: {
        maxReceiveMessageBytes: config.maxRequestBytes + GRPC_OVERHEAD_BYTES,
        maxConcurrentStreams: config.maxConcurrentStreams,
        keepaliveMinTimeMs: config.grpcKeepaliveMinTimeMs,
        keepaliveIntervalMs: config.grpcKeepaliveIntervalMs || Number.POSITIVE_INFINITY,
        keepaliveTimeoutMs: config.grpcKeepaliveTimeoutMs || Number.POSITIVE_INFINITY,
      },
      onConnectionError: (error, remoteAddress) =>
        logger.named('embed/listener').debug('rejected connection', { 'remote-addr': remoteAddress, error }),
    });
    servers.push(server);
    return server;
  };
  const startPages = new StartPages(metrics);
  // Before anything is written: a port that is taken must not leave a data directory behind.
  const peerServer = createServer({ http: network.handler, clock: systemClock });
  let member: Member;
  let onReplaced: () => void = () => {};
  const replaced = new Promise<void>((resolve) => {
    onReplaced = resolve;
  });
  let isServing = false;
  let isRefilled = false;
  try {
    await listenAll(peerServer, config.listenPeerUrls, peerTls);
    if (config.listenMetricsUrls.length > 0) {
      await listenAll(open(startPages.handler), config.listenMetricsUrls, clientTls, 'http');
    }
    isRefilled = await refillIfOrdered({
      dataDir: config.dataDir,
      walDir: config.walDir,
      disk: nodeDisk,
      clock: systemClock,
      logger: logger.named('server/corruption'),
      ask: network.askHash,
      timeoutMs: hashTimeoutMs,
      fetch: (memberId, clusterId, url, path) => network.fetchSnapshot(memberId, clusterId, url, path),
    });
    await prepareStore({
      dataDir: config.dataDir,
      walDir: config.walDir,
      disk: nodeDisk,
      logger: logger.named('server/snapshot'),
    });
    member = await createMember(memberOptions());
  } catch (error) {
    peerServer.destroy();
    for (const server of servers) server.destroy();
    network.close();
    throw error;
  }
  network.open(member, snapshots);
  metrics.bindMember(member, enabledFeatures(config));
  metrics.bindNetwork({
    memberId: member.memberId,
    servers: () => servers,
    peers: () => network.peers(),
    snapshots,
  });

  const router = new GrpcRouter();
  const v3 = registerV3(router, member, {
    clock: systemClock,
    random: systemRandom,
    maxTxnOps: config.maxTxnOps,
    maxRequestBytes: config.maxRequestBytes,
    watchProgressIntervalMs: config.watchProgressNotifyIntervalMs,
    electionTimeoutMs: config.electionTimeoutMs,
    observer: metrics.v3Observer,
  });
  const compactor = startCompactor(config, member, logger.named('server/compactor'));
  const asking: Asking = {
    member,
    ask: network.askHash,
    timeoutMs: hashTimeoutMs,
    logger: logger.named('server/corruption'),
  };
  const stopChecks = startChecks(
    asking,
    {
      intervalMs: config.corruptCheckTimeMs,
      compactionIntervalMs: config.compactHashCheck ? config.compactHashCheckTimeMs : 0,
    },
    systemClock,
  );
  const quarantine = config.refillCorruptMember
    ? new Quarantine({
        ...asking,
        clock: systemClock,
        refills: refills + Number(isRefilled),
        refill: (order) => {
          writeOrder(orderPath(dataPaths(config.dataDir, config.walDir).memberDir), order);
          onReplaced();
        },
      })
    : undefined;
  let stopped: Promise<void> | undefined;
  const stop = (closeTimeoutMs = CLOSE_TIMEOUT_MS): Promise<void> => {
    stopped ??= (async () => {
      logger.info('closing etcd server', { name: config.name, 'data-dir': config.dataDir });
      network.expectNoStore();
      compactor?.stop();
      stopChecks();
      quarantine?.stop();
      v3.close();
      await Promise.all(servers.map((server) => server.closeGracefully(closeTimeoutMs)));
      // Peers are served to the end: leadership is handed over on the way out.
      await member.stop();
      peerServer.destroy();
    })();
    return stopped;
  };

  try {
    await openListeners();
  } catch (error) {
    for (const server of servers) server.destroy();
    await stop();
    throw error;
  }
  return { member, stop, replaced, isServing, isRefilled, stagedIndex: () => network.stagedIndex };

  function memberOptions(): MemberOptions {
    const discover = createDiscovery(config, {
      clock: systemClock,
      logger: logger.named('server/discovery'),
    });
    return {
      dataDir: config.dataDir,
      ...(config.walDir === '' ? {} : { walDir: config.walDir }),
      name: config.name,
      peerURLs: config.initialAdvertisePeerUrls,
      clientURLs: config.advertiseClientUrls,
      initialCluster: config.initialCluster,
      initialClusterToken: config.initialClusterToken,
      initialClusterState: config.initialClusterState,
      ...(discover === undefined ? {} : { discover }),
      heartbeatMs: config.heartbeatIntervalMs,
      electionMs: config.electionTimeoutMs,
      preVote: config.preVote,
      maxRequestBytes: config.maxRequestBytes,
      quotaBackendBytes: config.quotaBackendBytes,
      snapshotCount: config.snapshotCount,
      snapshotCatchUpEntries: config.snapshotCatchupEntries,
      maxSnapshotFiles: config.maxSnapshots,
      maxWalFiles: config.maxWals,
      maxLearners: config.maxLearners,
      strictReconfigCheck: config.strictReconfigCheck,
      unsafeNoFsync: config.unsafeNoFsync,
      backendCommitIntervalMs: config.backendBatchIntervalMs,
      backendCommitRecords: config.backendBatchLimit,
      compactionBatchLimit: config.compactionBatchLimit,
      compactionSleepIntervalMs: config.compactionSleepIntervalMs,
      hashCompactions: config.compactHashCheck,
      quarantineWhenCorrupt: config.refillCorruptMember,
      clock: systemClock,
      random: systemRandom,
      disk: nodeDisk,
      logger: logger.named('server/member'),
      observer: metrics.memberObserver,
      forceNewCluster: config.forceNewCluster,
      downgradeCheckMs: config.downgradeCheckMs,
      ...(config.clusterVersionLimit === '' ? {} : { clusterVersionLimit: config.clusterVersionLimit }),
      createTransport: (receiver, cluster) => network.createTransport(receiver, cluster),
      inquirer: network.inquirer,
      ...(stagedIndex === undefined ? {} : { stagedIndex }),
      ...(config.initialCorruptCheck
        ? {
            beforeStart: (starting) =>
              checkInitially(starting, {
                ask: network.askHash,
                timeoutMs: hashTimeoutMs,
                logger: logger.named('server/corruption'),
              }),
          }
        : {}),
      onReplaced,
      onFatal,
    };
  }

  async function openListeners(): Promise<void> {
    const ready = new Promise<boolean>((resolve) => member.onReady(() => resolve(true)));
    const isReady = await Promise.race([ready, replaced.then(() => false)]);
    network.expectNoStore();
    if (!isReady) return;
    isServing = true;
    const http = clientPages(config, member, metrics, router, logger);
    const client = open(http, router);
    const separateHttp = config.listenClientHttpUrls.length > 0;
    const listeners: Listener[] = [
      ...(await listenAll(client, config.listenClientUrls, clientTls, separateHttp ? 'grpc' : 'all')),
      ...(await listenAll(client, config.listenClientHttpUrls, clientTls, 'http')),
    ];
    metrics.bindGrpc(router, config.metrics === 'extensive');
    startPages.ready(
      createOpsHandler(member, {
        logger: logger.named('etcdhttp/metrics'),
        metrics: metrics.render,
        counters: metrics.health,
      }),
    );
    logger.named('api/capability').info('enabled capabilities for version', {
      'cluster-version': member.membership.clusterVersion()?.split('.').slice(0, 2).join('.'),
    });
    logger.info('ready to serve client requests');
    for (const { host, port, path } of listeners) {
      logger.named('embed/serve').info('serving client traffic', { address: path ?? `${host}:${port}` });
    }
    if (process.stderr.isTTY === true) process.stderr.write(banner(config));
  }
}

/** Everything that HTTP clients find on the client port. */
function clientPages(
  config: ServerConfig,
  member: MemberApi,
  metrics: Metrics,
  router: GrpcRouter,
  logger: Logger,
): HttpHandler {
  const guard = createGuard(config);
  const ops = createOpsHandler(member, {
    logger: logger.named('etcdhttp/health'),
    metrics: metrics.render,
    counters: metrics.health,
  });
  const openAccess = openAccessHeaders(config);
  const v2 = config.enableV2
    ? createV2Handler(member, systemClock, { counters: metrics.v2Keys, commonHeaders: openAccess ?? {} })
    : undefined;
  const gateway = config.enableGrpcGateway ? createGateway(router, config) : undefined;
  return (request, response) => {
    // v2 is the hot path of plain HTTP: where nobody is kept out it writes the guard's headers with its own.
    const unguarded = openAccess !== undefined && request.method !== 'OPTIONS';
    if (unguarded && v2?.(request, response) === true) return;
    if (guard(request, response)) return;
    if (!unguarded && v2?.(request, response) === true) return;
    if (ops(request, response)) return;
    if (gateway?.(request, response) === true) return;
    response.setHeader('X-Content-Type-Options', 'nosniff');
    respond(response, 404, 'text/plain; charset=utf-8', '404 page not found\n');
  };
}

/** Starts automatic compaction where it is on; only a leader compacts. */
function startCompactor(config: ServerConfig, member: MemberApi, logger: Logger): Compactor | undefined {
  const host: CompactorHost = {
    clock: systemClock,
    revision: () => member.revision(),
    compact: (revision, done) => {
      const request = CompactionRequest.create({ revision });
      member.propose(
        { kind: 'compaction', request, raw: undefined, requester: undefined },
        {
          cancelled: false,
          done: () => done(undefined),
          failed: (error: EtcdError) =>
            done({ message: error.message, isCompacted: error === errors.compacted }),
        },
      );
    },
    log: (level, message, fields) => logger[level](message, fields),
  };
  const compactor = createCompactor(host, config.autoCompaction);
  if (compactor === undefined) return undefined;
  compactor.start();
  const follow = (): void => {
    if (member.isLeader()) compactor.resume();
    else compactor.pause();
  };
  member.onLeaderChange(follow);
  follow();
  return compactor;
}

function logStart(config: ServerConfig, logger: Logger): void {
  const urls = (list: ServerConfig['listenPeerUrls']): string[] => list.map(({ url }) => url);
  logger.info('configuring peer listeners', { 'listen-peer-urls': urls(config.listenPeerUrls) });
  logger.info('configuring client listeners', { 'listen-client-urls': urls(config.listenClientUrls) });
  logger.info('starting an etcd server', {
    name: config.name,
    'data-dir': config.dataDir,
    'wal-dir': config.walDir,
    'snapshot-count': config.snapshotCount,
    'heartbeat-interval': formatGoDuration(config.heartbeatIntervalMs),
    'election-timeout': formatGoDuration(config.electionTimeoutMs),
    'initial-advertise-peer-urls': config.initialAdvertisePeerUrls,
    'advertise-client-urls': config.advertiseClientUrls,
    'listen-metrics-urls': urls(config.listenMetricsUrls),
    'initial-cluster': config.initialCluster,
    'initial-cluster-state': config.initialClusterState,
    'initial-cluster-token': config.initialClusterToken,
    'quota-backend-bytes': config.quotaBackendBytes,
    'max-request-bytes': config.maxRequestBytes,
    'pre-vote': config.preVote,
    'enable-v2': config.enableV2,
    'node-version': process.versions.node,
  });
}
