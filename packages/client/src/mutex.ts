/** A lock that ends with its session. */
import type { ResponseHeader } from '@quorate/proto';
import { enter, waitForTurn } from './queue.ts';
import { type Bytes, toBytes } from './range.ts';
import type { Session } from './session.ts';

/** The session's lease ended while waiting. */
export class SessionExpiredError extends Error {
  override readonly name = 'SessionExpiredError';
  constructor() {
    super('session expired');
  }
}

export class Mutex {
  readonly #session: Session;
  readonly #prefix: Uint8Array;
  #key: Uint8Array | undefined;
  #header: ResponseHeader | undefined;

  constructor(session: Session, name: Bytes) {
    this.#session = session;
    this.#prefix = Buffer.concat([toBytes(name), Buffer.from('/')]);
  }

  /** The key that stands for the holder; undefined unless locked. */
  get key(): Uint8Array | undefined {
    return this.#key;
  }

  /** Header of the response that gave the lock. */
  get header(): ResponseHeader | undefined {
    return this.#header;
  }

  /** Waits for the lock. When the signal fires the place in the queue is given up and its reason is thrown. */
  async lock(signal?: AbortSignal): Promise<void> {
    const { client } = this.#session;
    const place = await enter(this.#session, this.#prefix, Buffer.alloc(0));
    this.#key = place.key;
    this.#header = place.header;
    if (place.owner === undefined || place.owner.createRevision === place.createRevision) return;
    try {
      this.#header = await waitForTurn(client, this.#prefix, place.createRevision, signal);
    } catch (error) {
      await this.unlock();
      throw error;
    }
    const own = await client.kv.get(place.key);
    if (own === undefined) throw new SessionExpiredError();
  }

  async unlock(): Promise<void> {
    if (this.#key === undefined) return;
    const key = this.#key;
    this.#key = undefined;
    await this.#session.client.kv.delete(key);
  }
}
