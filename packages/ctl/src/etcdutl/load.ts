/** A snapshot file as a store in a directory. */
import {
  type EtcdSnapshot,
  type LoadedFile,
  type LoadOptions,
  loadStoreFile,
  StoreBuilder,
} from '@quorate/storage';
import { logInfo } from './log.ts';

/**
 * Makes a store in `directory`, which must not exist. `adjust` may change it before it is finished.
 * @throws BboltError when the file is no store of etcd's
 */
export async function loadStore(
  snapshot: EtcdSnapshot,
  directory: string,
  options: LoadOptions = {},
  adjust: (builder: StoreBuilder, loaded: LoadedFile) => void = () => {},
): Promise<LoadedFile> {
  const builder = new StoreBuilder(directory);
  try {
    const steps = loadStoreFile(snapshot, builder, options);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    const loaded = step.value;
    if (loaded.foreignBuckets.length > 0) {
      logInfo('left out buckets that etcd does not have', { buckets: loaded.foreignBuckets });
    }
    adjust(builder, loaded);
    await builder.finish();
    return loaded;
  } catch (error) {
    await builder.abandon();
    throw error;
  }
}
