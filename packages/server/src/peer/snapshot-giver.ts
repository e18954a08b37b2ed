// `GET /raft/snapshot`: gives the present state to a member that asks for it, in the form in which a leader sends it. An
// addition to etcd's protocol, whose members answer 405: for one that has found its own data to be wrong.
import { hex64 } from '@quorate/base';
import { RaftMessage } from '@quorate/proto';
import { type Message, MessageType } from '@quorate/raft';
import type { HttpResponse } from '@quorate/wire';
import type { Logger } from '../member/logger.ts';
import { MAX_SNAPSHOTS_GIVING, SNAPSHOT_CHUNK_BYTES, SNAPSHOT_STALL_MS } from './limits.ts';
import { BBOLT_FORM, encodeSnapshotHead } from './snapshot-body.ts';
import type { WholeState } from './snapshot-sender.ts';

export interface SnapshotGiverOptions {
  readonly logger: Logger;
  readonly openState: (takesPages: boolean) => Promise<WholeState>;
}

export class SnapshotGiver {
  readonly #options: SnapshotGiverOptions;
  #giving = 0;

  constructor(options: SnapshotGiverOptions) {
    this.#options = options;
  }

  /** False when enough are being given already. Ends the response; cuts the connection when it cannot be ended well. */
  give(to: bigint, response: HttpResponse, cut: () => void): boolean {
    if (this.#giving >= MAX_SNAPSHOTS_GIVING) return false;
    this.#giving++;
    this.#give(to, response, cut).then(
      () => {
        this.#giving--;
      },
      (error: Error) => {
        this.#giving--;
        const fields = { 'remote-peer-id': hex64(to), error: error.message };
        this.#options.logger.warn('failed to give a database snapshot', fields);
        cut();
      },
    );
    return true;
  }

  async #give(to: bigint, response: HttpResponse, cut: () => void): Promise<void> {
    const { openState, logger } = this.#options;
    const { snapshot, store } = await openState(false);
    let isCut = false;
    let drained: () => void = () => {};
    response.on('drain', () => drained());
    response.on('close', () => {
      isCut = true;
      drained();
    });
    try {
      const { index, term } = snapshot.metadata;
      const fields = { 'snapshot-index': index, 'remote-peer-id': hex64(to), bytes: store.sizeBytes };
      logger.info('giving database snapshot', fields);
      response.statusCode = 200;
      response.setHeader('Content-Type', BBOLT_FORM);
      const message: Message = RaftMessage.create({ type: MessageType.MsgSnap, to, term, snapshot });
      let chunk = encodeSnapshotHead(message);
      while (chunk.length > 0 && !isCut) {
        if (!response.write(chunk)) {
          const stalled = setTimeout(cut, SNAPSHOT_STALL_MS);
          await new Promise<void>((resolve) => {
            drained = resolve;
            if (isCut) resolve();
          });
          clearTimeout(stalled);
        }
        chunk = await store.read(SNAPSHOT_CHUNK_BYTES);
      }
      if (isCut) throw new Error('the connection was cut');
      response.end();
      logger.info('gave database snapshot', fields);
    } finally {
      store.close();
    }
  }
}
