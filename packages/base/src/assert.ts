// Invariants and unrecoverable failures: the two ways in which the process, not a request, is at fault.

/** A broken invariant: always a bug, never the user's fault. Not meant to be caught. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Checks an invariant of the program. Stays on in production. @throws AssertionError */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Stable exit codes of the process for failures of the environment. */
export const ExitCode = {
  failure: 1,
  usage: 2,
} as const;

/**
 * A failure of the environment that the process cannot outlive (disk error, corrupt log, port taken).
 * `message` is written for the person who has to act on it.
 */
export class FatalError extends Error {
  override readonly name = 'FatalError';
  readonly exitCode: number;
  constructor(reason: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? ExitCode.failure;
  }
}
