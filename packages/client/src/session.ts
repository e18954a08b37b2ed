/** A lease kept alive for as long as its holder lives; locks and elections hang on it. */
import type { EtcdClient } from './client.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { DEFAULT_SESSION_TTL_SECONDS } from './limits.ts';

export class Session {
  readonly client: EtcdClient;
  readonly leaseId: bigint;
  readonly #keeper: LeaseKeeper;
  #lost = false;
  /** Resolves when the lease is gone without having been given up. */
  readonly expired: Promise<void>;

  private constructor(client: EtcdClient, leaseId: bigint) {
    this.client = client;
    this.leaseId = leaseId;
    let signal: () => void = () => undefined;
    this.expired = new Promise((resolve) => {
      signal = resolve;
    });
    this.#keeper = client.lease.keepAlive(leaseId, {
      onLost: () => {
        this.#lost = true;
        signal();
      },
    });
  }

  /** Grants a lease and begins to renew it. */
  static async open(client: EtcdClient, ttlSeconds: number = DEFAULT_SESSION_TTL_SECONDS): Promise<Session> {
    const granted = await client.lease.grant(ttlSeconds);
    return new Session(client, granted.ID);
  }

  /** True once the lease is gone. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Stops renewing; the lease lives out its time. */
  orphan(): void {
    this.#keeper.stop();
  }

  /** Stops renewing and revokes the lease. */
  async close(): Promise<void> {
    this.#keeper.stop();
    await this.client.lease.revoke(this.leaseId);
  }
}
