// Errors of requests: etcd's own codes and texts, made once. The text is API: clients match on it.

/** gRPC status codes. */
export const GrpcCode = {
  OK: 0,
  Canceled: 1,
  Unknown: 2,
  InvalidArgument: 3,
  DeadlineExceeded: 4,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  ResourceExhausted: 8,
  FailedPrecondition: 9,
  Aborted: 10,
  OutOfRange: 11,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  DataLoss: 15,
  Unauthenticated: 16,
} as const;
export type GrpcCode = (typeof GrpcCode)[keyof typeof GrpcCode];

/** A request's failure as the client will see it. `message` is the whole wire text. */
export class EtcdError extends Error {
  override readonly name = 'EtcdError';
  readonly code: GrpcCode;
  constructor(code: GrpcCode, message: string) {
    super(message);
    this.code = code;
  }
}

function server(code: GrpcCode, text: string): EtcdError {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0; // made once at load: a stack would only mislead
  const error = new EtcdError(code, `etcdserver: ${text}`);
  Error.stackTraceLimit = before;
  return error;
}

const { InvalidArgument, OutOfRange, ResourceExhausted, NotFound, FailedPrecondition } = GrpcCode;
const { Canceled, PermissionDenied, Unauthenticated, Unavailable, DataLoss, DeadlineExceeded, Unknown } =
  GrpcCode;

/** Every error of etcd's v3 API, by the name etcd gives it. Shared instances: compare by identity. */
export const errors = {
  emptyKey: server(InvalidArgument, 'key is not provided'),
  keyNotFound: server(InvalidArgument, 'key not found'),
  valueProvided: server(InvalidArgument, 'value is provided'),
  leaseProvided: server(InvalidArgument, 'lease is provided'),
  tooManyOps: server(InvalidArgument, 'too many operations in txn request'),
  duplicateKey: server(InvalidArgument, 'duplicate key given in txn request'),
  invalidClientApiVersion: server(InvalidArgument, 'invalid client api version'),
  invalidSortOption: server(InvalidArgument, 'invalid sort option'),
  memberBadUrls: server(InvalidArgument, 'given member URLs are invalid'),
  requestTooLarge: server(InvalidArgument, 'request is too large'),
  userEmpty: server(InvalidArgument, 'user name is empty'),
  roleEmpty: server(InvalidArgument, 'role name is empty'),
  authFailed: server(InvalidArgument, 'authentication failed, invalid user ID or password'),
  permissionNotGiven: server(InvalidArgument, 'permission not given'),
  invalidAuthManagement: server(InvalidArgument, 'invalid auth management'),
  authOldRevision: server(InvalidArgument, 'revision of auth store is old'),
  wrongDowngradeVersionFormat: server(InvalidArgument, 'wrong downgrade target version format'),
  invalidDowngradeTargetVersion: server(InvalidArgument, 'invalid downgrade target version'),

  compacted: server(OutOfRange, 'mvcc: required revision has been compacted'),
  futureRevision: server(OutOfRange, 'mvcc: required revision is a future revision'),
  leaseTtlTooLarge: server(OutOfRange, 'too large lease TTL'),

  noSpace: server(ResourceExhausted, 'mvcc: database space exceeded'),
  // On the wire etcd sends the next one, and notEnoughStarted, without their code (see v3rpc's error mapping).
  tooManyRequests: server(Unknown, 'too many requests'),

  leaseNotFound: server(NotFound, 'requested lease not found'),
  memberNotFound: server(NotFound, 'member not found'),

  leaseExists: server(FailedPrecondition, 'lease already exists'),
  memberExists: server(FailedPrecondition, 'member ID already exist'),
  peerUrlExists: server(FailedPrecondition, 'Peer URLs already exists'),
  memberNotEnoughStarted: server(Unknown, 're-configuration failed due to not enough started members'),
  memberNotLearner: server(FailedPrecondition, 'can only promote a learner member'),
  learnerNotReady: server(
    FailedPrecondition,
    'can only promote a learner member which is in sync with leader',
  ),
  tooManyLearners: server(FailedPrecondition, 'too many learner members in cluster'),
  clusterIdMismatch: server(FailedPrecondition, 'cluster ID mismatch'),
  rootUserNotExist: server(FailedPrecondition, 'root user does not exist'),
  rootRoleNotExist: server(FailedPrecondition, 'root user does not have root role'),
  userAlreadyExist: server(FailedPrecondition, 'user name already exists'),
  userNotFound: server(FailedPrecondition, 'user name not found'),
  roleAlreadyExist: server(FailedPrecondition, 'role name already exists'),
  roleNotFound: server(FailedPrecondition, 'role name not found'),
  roleNotGranted: server(FailedPrecondition, 'role is not granted to the user'),
  permissionNotGranted: server(FailedPrecondition, 'permission is not granted to the role'),
  authNotEnabled: server(FailedPrecondition, 'authentication is not enabled'),
  notLeader: server(FailedPrecondition, 'not leader'),
  notCapable: server(FailedPrecondition, 'not capable'),
  notSupportedForLearner: server(FailedPrecondition, 'rpc not supported for learner'),
  badLeaderTransferee: server(FailedPrecondition, 'bad leader transferee'),
  clusterVersionUnavailable: server(FailedPrecondition, 'cluster version not found during downgrade'),
  downgradeInProcess: server(FailedPrecondition, 'cluster has a downgrade job in progress'),
  noInflightDowngrade: server(FailedPrecondition, 'no inflight downgrade job'),

  watchCanceled: server(Canceled, 'watch canceled'),
  requestCanceled: server(Canceled, 'request canceled'),
  permissionDenied: server(PermissionDenied, 'permission denied'),
  invalidAuthToken: server(Unauthenticated, 'invalid auth token'),

  noLeader: server(Unavailable, 'no leader'),
  leaderChanged: server(Unavailable, 'leader changed'),
  stopped: server(Unavailable, 'server stopped'),
  timeout: server(Unavailable, 'request timed out'),
  timeoutDueToLeaderFail: server(Unavailable, 'request timed out, possibly due to previous leader failure'),
  timeoutDueToConnectionLost: server(Unavailable, 'request timed out, possibly due to connection lost'),
  timeoutWaitAppliedIndex: server(
    Unavailable,
    'request timed out, waiting for the applied index took too long',
  ),
  unhealthy: server(Unavailable, 'unhealthy cluster'),
  corrupt: server(DataLoss, 'corrupt cluster'),
  deadlineExceeded: server(DeadlineExceeded, 'context deadline exceeded'),
} as const;
