/** How commands end. */

/** Exit codes of etcdctl, API 3. */
export const ExitCode = {
  Success: 0,
  Error: 1,
  BadConnection: 2,
  InvalidInput: 3,
  BadFeature: 4,
  Interrupted: 5,
  Io: 6,
  BadArgs: 128,
} as const;
export type ExitCode = number;

/** Ends the command with a code; the message (if any) is printed to standard error. */
export class ExitError extends Error {
  override readonly name = 'ExitError';
  readonly code: ExitCode;
  /** False: the message is printed as it is, without `Error: ` before it; empty messages are not printed. */
  readonly labelled: boolean;

  constructor(code: ExitCode, message = '', options: { readonly labelled?: boolean } = {}) {
    super(message);
    this.code = code;
    this.labelled = options.labelled ?? true;
  }
}

/** The argument errors of commands. */
export function badArgs(message: string): ExitError {
  return new ExitError(ExitCode.BadArgs, message);
}
