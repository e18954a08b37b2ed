// What an error says about the fate of a request.
import { errors } from '@quorate/base';
import { V2ClusterError, V2DeadlineError, V2Error } from '@quorate/client';
import { GrpcError } from '@quorate/wire';

/** Errors that say for certain that nothing was or will be done, whoever answers, ours or Go's. */
const REFUSALS: ReadonlySet<string> = new Set([
  errors.tooManyRequests.message,
  errors.requestTooLarge.message,
  errors.leaseNotFound.message,
  errors.compacted.message,
  errors.futureRevision.message,
  errors.noSpace.message,
]);

export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.name} ${error.message.replace(/\s+/g, ' ')}${cause}`;
}

/** @throws the error itself when it is none of a request's */
export function outcomeOf(error: unknown): 'refused' | 'unknown' {
  if (error instanceof GrpcError) {
    // The client's own words for a request that was never sent.
    const wasNotSent =
      error.message.startsWith('no connection') || error.message.startsWith('connection error');
    return REFUSALS.has(error.message) || wasNotSent ? 'refused' : 'unknown';
  }
  if (error instanceof V2ClusterError)
    return error.reasons.every((reason) => reason.includes('connection refused')) ? 'refused' : 'unknown';
  if (error instanceof V2DeadlineError || error instanceof V2Error) return 'unknown';
  // What fetch throws: a lost connection, and the end of its time.
  if (error instanceof TypeError && error.message === 'fetch failed')
    return (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED'
      ? 'refused'
      : 'unknown';
  if (error instanceof TypeError && error.message === 'terminated') return 'unknown';
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'unknown';
  throw error;
}
