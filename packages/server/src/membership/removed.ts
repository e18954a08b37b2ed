// How a member that was removed from its cluster ends.
import { FatalError } from '@quorate/base';

export const REMOVED_TEXT = 'the member has been permanently removed from the cluster';

/** Not a failure of this process: it ends with 0, as etcd does, so that nothing starts it again in vain. */
export function removedFromCluster(): FatalError {
  return new FatalError(`${REMOVED_TEXT}; the data-dir used by this member must be removed`, { exitCode: 0 });
}
