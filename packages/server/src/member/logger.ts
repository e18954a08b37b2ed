// What the member needs of a logger.

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log lines: message and fields as etcd names them. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
