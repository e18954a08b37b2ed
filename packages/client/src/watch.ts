/**
 * Watches. All watches of a client share one stream; when it breaks, it is opened again and every watch goes on
 * after the last revision it delivered, so that no event is lost or seen twice.
 */
import { errors } from '@quorate/base';
import {
  services,
  WatchCancelRequest,
  WatchCreateRequest,
  WatchProgressRequest,
  WatchRequest,
  WatchResponse,
} from '@quorate/proto';
import type { CallStatus, ClientStream } from '@quorate/wire';
import type { Caller } from './caller.ts';
import { STREAM_RESUME_MAX_MS, STREAM_RESUME_MIN_MS } from './limits.ts';

export interface WatchOptions {
  /** Events, progress notices, and at last a response with `canceled` set. */
  readonly onResponse: (response: WatchResponse) => void;
  /** Called once when the watch has begun. */
  readonly onCreated?: (response: WatchResponse) => void;
  /** Cancel the watch when its member loses the leader. Applies to the shared stream. */
  readonly requireLeader?: boolean;
}

/** A running watch. */
export class Watch {
  readonly #hub: WatchHub;
  readonly options: WatchOptions;
  readonly request: WatchCreateRequest;
  /** The server's number on the present stream; undefined while being created. */
  watchId: number | undefined;
  /** Where to go on after a break; 0 until a first revision is known. */
  nextRevision: number;
  created = false;
  done = false;

  constructor(hub: WatchHub, request: WatchCreateRequest, options: WatchOptions) {
    this.#hub = hub;
    this.request = request;
    this.options = options;
    this.nextRevision = request.startRevision;
  }

  /** Ends the watch; nothing is delivered afterwards. */
  cancel(): void {
    this.#hub.cancel(this);
  }
}

const { Watch: Method } = services.Watch;

