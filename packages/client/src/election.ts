/** Leader election: candidates queue, the oldest leads, everybody may observe. */
import {
  DeleteRangeRequest,
  EventType,
  PutRequest,
  type RangeResponse,
  RequestOp,
  type ResponseHeader,
  TxnRequest,
} from '@quorate/proto';
import { createdAt, enter, oldestOf, waitForTurn } from './queue.ts';
import { type Bytes, prefixRange, toBytes } from './range.ts';
import type { Session } from './session.ts';

/** The session does not lead the election (any more). */
export class NotLeaderError extends Error {
  override readonly name = 'NotLeaderError';
  constructor() {
    super('election: not leader');
  }
}

export class Election {
  readonly #session: Session;
  readonly #prefix: Uint8Array;
  #key: Uint8Array | undefined;
  #createRevision = 0;
  #header: ResponseHeader | undefined;

  constructor(session: Session, name: Bytes) {
    this.#session = session;
    this.#prefix = Buffer.concat([toBytes(name), Buffer.from('/')]);
  }

  /** The leader's key; undefined unless elected. */
  get key(): Uint8Array | undefined {
    return this.#key;
  }

  get header(): ResponseHeader | undefined {
    return this.#header;
  }

  /** Waits to be elected with this proposal. When the signal fires the candidacy ends and its reason is thrown. */
  async campaign(proposal: Bytes, signal?: AbortSignal): Promise<void> {
    const value = toBytes(proposal);
    const place = await enter(this.#session, this.#prefix, value);
    this.#key = place.key;
    this.#createRevision = place.createRevision;
    this.#header = place.header;
    if (!place.entered && !Buffer.from(place.value).equals(value)) await this.proclaim(value);
    try {
      await waitForTurn(this.#session.client, this.#prefix, place.createRevision, signal);
    } catch (error) {
      await this.resign();
      throw error;
    }
  }

  /** Replaces the leader's proposal. Throws NotLeaderError. */
  async proclaim(proposal: Bytes): Promise<void> {
    if (this.#key === undefined) throw new NotLeaderError();
    const requestPut = PutRequest.create({
      key: this.#key,
      value: toBytes(proposal),
      lease: this.#session.leaseId,
    });
    const response = await this.#session.client.kv.txn(
      TxnRequest.create({
        compare: [createdAt(this.#key, this.#createRevision)],
        success: [RequestOp.create({ requestPut })],
      }),
    );
    if (!response.succeeded) {
      this.#key = undefined;
      throw new NotLeaderError();
    }
    this.#header = response.header;
  }

  /** Gives up leading or waiting. */
  async resign(): Promise<void> {
    if (this.#key === undefined) return;
    const key = this.#key;
    this.#key = undefined;
    const requestDeleteRange = DeleteRangeRequest.create({ key });
    const response = await this.#session.client.kv.txn(
      TxnRequest.create({
        compare: [createdAt(key, this.#createRevision)],
        success: [RequestOp.create({ requestDeleteRange })],
      }),
    );
    this.#header = response.header;
  }

  /** The present leader's key and proposal. */
  leader(): Promise<RangeResponse> {
    return this.#session.client.kv.range(oldestOf(this.#prefix));
  }

  /**
   * Reports every leader and every change of its proposal until the signal fires. Each report holds the one key.
   * Rejects if the cluster cannot be asked.
   */
  async observe(onLeader: (response: RangeResponse) => void, signal?: AbortSignal): Promise<void> {
    while (signal?.aborted !== true) {
      const response = await this.leader();
      const revision = response.header?.revision ?? 0;
      const leader = response.kvs[0];
      if (leader === undefined) {
        await this.#watchUntil(prefixRange(this.#prefix), revision + 1, signal, () => true);
        continue;
      }
      onLeader({ ...response, kvs: [leader] });
      await this.#watchUntil({ key: leader.key }, revision + 1, signal, (event, header) => {
        if (event.type === EventType.DELETE) return true;
        onLeader({ header, kvs: event.kv === undefined ? [] : [event.kv], more: false, count: 1 });
        return false;
      });
    }
  }

  #watchUntil(
    range: { key: Uint8Array; rangeEnd?: Uint8Array },
    startRevision: number,
    signal: AbortSignal | undefined,
    stop: (
      event: { type: number; kv: RangeResponse['kvs'][0] | undefined },
      header: ResponseHeader | undefined,
    ) => boolean,
  ): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const finish = (): void => {
        signal?.removeEventListener('abort', finish);
        watch.cancel();
        resolve();
      };
      const watch = this.#session.client.watch(
        { ...range, startRevision },
        {
          requireLeader: true,
          onResponse: (response) => {
            for (const event of response.events) {
              if (stop(event, response.header)) {
                finish();
                return;
              }
            }
            // Compacted away under us: look at the present state again.
            if (response.canceled) finish();
          },
        },
      );
      signal?.addEventListener('abort', finish, { once: true });
    });
  }
}
