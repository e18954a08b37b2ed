// Records side by side in one piece of memory: how many of them go from one part to another without an object for each.

/** Records by ascending key. With values, `bytes` holds key, value, key, value …; without, the keys alone. */
export interface EntryRun {
  readonly count: number;
  /** Key size and value size of each record. */
  readonly sizes: Uint32Array;
  readonly bytes: Uint8Array;
}
