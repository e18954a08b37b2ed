// Refusals of the store as errors of requests.
import { EtcdError, errors, GrpcCode } from '@quorate/base';
import { MvccError, MvccErrorKind } from '@quorate/storage';

/** etcd's text for a watch whose range holds no key. */
export const emptyWatchRangeText = 'mvcc: watcher range is empty';

/** The request's error for a refusal of the store; what is no refusal is thrown on. */
export function refusalOf(thrown: unknown): EtcdError {
  if (thrown instanceof EtcdError) return thrown;
  if (!(thrown instanceof MvccError)) throw thrown;
  switch (thrown.kind) {
    case MvccErrorKind.compacted:
      return errors.compacted;
    case MvccErrorKind.futureRevision:
      return errors.futureRevision;
    case MvccErrorKind.closed:
      return errors.stopped;
    case MvccErrorKind.invalidSort:
      return errors.invalidSortOption;
    case MvccErrorKind.emptyWatchRange:
      return new EtcdError(GrpcCode.Unknown, emptyWatchRangeText);
  }
}
