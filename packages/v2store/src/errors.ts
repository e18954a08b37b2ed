// v2 errors: etcd's numeric codes and texts, and the HTTP status each one is answered with.

/** etcd's v2 error codes. */
export const V2ErrorCode = {
  keyNotFound: 100,
  testFailed: 101,
  notFile: 102,
  noMorePeer: 103,
  notDir: 104,
  nodeExist: 105,
  keyIsPreserved: 106,
  rootReadOnly: 107,
  dirNotEmpty: 108,
  existingPeerAddress: 109,
  unauthorized: 110,
  valueRequired: 200,
  prevValueRequired: 201,
  ttlNotNumber: 202,
  indexNotNumber: 203,
  valueOrTtlRequired: 204,
  timeoutNotNumber: 205,
  nameRequired: 206,
  indexOrValueRequired: 207,
  indexValueMutex: 208,
  invalidField: 209,
  invalidForm: 210,
  refreshValue: 211,
  refreshTtlRequired: 212,
  raftInternal: 300,
  leaderElection: 301,
  watcherCleared: 400,
  eventIndexCleared: 401,
  standbyInternal: 402,
  invalidActiveSize: 403,
  invalidRemoveDelay: 404,
  clientInternal: 500,
} as const;

export type V2ErrorCodeValue = (typeof V2ErrorCode)[keyof typeof V2ErrorCode];

/** etcd's text for each code. */
export const v2ErrorMessages: Readonly<Record<V2ErrorCodeValue, string>> = {
  100: 'Key not found',
  101: 'Compare failed',
  102: 'Not a file',
  103: 'Reached the max number of peers in the cluster',
  104: 'Not a directory',
  105: 'Key already exists',
  106: 'The prefix of given key is a keyword in etcd',
  107: 'Root is read only',
  108: 'Directory not empty',
  109: 'Peer address has existed',
  110: 'The request requires user authentication',
  200: 'Value is Required in POST form',
  201: 'PrevValue is Required in POST form',
  202: 'The given TTL in POST form is not a number',
  203: 'The given index in POST form is not a number',
  204: 'Value or TTL is required in POST form',
  205: 'The given timeout in POST form is not a number',
  206: 'Name is required in POST form',
  207: 'Index or value is required',
  208: 'Index and value cannot both be specified',
  209: 'Invalid field',
  210: 'Invalid POST form',
  211: 'Value provided on refresh',
  212: 'A TTL must be provided on refresh',
  300: 'Raft Internal Error',
  301: 'During Leader Election',
  400: 'watcher is cleared due to etcd recovery',
  401: 'The event in requested index is outdated and cleared',
  402: 'Standby Internal Error',
  403: 'Invalid active size',
  404: 'Standby remove delay',
  500: 'Client Internal Error',
};

/** HTTP status of an error code; what is not listed is 400. */
export function v2ErrorStatus(errorCode: V2ErrorCodeValue): number {
  switch (errorCode) {
    case V2ErrorCode.keyNotFound:
      return 404;
    case V2ErrorCode.notFile:
    case V2ErrorCode.dirNotEmpty:
      return 403;
    case V2ErrorCode.unauthorized:
      return 401;
    case V2ErrorCode.testFailed:
    case V2ErrorCode.nodeExist:
      return 412;
    case V2ErrorCode.raftInternal:
    case V2ErrorCode.leaderElection:
      return 500;
    default:
      return 400;
  }
}

/**
 * A request's problem. Returned, not thrown: a miss is a normal answer and must not pay for a stack trace.
 * `cause` is a path, a comparison such as `[a != b]`, or a text; `index` the store index it was found at.
 */
export class V2Error {
  readonly errorCode: V2ErrorCodeValue;
  readonly message: string;
  readonly cause: string;
  readonly index: number;

  constructor(errorCode: V2ErrorCodeValue, cause: string, index: number) {
    this.errorCode = errorCode;
    this.message = v2ErrorMessages[errorCode];
    this.cause = cause;
    this.index = index;
  }

  /** HTTP status etcd answers with. */
  get status(): number {
    return v2ErrorStatus(this.errorCode);
  }
}
