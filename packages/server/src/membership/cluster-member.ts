// A member of the cluster as the state machine knows it, and its JSON forms in entries, backend and v2 store.

/** One member. Immutable: a change makes a new object. */
export interface ClusterMember {
  readonly id: bigint;
  /** '' until the member has started and published itself. */
  readonly name: string;
  /** Sorted when the member was created from a URL list; as given after an update. */
  readonly peerURLs: readonly string[];
  readonly clientURLs: readonly string[];
  readonly isLearner: boolean;
}
