// The checked configuration of a member, made from raw settings.

import type { RotationSettings } from '../ops/log-rotation.ts';
import { type DiscoverySettings, discoverySettings } from './discovery-settings.ts';
import { parseGoBool, parseGoDuration } from './go-values.ts';
import { logRotation } from './log-rotation.ts';
import { refusePlanned, type Settings, SettingsError } from './settings.ts';

/** Where to listen: a TCP address, or a path of a unix socket. */
export interface ListenUrl {
  readonly url: string;
  readonly scheme: 'http' | 'https' | 'unix' | 'unixs';
  /** Host to bind; empty means all addresses. */
  readonly host: string;
  readonly port: number;
  /** Path of the socket for unix schemes, else empty. */
  readonly path: string;
}

/** How much history automatic compaction keeps. */
export type AutoCompaction =
  | { readonly mode: 'off' }
  | { readonly mode: 'periodic'; readonly retentionMs: number }
  | { readonly mode: 'revision'; readonly retention: number };

/** TLS of one group of listeners; empty paths where not set. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly trustedCaFile: string;
  readonly clientCertAuth: boolean;
  readonly crlFile: string;
  /** Common name that certificates of others must carry; empty: any. */
  readonly allowedCn: string;
  /** Host names one of which certificates of others must carry; none: any. */
  readonly allowedHostnames: readonly string[];
  /** Certificate and key for our own connections; empty: the listeners'. */
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  /** Do not compare the address of a connection with its certificate. */
  readonly skipSanVerification: boolean;
  /** Use a certificate made by the member itself. */
  readonly auto: boolean;
}

/** Everything that a member needs to know. Durations in ms, sizes in bytes. */
export interface ServerConfig {
  readonly name: string;
  readonly dataDir: string;
  /** Dedicated log directory; empty means inside the data directory. */
  readonly walDir: string;
  readonly snapshotCount: number;
  readonly snapshotCatchupEntries: number;
  readonly heartbeatIntervalMs: number;
  readonly electionTimeoutMs: number;
  readonly initialElectionTickAdvance: boolean;
  readonly preVote: boolean;
  readonly listenPeerUrls: readonly ListenUrl[];
  readonly listenClientUrls: readonly ListenUrl[];
  readonly listenClientHttpUrls: readonly ListenUrl[];
  readonly listenMetricsUrls: readonly ListenUrl[];
  readonly initialAdvertisePeerUrls: readonly string[];
  readonly advertiseClientUrls: readonly string[];
  /** Empty with discovery. */
  readonly initialCluster: string;
  readonly initialClusterState: 'new' | 'existing';
  readonly initialClusterToken: string;
  readonly discovery: DiscoverySettings;
  readonly strictReconfigCheck: boolean;
  /** Highest cluster version to agree to (`3.4`); empty for none. */
  readonly clusterVersionLimit: string;
  /** How often it is looked at whether a downgrade is over. */
  readonly downgradeCheckMs: number;
  readonly forceNewCluster: boolean;
  readonly maxLearners: number;
  readonly maxSnapshots: number;
  readonly maxWals: number;
  /** 0 means the default of 2 GiB, below 0 no quota. */
  readonly quotaBackendBytes: number;
  readonly backendBatchIntervalMs: number;
  readonly backendBatchLimit: number;
  readonly maxTxnOps: number;
  readonly maxRequestBytes: number;
  readonly maxConcurrentStreams: number;
  readonly grpcKeepaliveMinTimeMs: number;
  readonly grpcKeepaliveIntervalMs: number;
  readonly grpcKeepaliveTimeoutMs: number;
  readonly enableGrpcGateway: boolean;
  readonly enableV2: boolean;
  readonly autoCompaction: AutoCompaction;
  readonly compactionBatchLimit: number;
  readonly compactionSleepIntervalMs: number;
  readonly watchProgressNotifyIntervalMs: number;
  readonly warningApplyDurationMs: number;
  readonly warningUnaryRequestDurationMs: number;
  readonly clientTls: TlsFiles;
  readonly peerTls: TlsFiles;
  readonly tlsMinVersion: string;
  readonly tlsMaxVersion: string;
  readonly cipherSuites: readonly string[];
  readonly selfSignedCertYears: number;
  readonly cors: readonly string[];
  readonly hostWhitelist: readonly string[];
  readonly metrics: 'basic' | 'extensive';
  readonly logLevel: string;
  readonly logOutputs: readonly string[];
  /** Undefined: console on a terminal, JSON elsewhere. */
  readonly logFormat: 'json' | 'console' | undefined;
  /** Undefined: log files are not rotated. */
  readonly logRotation: RotationSettings | undefined;
  readonly unsafeNoFsync: boolean;
  readonly initialCorruptCheck: boolean;
  /** 0: members' data is not compared while they run. */
  readonly corruptCheckTimeMs: number;
  /** Whether the hashes of compactions are made and compared, and how often. */
  readonly compactHashCheck: boolean;
  readonly compactHashCheckTimeMs: number;
  /** A member whose data differs from the majority's serves no reads and fetches it anew. */
  readonly refillCorruptMember: boolean;
}

