// Snapshots for peers: the whole state at one place of the log. The key-value store goes as a file, the v2 store and the
// configuration in the raft message before it, and all three are of the same entry.
import type { Clock } from '@quorate/base';
import type { ConfState, Snapshot } from '@quorate/raft';
import type { Backend, StorePosition } from '@quorate/storage';
import type { SaveJob, V2Store } from '@quorate/v2store';
import { confStateMeta } from './conf-state.ts';
import { MAX_PIN_TRIES, V2_NODES_PER_SLICE } from './limits.ts';
import { type StoreFile, storeSource } from './store-source.ts';

/** The member's state as it is at this moment: asked and used in one turn. */
export interface AppliedState extends StorePosition {
  readonly confState: ConfState;
}

/** Everything a member has applied, about to be sent; the three parts are of the same entry. */
export interface WholeState {
  /** The v2 store in etcd's JSON, the configuration, and the entry that all of it is of. */
  readonly snapshot: Snapshot;
  /** The key-value store; its consistent_index is the index of `snapshot`. Close it. */
  readonly store: StoreFile;
  /** Whether `store` is pages and their CRC-32 (storage/pages), or a bbolt file. */
  readonly isPages: boolean;
}

export interface SnapshotProviderOptions {
  readonly backend: Backend;
  readonly v2: V2Store;
  readonly clock: Clock;
  readonly applied: () => AppliedState;
}

export class SnapshotProvider {
  readonly #options: SnapshotProviderOptions;

  constructor(options: SnapshotProviderOptions) {
    this.#options = options;
  }

  /**
   * Opens a snapshot of the present state; close it. It costs a thread, and pages of the store that are kept meanwhile.
   * @param takesPages whether it may go as pages, which costs the receiver much less, or has to be a bbolt file; the moment is
   *   looked for while that is found out
   * @throws Error (rejects) when the store fails, or when commits keep slipping in between
   */
  async open(takesPages: boolean | Promise<boolean>): Promise<WholeState> {
    const { backend, v2, applied } = this.#options;
    const source = storeSource(backend);
    try {
      await source.pin(); // starts the thread, so that the next one is quick
      for (let tries = 0; tries < MAX_PIN_TRIES; tries++) {
        const state = applied();
        // Sees the tree as of now, whatever happens meanwhile.
        const job = v2.beginSave();
        let position: StorePosition;
        try {
          position = await source.pin();
        } catch (error) {
          job.cancel();
          throw error;
        }
        if (position.index !== state.index) {
          job.cancel();
          continue;
        }
        const data = await this.#encode(job);
        const { index, term, confState } = state;
        const snapshot = { data, metadata: { confState, index, term } };
        if ((await takesPages) && source.planPages !== undefined) {
          return { snapshot, store: await source.planPages(), isPages: true };
        }
        return { snapshot, store: await source.plan(confStateMeta(confState)), isPages: false };
      }
      throw new Error(`the store moved on during each of ${MAX_PIN_TRIES} attempts at a snapshot`);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  async #encode(job: SaveJob): Promise<Uint8Array> {
    const { clock } = this.#options;
    while (!job.step(V2_NODES_PER_SLICE)) await new Promise<void>((resolve) => clock.defer(resolve));
    return Buffer.concat(job.chunks);
  }
}
