/** How failed calls read: etcd's own errors by their text, others with their gRPC code, as etcd's Go client shows them. */
import { errors, GrpcCode } from '@quorate/base';
import { GrpcError } from '@quorate/wire';

const CODE_NAMES: readonly string[] = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

/** etcd's errors are known by their text: it is API. */
const etcdTexts: ReadonlySet<string> = new Set(Object.values(errors).map((error) => error.message));
const CONTEXT_TEXTS: Readonly<Record<number, string>> = {
  [GrpcCode.DeadlineExceeded]: 'context deadline exceeded',
  [GrpcCode.Canceled]: 'context canceled',
};

/** True if the error is one of etcd's (not of the transport). */
export function isEtcdError(error: unknown): error is GrpcError {
  return error instanceof GrpcError && etcdTexts.has(error.message);
}

/** True if the error is a gRPC error with exactly this text. */
export function hasMessage(error: unknown, expected: { readonly message: string }): boolean {
  return error instanceof GrpcError && error.message === expected.message;
}

/** True if the error is a gRPC error of this code. */
export function hasCode(error: unknown, code: number): boolean {
  return error instanceof GrpcError && error.code === code;
}

/** The text shown to a person. */
export function describeError(error: unknown): string {
  if (!(error instanceof GrpcError)) return error instanceof Error ? error.message : String(error);
  if (etcdTexts.has(error.message)) return error.message;
  const context = CONTEXT_TEXTS[error.code];
  if (context !== undefined) return context;
  return `rpc error: code = ${CODE_NAMES[error.code] ?? `Code(${error.code})`} desc = ${error.message}`;
}