const DEFAULT_CLIENT_URL = 'http://localhost:2379';

/** Takes a URL of the settings apart; its form has been checked already. */
export function parseListenUrl(text: string): ListenUrl {
  const [, scheme, rest] = /^([a-z]+):\/\/(.*)$/.exec(text) as unknown as [
    string,
    ListenUrl['scheme'],
    string,
  ];
  if (scheme.startsWith('unix')) return { url: text, scheme, host: '', port: 0, path: rest };
  const authority = rest.replace(/\/$/, '');
  const colon = authority.lastIndexOf(':');
  const host = authority.slice(0, colon).replace(/^\[|\]$/g, '');
  return {
    url: `${scheme}://${authority}`,
    scheme,
    host,
    port: Number(authority.slice(colon + 1)),
    path: '',
  };
}

function listenUrls(settings: Settings, name: string): ListenUrl[] {
  const urls = settings.list(name).map(parseListenUrl);
  for (const { scheme, host, url } of urls) {
    if (scheme.startsWith('unix') || host === 'localhost' || host === '') continue;
    if (!/^[\d.]+$/.test(host) && !host.includes(':')) {
      throw new SettingsError(`expected IP in URL for binding (${url})`);
    }
  }
  return urls;
}

function autoCompaction(settings: Settings): AutoCompaction {
  const text = settings.text('auto-compaction-retention');
  const isNumber = /^\d+$/.test(text);
  if (settings.text('auto-compaction-mode') === 'revision') {
    if (!isNumber)
      throw new SettingsError(`error parsing --auto-compaction-retention: invalid number "${text}"`);
    return Number(text) === 0 ? { mode: 'off' } : { mode: 'revision', retention: Number(text) };
  }
  const retentionMs = isNumber ? Number(text) * 3_600_000 : parseGoDuration(text);
  if (retentionMs === undefined || retentionMs < 0) {
    throw new SettingsError(`error parsing --auto-compaction-retention: invalid duration "${text}"`);
  }
  return retentionMs === 0 ? { mode: 'off' } : { mode: 'periodic', retentionMs };
}

function tlsFiles(settings: Settings, prefix: '' | 'peer-'): TlsFiles {
  const files: TlsFiles = {
    certFile: settings.text(`${prefix}cert-file`),
    keyFile: settings.text(`${prefix}key-file`),
    trustedCaFile: settings.text(`${prefix}trusted-ca-file`),
    clientCertAuth: settings.bool(prefix === '' ? 'client-cert-auth' : 'peer-client-cert-auth'),
    crlFile: settings.text(prefix === '' ? 'client-crl-file' : 'peer-crl-file'),
    allowedCn: prefix === '' ? '' : settings.text('peer-cert-allowed-cn'),
    allowedHostnames: settings.list(
      prefix === '' ? 'client-cert-allowed-hostname' : 'peer-cert-allowed-hostname',
    ),
    clientCertFile: settings.text(`${prefix}client-cert-file`),
    clientKeyFile: settings.text(`${prefix}client-key-file`),
    skipSanVerification: prefix === '' || settings.bool('peer-skip-client-san-verification'),
    auto: settings.bool(`${prefix}auto-tls`),
  };
  if ((files.certFile === '') !== (files.keyFile === '')) {
    throw new SettingsError(`--${prefix}cert-file and --${prefix}key-file must be given together`);
  }
  if ((files.clientCertFile === '') !== (files.clientKeyFile === '')) {
    throw new SettingsError(
      `--${prefix}client-cert-file and --${prefix}client-key-file must be given together`,
    );
  }
  if (files.allowedCn !== '' && files.allowedHostnames.length > 0) {
    throw new SettingsError('--peer-cert-allowed-cn and --peer-cert-allowed-hostname are mutually exclusive');
  }
  return files;
}

