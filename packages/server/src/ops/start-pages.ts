// The pages of --listen-metrics-urls, which are there before the member is: a long restore can be watched, and nobody
// takes it for a process that hangs.
import type { HttpHandler, HttpRequest, HttpResponse } from '@quorate/wire';
import { type OpsOptions, respond } from './ops-http.ts';

const TEXT = 'text/plain; charset=utf-8';

type Pages = (request: HttpRequest, response: HttpResponse) => boolean;

export class StartPages {
  readonly #options: Pick<OpsOptions, 'metrics'>;
  #pages: Pages | undefined;
  #revisions = 0;

  constructor(options: Pick<OpsOptions, 'metrics'>) {
    this.#options = options;
  }

  /** How far the restore has come. */
  restoring(revisions: number): void {
    this.#revisions = revisions;
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
    const progress = `${this.#revisions} revisions read`;
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
        this.#options.metrics().then(
          ({ contentType, body }) => respond(response, 200, contentType, body),
          () => respond(response, 500, TEXT, 'Internal Server Error\n'),
        );
        return true;
      default:
        return false;
    }
  };
}
