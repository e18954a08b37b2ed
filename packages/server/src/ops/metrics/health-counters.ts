// etcd_server_health*: how the health pages answered.
import type { Exposition, Sample } from './exposition.ts';

interface CheckCounter {
  readonly type: string;
  readonly name: string;
  healthy: boolean;
  successes: number;
  errors: number;
}

export class HealthCounters {
  #successes = 0;
  #failures = 0;
  readonly #checks = new Map<string, CheckCounter>();

  /** An answer of /health. */
  health(healthy: boolean): void {
    if (healthy) this.#successes++;
    else this.#failures++;
  }

  /** One check behind /livez or /readyz. */
  check(type: 'livez' | 'readyz', name: string, healthy: boolean): void {
    const key = `${type}/${name}`;
    let counter = this.#checks.get(key);
    if (counter === undefined) {
      counter = { type, name, healthy, successes: 0, errors: 0 };
      this.#checks.set(key, counter);
    }
    counter.healthy = healthy;
    if (healthy) counter.successes++;
    else counter.errors++;
  }

  addTo(page: Exposition): void {
    page.counter('etcd_server_health_success', 'Good answers of /health.', () => this.#successes);
    page.counter('etcd_server_health_failures', 'Bad answers of /health.', () => this.#failures);
    const checks = (): CheckCounter[] => [...this.#checks.values()];
    page.gauges('etcd_server_healthcheck', 'The last result of each health check.', () =>
      checks().map(({ type, name, healthy }): Sample => [{ type, name }, healthy ? 1 : 0]),
    );
    page.counters('etcd_server_healthchecks_total', 'Results of health checks.', () =>
      checks()
        .flatMap(({ type, name, successes, errors }): Sample[] => [
          [{ type, name, status: 'success' }, successes],
          [{ type, name, status: 'error' }, errors],
        ])
        .filter(([, value]) => value > 0),
    );
  }
}