function requireCertificate(urls: readonly ListenUrl[], files: TlsFiles): void {
  for (const { scheme, url } of urls) {
    if ((scheme === 'https' || scheme === 'unixs') && files.certFile === '' && !files.auto) {
      throw new SettingsError(`cannot listen on TLS for ${url}: KeyFile and CertFile are not presented`);
    }
  }
}

/** Makes and checks the configuration. @throws SettingsError with etcd's words where etcd has them */
export function makeServerConfig(settings: Settings): ServerConfig {
  refusePlanned(settings);
  const name = settings.text('name');
  const heartbeatIntervalMs = settings.int('heartbeat-interval');
  const electionTimeoutMs = settings.int('election-timeout');
  if (electionTimeoutMs < 5 * heartbeatIntervalMs) {
    throw new SettingsError(
      `--election-timeout[${electionTimeoutMs}ms] should be at least as 5 times as --heartbeat-interval[${heartbeatIntervalMs}ms]`,
    );
  }
  if (electionTimeoutMs > 50_000) {
    throw new SettingsError(
      `--election-timeout[${electionTimeoutMs}ms] is too long, and should be set less than 50000ms`,
    );
  }
  if (settings.isSet('listen-client-urls') && !settings.isSet('advertise-client-urls')) {
    throw new SettingsError(
      '--advertise-client-urls is required when --listen-client-urls is set explicitly',
    );
  }
  const initialAdvertisePeerUrls = settings.list('initial-advertise-peer-urls');
  for (const url of [...initialAdvertisePeerUrls, ...settings.list('advertise-client-urls')]) {
    const { host, scheme } = parseListenUrl(url);
    if (host === '' && !scheme.startsWith('unix')) {
      throw new SettingsError(`advertised URL ${url} names no host that others could reach`);
    }
  }
  const discovery = discoverySettings(settings);
  const clientTls = tlsFiles(settings, '');
  const peerTls = tlsFiles(settings, 'peer-');
  const listenClientUrls = listenUrls(settings, 'listen-client-urls');
  const listenPeerUrls = listenUrls(settings, 'listen-peer-urls');
  requireCertificate(listenClientUrls, clientTls);
  requireCertificate(listenPeerUrls, peerTls);
  return {
    name,
    dataDir: settings.text('data-dir') || `${name}.etcd`,
    walDir: settings.text('wal-dir'),
    snapshotCount: settings.int('snapshot-count'),
    snapshotCatchupEntries: settings.int('snapshot-catchup-entries'),
    heartbeatIntervalMs,
    electionTimeoutMs,
    initialElectionTickAdvance: settings.bool('initial-election-tick-advance'),
    preVote: settings.bool('pre-vote'),
    listenPeerUrls,
    listenClientUrls,
    listenClientHttpUrls: listenUrls(settings, 'listen-client-http-urls'),
    listenMetricsUrls: listenUrls(settings, 'listen-metrics-urls'),
    initialAdvertisePeerUrls,
    advertiseClientUrls: settings.list('advertise-client-urls'),
    initialCluster:
      settings.text('initial-cluster') ||
      (discovery.kind === 'none' ? initialAdvertisePeerUrls.map((url) => `${name}=${url}`).join(',') : ''),
    initialClusterState: settings.text('initial-cluster-state') as 'new' | 'existing',
    initialClusterToken: settings.text('initial-cluster-token'),
    discovery,
    strictReconfigCheck: settings.bool('strict-reconfig-check'),
    clusterVersionLimit: clusterVersionLimit(settings),
    downgradeCheckMs: settings.durationMs('downgrade-check-time'),
    forceNewCluster: settings.bool('force-new-cluster'),
    maxLearners: settings.int('max-learners'),
    maxSnapshots: settings.int('max-snapshots'),
    maxWals: settings.int('max-wals'),
    quotaBackendBytes: settings.int('quota-backend-bytes'),
    backendBatchIntervalMs: settings.durationMs('backend-batch-interval') || 100,
    backendBatchLimit: settings.int('backend-batch-limit') || 10_000,
    maxTxnOps: settings.int('max-txn-ops'),
    maxRequestBytes: settings.int('max-request-bytes'),
    maxConcurrentStreams: settings.int('max-concurrent-streams'),
    grpcKeepaliveMinTimeMs: settings.durationMs('grpc-keepalive-min-time'),
    grpcKeepaliveIntervalMs: settings.durationMs('grpc-keepalive-interval'),
    grpcKeepaliveTimeoutMs: settings.durationMs('grpc-keepalive-timeout'),
    enableGrpcGateway: settings.bool('enable-grpc-gateway'),
    enableV2: settings.bool('enable-v2'),
    autoCompaction: autoCompaction(settings),
    compactionBatchLimit: settings.int('compaction-batch-limit'),
    compactionSleepIntervalMs: settings.durationMs('compaction-sleep-interval'),
    watchProgressNotifyIntervalMs: progressNotifyInterval(settings),
    warningApplyDurationMs: settings.durationMs('warning-apply-duration'),
    warningUnaryRequestDurationMs: settings.durationMs('warning-unary-request-duration'),
    clientTls,
    peerTls,
    tlsMinVersion: settings.text('tls-min-version'),
    tlsMaxVersion: settings.text('tls-max-version'),
    cipherSuites: settings.list('cipher-suites'),
    selfSignedCertYears: settings.int('self-signed-cert-validity'),
    cors: settings.list('cors'),
    hostWhitelist: settings.list('host-whitelist'),
    metrics: settings.text('metrics') as 'basic' | 'extensive',
    logLevel: settings.bool('debug') ? 'debug' : settings.text('log-level'),
    logOutputs: settings.list('log-outputs'),
    logFormat: settings.isSet('log-format') ? (settings.text('log-format') as 'json' | 'console') : undefined,
    logRotation: logRotation(settings),
    unsafeNoFsync: settings.bool('unsafe-no-fsync'),
    initialCorruptCheck:
      settings.bool('experimental-initial-corrupt-check') || featureGate(settings, 'InitialCorruptCheck'),
    corruptCheckTimeMs: settings.durationMs('corrupt-check-time'),
    compactHashCheck:
      settings.bool('experimental-compact-hash-check-enabled') || featureGate(settings, 'CompactHashCheck'),
    compactHashCheckTimeMs: compactHashCheckTime(settings),
    refillCorruptMember: settings.bool('refill-corrupt-member'),
  };
}

