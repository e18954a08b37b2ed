// Every flag of etcd 2.3 to 3.7 that a member meets, in one table.
import { type FlagSpec, section } from './flag-spec.ts';

const member = section('Member');
const clustering = section('Clustering');
const discovery = section('Discovery');
const security = section('Security');
const auth = section('Auth');
const monitoring = section('Profiling and Monitoring');
const logging = section('Logging');
const proxy = section('v2 Proxy');
const tuning = section('Tuning');
const unsafe = section('Unsafe features');
const ignored = section('Ignored');

const planned = { status: 'planned' } as const;
const noop = { status: 'noop' } as const;

/** The flag table, in the order of `--help`. */
export const flagTable: readonly FlagSpec[] = [
  member.text('name', 'default', 'Human-readable name for this member.'),
  member.text('data-dir', '', 'Path to the data directory; empty means ${name}.etcd.'),
  member.text('wal-dir', '', 'Path to a dedicated directory for the write-ahead log.'),
  member.int('snapshot-count', 100000, 'Number of applied entries after which a snapshot is written.', {
    min: 1,
  }),
  member.int('heartbeat-interval', 100, 'Time between heartbeats, in milliseconds.', { min: 1 }),
  member.int('election-timeout', 1000, 'Time without a leader before an election, in milliseconds.', {
    min: 1,
  }),
  member.bool('initial-election-tick-advance', true, 'Shorten the first election timeout after a start.'),
  member.urls('listen-peer-urls', 'http://localhost:2380', 'URLs to listen on for peers.'),
  member.urls(
    'listen-client-urls',
    'http://localhost:2379',
    'URLs to listen on for clients (gRPC and HTTP).',
  ),
  member.urls(
    'listen-client-http-urls',
    '',
    'URLs for HTTP clients only; the client URLs then serve only gRPC.',
  ),
  member.int('max-snapshots', 5, 'Snapshot files to keep; 0 keeps all.', { min: 0 }),
  member.int('max-wals', 5, 'Write-ahead log files to keep; 0 keeps all.', { min: 0 }),
  member.int(
    'quota-backend-bytes',
    0,
    'Size of the store at which writes stop; 0 means 2 GiB, below 0 no limit.',
  ),
  member.duration(
    'backend-batch-interval',
    '100ms',
    'Longest time between commits of the store; 0 means 100ms.',
  ),
  member.int('backend-batch-limit', 10000, 'Most records in one commit of the store; 0 means 10000.', {
    min: 0,
  }),
  member.choice(
    'backend-bbolt-freelist-type',
    ['array', 'map'],
    'map',
    'Without meaning here: the store has no such list.',
    {
      ...noop,
      aliases: ['experimental-backend-bbolt-freelist-type'],
    },
  ),
  member.int('max-txn-ops', 128, 'Most operations in one transaction.', { min: 0 }),
  member.int('max-request-bytes', 1572864, 'Largest client request, in bytes.', { min: 0 }),
  member.int('max-concurrent-streams', 4294967295, 'Most concurrent streams of one client connection.', {
    min: 0,
    max: 4294967295,
  }),
  member.duration('grpc-keepalive-min-time', '5s', 'Shortest interval at which a client may ping.'),
  member.duration('grpc-keepalive-interval', '2h', 'Interval at which clients are pinged; 0 turns it off.'),
  member.duration(
    'grpc-keepalive-timeout',
    '20s',
    'Wait for the answer to a ping before closing; 0 turns it off.',
  ),
  member.bool('socket-reuse-port', false, 'Set SO_REUSEPORT on listeners.', planned),
  member.bool('socket-reuse-address', false, 'Set SO_REUSEADDR on listeners (always set by Node.js).', noop),
  member.duration('raft-read-timeout', '5s', 'Read timeout of peer connections.'),
  member.duration('raft-write-timeout', '5s', 'Write timeout of peer connections.'),
  member.bool('enable-grpc-gateway', true, 'Serve the JSON gateway of the v3 API.'),
  member.bool('memory-mlock', false, "Lock the process's memory.", {
    ...planned,
    aliases: ['experimental-memory-mlock'],
  }),

  clustering.urls(
    'initial-advertise-peer-urls',
    'http://localhost:2380',
    'Peer URLs told to the other members.',
  ),
  clustering.text('initial-cluster', '', 'Initial members as name=url pairs; empty means this member alone.'),
  clustering.choice('initial-cluster-state', ['new', 'existing'], 'new', "'new' or 'existing'."),
  clustering.text('initial-cluster-token', 'etcd-cluster', 'Token that keeps clusters apart at bootstrap.'),
  clustering.urls('advertise-client-urls', 'http://localhost:2379', 'Client URLs told to the public.'),
  clustering.bool('strict-reconfig-check', true, 'Refuse reconfigurations that would lose quorum.'),
  clustering.bool('pre-vote', true, 'Ask before an election whether it could be won.'),
  clustering.text('auto-compaction-retention', '0', 'History to keep; 0 turns automatic compaction off.'),
  clustering.choice(
    'auto-compaction-mode',
    ['periodic', 'revision'],
    'periodic',
    "Reading of the retention: 'periodic' (a duration, hours without a unit) or 'revision' (a number).",
  ),
  clustering.bool('enable-v2', true, 'Serve the v2 API.'),
  clustering.choice(
    'v2-deprecation',
    ['not-yet', 'write-only', 'write-only-skip-check', 'write-only-drop-data', 'gone'],
    'not-yet',
    'Without meaning here: the v2 API stays.',
    noop,
  ),
  clustering.text(
    'cluster-version-limit',
    '',
    'Highest cluster version to agree to, such as 3.4: entries then stay in a form that this etcd reads.',
  ),
  clustering.int('max-learners', 1, 'Most learners in the cluster.', { min: 0 }),
  clustering.bool(
    'next-cluster-version-compatible',
    false,
    'Join a cluster of the next minor version.',
    noop,
  ),

  discovery.text('discovery', '', 'Discovery URL used to bootstrap the cluster.'),
  discovery.choice(
    'discovery-fallback',
    ['exit', 'proxy'],
    'exit',
    "What to do when the cluster is full: 'exit'; 'proxy' is accepted, but ends with an error as well.",
  ),
  discovery.text('discovery-proxy', '', 'HTTP proxy for discovery.'),
  discovery.text('discovery-srv', '', 'DNS domain whose SRV records name the cluster.'),
  discovery.text('discovery-srv-name', '', 'Suffix of the SRV service name.'),
  discovery.text('discovery-token', '', 'v3 discovery: token of the cluster.'),
  discovery.list('discovery-endpoints', '', 'v3 discovery: endpoints of the discovery service.'),
  discovery.duration('discovery-dial-timeout', '2s', 'v3 discovery: time to connect.'),
  discovery.duration('discovery-request-timeout', '5s', 'v3 discovery: time for a request.'),
  discovery.duration('discovery-keepalive-time', '2s', 'v3 discovery: interval of keepalive pings.'),
  discovery.duration('discovery-keepalive-timeout', '6s', 'v3 discovery: wait for their answers.'),
  discovery.bool('discovery-insecure-transport', true, 'v3 discovery: no TLS.'),
  discovery.bool('discovery-insecure-skip-tls-verify', false, 'v3 discovery: accept any certificate.'),
  discovery.text('discovery-cert', '', 'v3 discovery: client certificate.'),
  discovery.text('discovery-key', '', 'v3 discovery: client key.'),
  discovery.text('discovery-cacert', '', 'v3 discovery: CA bundle.'),
  discovery.text('discovery-user', '', 'v3 discovery: user name[:password].'),
  discovery.text('discovery-password', '', 'v3 discovery: password.'),

  proxy.choice(
    'proxy',
    ['off', 'readonly', 'on'],
    'off',
    "Run as a v2 proxy: 'off', 'readonly' or 'on'.",
    planned,
  ),
  proxy.int('proxy-failure-wait', 5000, 'Milliseconds that a failed endpoint is left alone.', noop),
  proxy.int('proxy-refresh-interval', 30000, 'Milliseconds between refreshes of the endpoints.', noop),
  proxy.int('proxy-dial-timeout', 1000, 'Milliseconds to connect.', noop),
  proxy.int('proxy-write-timeout', 5000, 'Milliseconds to write.', noop),
  proxy.int('proxy-read-timeout', 0, 'Milliseconds to read; 0 waits.', noop),
  proxy.bool('experimental-enable-v2v3', false, 'Serve v2 from the v3 store.', planned),

  security.text('cert-file', '', 'Certificate of the client listeners.'),
  security.text('key-file', '', 'Key of the client listeners.'),
  security.text(
    'client-cert-file',
    '',
    "Certificate for this member's own client connections; checked at the start, but the gateway needs no connection here.",
  ),
  security.text('client-key-file', '', 'Key of that certificate.'),
  security.bool('client-cert-auth', false, 'Require client certificates.'),
  security.text('client-crl-file', '', 'Certificate revocation list for clients.'),
  security.list('client-cert-allowed-hostname', '', 'Host names that client certificates may carry.'),
  security.text('trusted-ca-file', '', 'CA bundle for client certificates.', { aliases: ['ca-file'] }),
  security.bool('auto-tls', false, 'Serve clients with a certificate made by this member.'),
  security.text('peer-cert-file', '', 'Certificate of the peer listeners.'),
  security.text('peer-key-file', '', 'Key of the peer listeners.'),
  security.text('peer-client-cert-file', '', 'Certificate for connections to peers.'),
  security.text('peer-client-key-file', '', 'Key of that certificate.'),
  security.bool('peer-client-cert-auth', false, 'Require certificates of peers.'),
  security.text('peer-trusted-ca-file', '', 'CA bundle for peers.', { aliases: ['peer-ca-file'] }),
  security.text('peer-cert-allowed-cn', '', 'Common name that peers must carry.'),
  security.list('peer-cert-allowed-hostname', '', 'Host names that peer certificates may carry.'),
  security.bool('peer-auto-tls', false, 'Serve peers with a certificate made by this member.'),
  security.text('peer-crl-file', '', 'Certificate revocation list for peers.'),
  security.bool('peer-skip-client-san-verification', false, "Leave out the check of peers' addresses.", {
    aliases: ['experimental-peer-skip-client-san-verification'],
  }),
  security.int(
    'self-signed-cert-validity',
    1,
    'Years that certificates made by this member are valid.',
    noop,
  ),
  security.list('cipher-suites', '', 'TLS cipher suites, by their Go names; empty takes the defaults.'),
  security.choice('tls-min-version', ['', 'TLS1.2', 'TLS1.3'], 'TLS1.2', 'Lowest TLS version.'),
  security.choice(
    'tls-max-version',
    ['', 'TLS1.2', 'TLS1.3'],
    '',
    'Highest TLS version; empty means the newest.',
  ),
  security.list('cors', '*', 'Origins allowed to use the HTTP APIs from a browser.'),
  security.list('host-whitelist', '*', 'Host names that HTTP requests may carry when there is no TLS.'),

  auth.text('auth-token', 'simple', "Kind of v3 authentication tokens: 'simple' or 'jwt,…'.", planned),
  auth.int('bcrypt-cost', 10, 'Cost of hashing passwords.', { min: 4, max: 31 }),
  auth.int('auth-token-ttl', 300, 'Seconds that an unused simple token lives.', { min: 1 }),

  monitoring.bool('enable-pprof', false, 'Serve profiles under /debug/pprof/.', planned),
  monitoring.choice(
    'metrics',
    ['basic', 'extensive'],
    'basic',
    "Detail of the metrics: 'basic' or 'extensive'.",
  ),
  monitoring.urls('listen-metrics-urls', '', 'URLs that serve /metrics and the health endpoints as well.'),
  monitoring.bool('enable-distributed-tracing', false, 'Export OpenTelemetry traces.', {
    ...planned,
    aliases: ['experimental-enable-distributed-tracing'],
  }),
  monitoring.text('distributed-tracing-address', 'localhost:4317', 'Address of the trace collector.', {
    ...noop,
    aliases: ['experimental-distributed-tracing-address'],
  }),
  monitoring.text('distributed-tracing-service-name', 'etcd', 'Service name in traces.', {
    ...noop,
    aliases: ['experimental-distributed-tracing-service-name'],
  }),
  monitoring.text('distributed-tracing-instance-id', '', 'Instance id in traces.', {
    ...noop,
    aliases: ['experimental-distributed-tracing-instance-id'],
  }),
  monitoring.int('distributed-tracing-sampling-rate', 0, 'Traces per million requests.', {
    ...noop,
    aliases: ['experimental-distributed-tracing-sampling-rate'],
  }),

  logging.choice(
    'logger',
    ['zap', 'capnslog'],
    'zap',
    'Accepted for compatibility; logs are always structured.',
    noop,
  ),
  logging.list('log-outputs', 'default', "Where logs go: 'default', 'stderr', 'stdout' or file paths.", {
    aliases: ['log-output'],
  }),
  logging.choice(
    'log-level',
    ['debug', 'info', 'warn', 'error', 'panic', 'fatal'],
    'info',
    'Lowest level that is logged.',
  ),
  logging.choice(
    'log-format',
    ['json', 'console'],
    'json',
    "'json' or 'console'; on a terminal the default is console.",
  ),
  logging.bool('enable-log-rotation', false, 'Put a log file aside when it has grown too large.'),
  logging.text(
    'log-rotation-config-json',
    '{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}',
    'When log files are put aside, and how many are kept.',
  ),
  logging.duration('warning-unary-request-duration', '300ms', 'Requests that take longer are logged.', {
    aliases: ['experimental-warning-unary-request-duration'],
  }),
  logging.bool('debug', false, 'Log at debug level.'),
  logging.text('log-package-levels', '', 'Levels by package, of etcd up to 3.4.', noop),

  tuning.bool(
    'experimental-initial-corrupt-check',
    false,
    'Compare data with the other members before serving.',
  ),
  tuning.duration(
    'corrupt-check-time',
    '0s',
    'Interval of comparing hashes between members; 0 turns it off.',
    {
      aliases: ['experimental-corrupt-check-time'],
    },
  ),
  tuning.bool(
    'experimental-compact-hash-check-enabled',
    false,
    'Hash the data at each compaction and compare the hashes of the members.',
  ),
  tuning.duration('compact-hash-check-time', '1m0s', 'Interval of comparing hashes of compactions.', {
    aliases: ['experimental-compact-hash-check-time'],
  }),
  tuning.bool(
    'refill-corrupt-member',
    true,
    'A member that the alarm CORRUPT names serves no reads, and fetches its store anew when a majority of all members agrees without it; off, the alarm is all, as in etcd.',
  ),
  tuning.int('compaction-batch-limit', 1000, 'Most revisions removed in one slice of a compaction.', {
    min: 1,
    aliases: ['experimental-compaction-batch-limit'],
  }),
  tuning.duration('compaction-sleep-interval', '10ms', 'Pause between the slices of a compaction.', {
    aliases: ['experimental-compaction-sleep-interval'],
  }),
  tuning.duration(
    'watch-progress-notify-interval',
    '10m0s',
    'Interval of progress notifications to idle watchers.',
    {
      aliases: ['experimental-watch-progress-notify-interval'],
    },
  ),
  tuning.duration('warning-apply-duration', '100ms', 'Applying an entry for longer is logged.', {
    aliases: ['experimental-warning-apply-duration'],
  }),
  tuning.int(
    'bootstrap-defrag-threshold-megabytes',
    0,
    'Defragment at start when at least so much comes free; 0 turns it off.',
    {
      ...noop,
      aliases: ['experimental-bootstrap-defrag-threshold-megabytes'],
    },
  ),
  tuning.duration('downgrade-check-time', '5s', 'Interval of looking whether a downgrade is over.', {
    aliases: ['experimental-downgrade-check-time'],
  }),
  tuning.int('snapshot-catchup-entries', 5000, 'Entries kept after a snapshot for slow followers.', {
    min: 0,
    aliases: ['experimental-snapshot-catchup-entries', 'experimental-snapshot-catch-up-entries'],
  }),
  tuning.bool(
    'experimental-enable-lease-checkpoint',
    false,
    'Without meaning here: remaining TTLs are always kept.',
    noop,
  ),
  tuning.bool(
    'experimental-enable-lease-checkpoint-persist',
    false,
    'Without meaning here: remaining TTLs are always kept.',
    noop,
  ),
  tuning.bool(
    'experimental-stop-grpc-service-on-defrag',
    false,
    'Without meaning here: defragmenting does not block.',
    noop,
  ),
  tuning.bool('experimental-txn-mode-write-with-shared-buffer', true, 'Without meaning here.', noop),
  tuning.text(
    'feature-gates',
    '',
    "etcd's feature gates, as name=bool pairs: InitialCorruptCheck and CompactHashCheck do something here.",
  ),

  unsafe.bool('force-new-cluster', false, 'Start a one-member cluster out of the data of this member.'),
  unsafe.bool(
    'unsafe-no-fsync',
    false,
    'Do not sync the log to disk: a crash of the machine then loses writes.',
  ),

  ...[
    'cluster-active-size',
    'cluster-remove-delay',
    'cluster-sync-interval',
    'config',
    'max-result-buffer',
  ].map((name) => ignored.text(name, '', 'Ignored, as etcd does.', { status: 'ignored' })),
  ...['max-retry-attempts', 'peer-heartbeat-interval', 'peer-election-timeout', 'retry-interval'].map(
    (name) => ignored.text(name, '', 'Ignored, as etcd does.', { status: 'ignored' }),
  ),
  ...['force', 'snapshot', 'v', 'vv'].map((name) =>
    ignored.bool(name, false, 'Ignored, as etcd does.', { status: 'ignored' }),
  ),
  ...['test.coverprofile', 'test.outputdir'].map((name) =>
    ignored.text(name, '', 'Ignored, as etcd does.', { status: 'ignored' }),
  ),
];

/** Every flag by each of its names. */
export const flagByName: ReadonlyMap<string, FlagSpec> = new Map(
  flagTable.flatMap((spec) => [spec.name, ...spec.aliases].map((name) => [name, spec] as const)),
);
