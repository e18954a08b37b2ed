// The way into a cluster through a registry, the same for both generations of the service: see whether there is room,
// register, and wait until as many members have registered as the cluster shall have.
import type { Clock } from '@quorate/base';
import type { Logger } from '../../member/logger.ts';
import { parseInitialCluster } from '../urls.ts';
import { DiscoveryFailure, RegistryUnavailable, reasons } from './failures.ts';
import { BACKOFF_UNIT_MS, MAX_BACKOFF_EXPONENT, MAX_CLUSTER_SIZE, SHORTEST_WATCH_MS } from './limits.ts';

/** A registered member. */
export interface Registration {
  /** Member id in hexadecimal, as it is registered. */
  readonly id: string;
  /** `name=url`, several with commas between. */
  readonly value: string;
}

/** Everybody registered, in the order of registration, and the point in the registry's history that this was read at. */
export interface Registrations {
  readonly members: readonly Registration[];
  readonly position: number;
}

/**
 * Where members of one future cluster find each other. Methods reject with RegistryUnavailable when asking again may
 * help, and with DiscoveryFailure when it will not.
 */
export interface Registry {
  /** For log lines; without credentials. */
  readonly address: string;
  /** The text of the size key. */
  size(): Promise<string>;
  list(): Promise<Registrations>;
  /** `taken`: somebody has registered this id before, maybe this member itself. */
  register(self: Registration): Promise<'registered' | 'taken'>;
  /** Resolves when something changed after `position`, or when the service will not wait any longer. */
  changed(position: number): Promise<void>;
  close(): void;
}

export interface JoinOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** This member has made its log in an earlier run, and has registered before that. */
  readonly resuming: boolean;
}

interface Look {
  /** As many as the cluster shall have, or fewer. */
  readonly members: readonly Registration[];
  readonly size: number;
  readonly position: number;
}

/** Registers and waits for the others. @returns the initial cluster. @throws DiscoveryFailure (rejects) */
export async function joinRegistry(
  registry: Registry,
  self: Registration,
  options: JoinOptions,
): Promise<string> {
  return new Joining(registry, self, options).run();
}

class Joining {
  readonly #registry: Registry;
  readonly #self: Registration;
  readonly #options: JoinOptions;
  #failures = 0;
  #known = new Set<string>();

  constructor(registry: Registry, self: Registration, options: JoinOptions) {
    this.#registry = registry;
    this.#self = self;
    this.#options = options;
  }

  async run(): Promise<string> {
    const { logger } = this.#options;
    // A full cluster is left alone.
    await this.#retried('cluster status check', () => this.#look());
    await this.#register();
    for (;;) {
      const look = await this.#retried('waiting for other nodes', () => this.#lookOrWait());
      if (look === undefined) continue;
      logger.info('found all needed peers from discovery server', {
        'discovery-url': this.#registry.address,
        'found-peers': look.members.length,
      });
      return initialCluster(look.members, look.size);
    }
  }

  async #look(): Promise<Look> {
    const size = parseSize(await this.#registry.size());
    const { members, position } = await this.#registry.list();
    const own = members.findIndex(({ id }) => id === this.#self.id);
    if ((own < 0 && members.length >= size) || own >= size) throw new DiscoveryFailure(reasons.fullCluster);
    return { members: members.slice(0, size), size, position };
  }

  /** Tries to register until there is an answer. One that got lost on its way may have been a yes. */
  async #register(): Promise<void> {
    let mayBeOurs = this.#options.resuming;
    const answer = await this.#retried('registering this member', async () => {
      try {
        return await this.#registry.register(this.#self);
      } catch (error) {
        mayBeOurs = true;
        throw error;
      }
    });
    if (answer === 'registered') return;
    if (mayBeOurs) {
      const { members } = await this.#retried('cluster status check', () => this.#registry.list());
      if (members.some(({ id, value }) => id === this.#self.id && value === this.#self.value)) return;
    }
    throw new DiscoveryFailure(reasons.duplicateId);
  }

  /** @returns undefined when members are missing and something may have changed since */
  async #lookOrWait(): Promise<Look | undefined> {
    const { clock, logger } = this.#options;
    const address = this.#registry.address;
    const look = await this.#look();
    let hasNews = false;
    for (const { id } of look.members) {
      if (this.#known.has(id)) continue;
      hasNews = true;
      const who = id === this.#self.id ? 'self' : 'peer';
      logger.info(`found ${who} from discovery server`, { 'discovery-url': address, [who]: id });
    }
    this.#known = new Set(look.members.map(({ id }) => id));
    if (look.members.length >= look.size) return look;
    if (hasNews) {
      logger.info('found peers from discovery server; waiting for more', {
        'discovery-url': address,
        'found-peers': look.members.length,
        'needed-peers': look.size - look.members.length,
      });
    }
    const startedMs = clock.nowMs();
    await this.#registry.changed(look.position);
    if (!hasNews && clock.nowMs() - startedMs < SHORTEST_WATCH_MS) await this.#pause(SHORTEST_WATCH_MS);
    return undefined;
  }

  async #retried<T>(step: string, attempt: () => Promise<T>): Promise<T> {
    const { logger } = this.#options;
    for (;;) {
      try {
        const result = await attempt();
        this.#failures = 0;
        return result;
      } catch (error) {
        if (!(error instanceof RegistryUnavailable)) throw error;
        this.#failures = Math.min(this.#failures + 1, MAX_BACKOFF_EXPONENT);
        const backoffMs = 2 ** this.#failures * BACKOFF_UNIT_MS;
        logger.warn('retry connecting to discovery service', {
          url: this.#registry.address,
          reason: step,
          error: error.message,
          backoff: `${backoffMs / 1000}s`,
        });
        await this.#pause(backoffMs);
      }
    }
  }

  #pause(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.setTimer(durationMs, resolve);
    });
  }
}

function parseSize(text: string): number {
  const size = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (size === 0 || size > MAX_CLUSTER_SIZE) throw new DiscoveryFailure(reasons.badSizeKey);
  return size;
}

/** Checks what the others have registered, and joins it into one list. */
function initialCluster(members: readonly Registration[], size: number): string {
  const text = members.map(({ value }) => value).join(',');
  let names: ReturnType<typeof parseInitialCluster>;
  try {
    names = parseInitialCluster(text);
  } catch (cause) {
    throw new DiscoveryFailure(reasons.invalidUrl, { cause });
  }
  if (names.size !== size) throw new DiscoveryFailure(reasons.duplicateName);
  const urls = [...names.values()].flat();
  if (new Set(urls).size !== urls.length) {
    throw new DiscoveryFailure(`discovery cluster ${text} has duplicate url`);
  }
  return text;
}