/** Whether `--feature-gates` (`Name=true,Other=false`) turns a feature on, by name or with all of its stage. */
function featureGate(settings: Settings, name: string): boolean {
  const gates = new Map(
    settings.list('feature-gates').map((gate) => {
      const [gateName = '', value = ''] = gate.split('=', 2);
      return [gateName.trim(), parseGoBool(value.trim()) === true] as const;
    }),
  );
  return gates.get(name) ?? gates.get('AllAlpha') ?? false;
}

function clusterVersionLimit(settings: Settings): string {
  const text = settings.text('cluster-version-limit');
  if (text !== '' && !/^3\.\d{1,2}$/.test(text)) {
    throw new SettingsError(`--cluster-version-limit ${text} is not a cluster version such as 3.4`);
  }
  return text;
}

function progressNotifyInterval(settings: Settings): number {
  const intervalMs = settings.durationMs('watch-progress-notify-interval');
  if (intervalMs < 100) throw new SettingsError('--watch-progress-notify-interval must be at least 100ms');
  return intervalMs;
}

function compactHashCheckTime(settings: Settings): number {
  const intervalMs = settings.durationMs('compact-hash-check-time');
  if (intervalMs <= 0) throw new SettingsError('--compact-hash-check-time must be >0');
  return intervalMs;
}

/** Things that are legal but probably not meant, as etcd warns of them. */
export function configWarnings(settings: Settings, config: ServerConfig): string[] {
  const warnings = [...settings.warnings];
  if (config.name === 'default' && !settings.isSet('data-dir')) {
    warnings.push(`no data-dir provided, using default data-dir ./${config.dataDir}`);
  }
  if (config.maxRequestBytes > 10 * 1024 * 1024) {
    warnings.push('maximum request size is over the recommended 10 MB');
  }
  if (config.quotaBackendBytes > 8 * 1024 ** 3) warnings.push('quota is over the recommended 8 GiB');
  if (config.unsafeNoFsync)
    warnings.push('--unsafe-no-fsync: a crash of the machine loses acknowledged writes');
  const listensDefault = config.listenClientUrls.some(({ url }) => url === DEFAULT_CLIENT_URL);
  if (!listensDefault && config.advertiseClientUrls.includes(DEFAULT_CLIENT_URL)) {
    warnings.push('advertise-client-urls is the default although the listen URLs are not');
  }
  return warnings;
}