export class WatchHub {
  readonly #caller: Caller;
  #stream: ClientStream | undefined;
  #opening = false;
  #closed = false;
  #requireLeader = false;
  #pauseMs = STREAM_RESUME_MIN_MS;
  #timer: NodeJS.Timeout | undefined;
  readonly #watches = new Set<Watch>();
  /** Watches whose creation was asked for on the present stream, in order: answers come in the same order. */
  #pending: Watch[] = [];
  readonly #byId = new Map<number, Watch>();
  /** Progress requests made while there was no stream. */
  #progressWanted = false;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Starts a watch. */
  watch(request: Partial<WatchCreateRequest>, options: WatchOptions): Watch {
    const watch = new Watch(this, WatchCreateRequest.create({ ...request, watchId: 0 }), options);
    this.#watches.add(watch);
    if (options.requireLeader === true) this.#requireLeader = true;
    if (this.#stream !== undefined) this.#create(this.#stream, watch);
    else this.#open();
    return watch;
  }

  /** Asks the server how far all watches of the stream have got; the answer reaches every watch. */
  requestProgress(): void {
    if (this.#stream === undefined) {
      this.#progressWanted = true;
      if (this.#watches.size > 0) this.#open();
      return;
    }
    this.#send(this.#stream, { progressRequest: WatchProgressRequest.create() });
  }

  cancel(watch: Watch): void {
    if (watch.done) return;
    watch.done = true;
    this.#watches.delete(watch);
    if (watch.watchId !== undefined && this.#stream !== undefined) {
      this.#byId.delete(watch.watchId);
      this.#send(this.#stream, { cancelRequest: WatchCancelRequest.create({ watchId: watch.watchId }) });
    }
    if (this.#watches.size === 0) this.#dropStream();
  }

  close(): void {
    this.#closed = true;
    for (const watch of this.#watches) watch.done = true;
    this.#watches.clear();
    this.#dropStream();
  }

  #dropStream(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const stream = this.#stream;
    this.#stream = undefined;
    this.#pending = [];
    this.#byId.clear();
    stream?.cancel();
  }

  #open(): void {
    if (this.#opening || this.#closed || this.#timer !== undefined) return;
    this.#opening = true;
    this.#caller.stream(Method.path, { requireLeader: this.#requireLeader }).then(
      (stream) => {
        this.#opening = false;
        if (this.#closed || this.#watches.size === 0) stream.cancel();
        else this.#adopt(stream);
      },
      () => {
        // No endpoint answers; a watch waits for better times.
        this.#opening = false;
        this.#openLater();
      },
    );
  }

  #openLater(): void {
    if (this.#closed || this.#watches.size === 0 || this.#timer !== undefined) return;
    if (this.#caller.connection.closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#open();
    }, this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, STREAM_RESUME_MAX_MS);
  }

  #adopt(stream: ClientStream): void {
    this.#stream = stream;
    this.#pending = [];
    this.#byId.clear();
    stream.onMessage = (message) => {
      // Events are kept by their receivers, and the message is a view of the receive buffer.
      if (this.#stream === stream) this.#received(WatchResponse.decode(Buffer.from(message)));
    };
    stream.onEnd = (status) => this.#broken(stream, status);
    for (const watch of this.#watches) this.#create(stream, watch);
    if (this.#progressWanted) {
      this.#progressWanted = false;
      this.requestProgress();
    }
  }

  #create(stream: ClientStream, watch: Watch): void {
    watch.watchId = undefined;
    this.#pending.push(watch);
    const createRequest = WatchCreateRequest.create({ ...watch.request, startRevision: watch.nextRevision });
    this.#send(stream, { createRequest });
  }

  #send(stream: ClientStream, request: Partial<WatchRequest>): void {
    stream.send(WatchRequest.encode(WatchRequest.create(request)));
  }

  #received(response: WatchResponse): void {
    this.#pauseMs = STREAM_RESUME_MIN_MS;
    if (response.created) {
      this.#createdResponse(response);
      return;
    }
    const watch = this.#byId.get(response.watchId);
    if (watch === undefined) {
      // A progress answer for the whole stream carries the id -1.
      if (response.watchId === -1 && !response.canceled) {
        for (const each of [...this.#watches]) this.#deliver(each, response);
      }
      return;
    }
    this.#deliver(watch, response);
  }

  #createdResponse(response: WatchResponse): void {
    const watch = this.#pending.shift();
    if (watch === undefined) return;
    if (watch.done) {
      if (!response.canceled && this.#stream !== undefined) {
        const cancelRequest = WatchCancelRequest.create({ watchId: response.watchId });
        this.#send(this.#stream, { cancelRequest });
      }
      return;
    }
    if (response.canceled) {
      this.#deliver(watch, response);
      return;
    }
    watch.watchId = response.watchId;
    this.#byId.set(response.watchId, watch);
    if (watch.nextRevision === 0) watch.nextRevision = (response.header?.revision ?? 0) + 1;
    if (!watch.created) {
      watch.created = true;
      watch.options.onCreated?.(response);
    }
  }

  #deliver(watch: Watch, response: WatchResponse): void {
    if (watch.done) return;
    const last = response.events.at(-1);
    if (last?.kv !== undefined) {
      // Of a fragmented response only the last piece completes the revision; a break before it repeats the whole.
      if (!response.fragment) watch.nextRevision = last.kv.modRevision + 1;
    } else if (!response.canceled && response.header !== undefined) {
      watch.nextRevision = Math.max(watch.nextRevision, response.header.revision + 1);
    }
    if (response.canceled) {
      watch.done = true;
      this.#watches.delete(watch);
      if (watch.watchId !== undefined) this.#byId.delete(watch.watchId);
    }
    watch.options.onResponse(response);
    if (response.canceled && this.#watches.size === 0) this.#dropStream();
  }

  #broken(stream: ClientStream, status: CallStatus): void {
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    this.#pending = [];
    this.#byId.clear();
    if (status.message === errors.invalidAuthToken.message) this.#caller.forgetToken();
    this.#openLater();
  }
}
