// A watch over HTTP: headers at once, then one JSON line per event, as the client takes them.
import { eventJson, type V2Event, type V2Watcher } from '@quorate/v2store';
import type { HttpResponse } from '@quorate/wire';
import { keysNamespace } from './key-request.ts';
import type { V2Needs } from './needs.ts';
import { keyErrorJson } from './respond.ts';

// Many watchers are told of the same event one after the other; its text is made once.
let lastEvent: V2Event | undefined;
let lastText = '';

function eventLine(event: V2Event): string {
  if (event !== lastEvent) {
    lastText = `${eventJson(event, keysNamespace.length)}\n`;
    lastEvent = event;
  }
  return lastText;
}

/** Sends what the watcher gets until it ends or the client goes. */
export function serveWatch(
  needs: V2Needs,
  clusterId: string,
  response: HttpResponse,
  watcher: V2Watcher,
): void {
  response.writeHead(200, {
    ...needs.commonHeaders,
    'Content-Type': 'application/json',
    'X-Etcd-Cluster-Id': clusterId,
    'X-Etcd-Index': watcher.startIndex,
    'X-Raft-Index': needs.committedIndex(),
    'X-Raft-Term': needs.term(),
  });
  response.flushHeaders();
  new WatchResponse(response, watcher).begin();
}

/** Moves events from a watcher to a client at the client's pace. */
class WatchResponse {
  readonly #response: HttpResponse;
  readonly #watcher: V2Watcher;
  #blocked = false;
  #finished = false;

  constructor(response: HttpResponse, watcher: V2Watcher) {
    this.#response = response;
    this.#watcher = watcher;
  }

  begin(): void {
    this.#response.on('close', () => this.#finish());
    this.#response.on('drain', () => {
      this.#blocked = false;
      this.#pump();
    });
    this.#watcher.onReady = () => this.#pump();
    this.#pump();
  }

  #pump(): void {
    while (!this.#blocked && !this.#finished) {
      const event = this.#watcher.take();
      if (event === undefined) break;
      if (!this.#response.write(eventLine(event))) this.#blocked = true;
    }
    if (this.#finished || !this.#watcher.ended || this.#watcher.buffered > 0) return;
    const { error } = this.#watcher;
    this.#finish();
    if (error === undefined) this.#response.end();
    else this.#response.end(`${keyErrorJson(error, keysNamespace)}\n`);
  }

  #finish(): void {
    this.#finished = true;
    this.#watcher.remove();
  }
}
