// Counters of /v2/stats/store, also part of every saved store. They count as etcd's do, its oddities included:
// see the comments at the places in store.ts where a refused request counts as a success.

/** Counters since the store was made (or its snapshot's first member was). */
export class StoreStats {
  getsSuccess = 0;
  getsFail = 0;
  setsSuccess = 0;
  setsFail = 0;
  deleteSuccess = 0;
  deleteFail = 0;
  updateSuccess = 0;
  updateFail = 0;
  createSuccess = 0;
  createFail = 0;
  compareAndSwapSuccess = 0;
  compareAndSwapFail = 0;
  compareAndDeleteSuccess = 0;
  compareAndDeleteFail = 0;
  expireCount = 0;

  /** For metrics, since this process began; not saved. */
  readonly process = { getRecursiveSuccess: 0, getRecursiveFail: 0, watchRequests: 0 };
}

/** Saved and reported counters in etcd's order, `watchers` follows them. */
export const storeStatNames = [
  'getsSuccess',
  'getsFail',
  'setsSuccess',
  'setsFail',
  'deleteSuccess',
  'deleteFail',
  'updateSuccess',
  'updateFail',
  'createSuccess',
  'createFail',
  'compareAndSwapSuccess',
  'compareAndSwapFail',
  'compareAndDeleteSuccess',
  'compareAndDeleteFail',
  'expireCount',
] as const satisfies readonly (keyof StoreStats)[];

/** JSON of /v2/stats/store. */
export function storeStatsJson(stats: StoreStats, watchers: number): string {
  let text = '{';
  for (const name of storeStatNames) text += `"${name}":${stats[name]},`;
  return `${text}"watchers":${watchers}}`;
}

/** A copy of the saved counters. */
export function cloneStats(stats: StoreStats): StoreStats {
  const copy = new StoreStats();
  for (const name of storeStatNames) copy[name] = stats[name];
  return copy;
}
