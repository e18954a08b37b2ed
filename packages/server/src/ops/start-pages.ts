// The pages of --listen-metrics-urls, which are there before the member is: a long restore can be watched, and nobody
// takes it for a process that hangs.
import type { HttpHandler, HttpRequest, HttpResponse } from '@quorate/wire';
import type { Metrics } from './metrics.ts';
import { respond } from './ops-http.ts';

const TEXT = 'text/plain; charset=utf-8';

type Pages = (request: HttpRequest, response: HttpResponse) => boolean;

export class StartPages {
  readonly #metrics: Metrics;
  #pages: Pages | undefined;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  /** The member serves: its own pages take over. */
  ready(pages: Pages): void {
    this.#pages = pages;
  }

  readonly handler: HttpHandler = (request, response) => {
    if (!(this.#pages ?? this.#starting)(request, response)) {
      respond(response, 404, TEXT, '404 page not found\n');
    }
  };

  readonly #starting: Pages = (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] as string;
    const progress = `${this.#metrics.revisionsRestored} revisions read`;
    switch (path) {
      case '/livez':
        respond(response, 200, TEXT, 'ok\n');
        return true;
      case '/readyz':
        respond(response, 503, TEXT, `[-]restore failed: ${progress}\n`);
        return true;
      case '/health':
        respond(
          response,
          503,
          'application/json',
          JSON.stringify({ health: 'false', reason: `STARTING:${progress}` }),
        );
        return true;
      case '/metrics':
        this.#metrics.render().then(
          ({ contentType, body }) => respond(response, 200, contentType, body),
          () => respond(response, 500, TEXT, 'Internal Server Error\n'),
        );
        return true;
      default:
        return false;
    }
  };
}
