/** Failures of the v2 API. Their texts are those of etcd's Go client, which scripts look at. */

/** An error that the keys API answered. */
export class V2Error extends Error {
  override readonly name = 'V2Error';
  readonly errorCode: number;
  override readonly cause: string;
  readonly index: number;

  constructor(errorCode: number, message: string, cause: string, index: number) {
    super(`${errorCode}: ${message} (${cause}) [${index}]`);
    this.errorCode = errorCode;
    this.cause = cause;
    this.index = index;
  }
}

/** An error that the members or the auth API answered. */
export class V2ServiceError extends Error {
  override readonly name = 'V2ServiceError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** No endpoint gave a usable answer. */
export class V2ClusterError extends Error {
  override readonly name = 'V2ClusterError';
  /** What each endpoint said, in the order they were tried. */
  readonly reasons: readonly string[];
  /** True if no endpoint could even be reached. */
  readonly unreachable: boolean;

  constructor(reasons: readonly string[], unreachable: boolean) {
    const list = reasons.map((reason, i) => `; error #${i}: ${reason}\n`).join('');
    super(`client: etcd cluster is unavailable or misconfigured${list}`);
    this.reasons = reasons;
    this.unreachable = unreachable;
  }
}

/** The members of a cluster publish no client URLs. */
export class NoEndpointsError extends Error {
  override readonly name = 'NoEndpointsError';
  constructor() {
    super('client: no endpoints available');
  }
}
