// Messages one by one as POSTs: for the time without a stream, and for peers that cannot dial us yet.
import type { Clock } from '@quorate/base';
import { RaftMessage } from '@quorate/proto';
import type { Message } from '@quorate/raft';
import { REMOVED_TEXT } from '../membership/removed.ts';
import {
  CLUSTER_ID_MISMATCH,
  type Identity,
  INCOMPATIBLE_VERSION,
  RAFT_PATH,
  requestHeaders,
} from './headers.ts';
import type { Call, PeerAnswer, PeerHttpClient } from './http-client.ts';
import {
  PIPELINE_CONNECTIONS,
  PIPELINE_QUEUE_BYTES,
  PIPELINE_QUEUE_MESSAGES,
  PIPELINE_TIMEOUT_MS,
} from './limits.ts';
import { MessageQueue } from './message-queue.ts';
import type { UrlPicker } from './url-picker.ts';

export interface PipelineOptions {
  readonly identity: Identity;
  readonly client: PeerHttpClient;
  readonly picker: UrlPicker;
  readonly clock: Clock;
  readonly succeeded: (message: Message, latencyMs: number) => void;
  readonly failed: (message: Message, reason: string) => void;
  readonly removed: () => void;
}

/** Why a post failed; undefined when it did not. */
export function postFailure(answer: PeerAnswer): string | undefined {
  const text = answer.body.toString('utf8').trim();
  switch (answer.status) {
    case 204:
      return undefined;
    case 403:
      return REMOVED_TEXT;
    case 412:
      return text === INCOMPATIBLE_VERSION || text === CLUSTER_ID_MISMATCH
        ? text
        : `unhandled error "${text}" when precondition failed`;
    default:
      return `unexpected http status ${answer.status}`;
  }
}

export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #queue = new MessageQueue(PIPELINE_QUEUE_MESSAGES, PIPELINE_QUEUE_BYTES);
  readonly #calls = new Set<Call>();
  #stopped = false;
  bytesSent = 0;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** Sends or queues a message; false when there is no room. */
  send(message: Message): boolean {
    if (this.#stopped || !this.#queue.push(message)) return false;
    this.#next();
    return true;
  }

  stop(): void {
    this.#stopped = true;
    this.#queue.clear();
    for (const call of this.#calls) call.cancel();
    this.#calls.clear();
  }

  #next(): void {
    while (this.#calls.size < PIPELINE_CONNECTIONS) {
      const message = this.#queue.shift();
      if (message === undefined) return;
      this.#post(message);
    }
  }

  #post(message: Message): void {
    const { client, picker, identity, clock, succeeded, failed, removed } = this.#options;
    const url = picker.pick();
    const startedMs = clock.nowMs();
    const body = RaftMessage.encode(message);
    this.bytesSent += body.length;
    const call: Call = client.ask(
      {
        method: 'POST',
        url,
        path: RAFT_PATH,
        headers: { ...requestHeaders(identity), 'Content-Type': 'application/protobuf' },
        body,
        timeoutMs: PIPELINE_TIMEOUT_MS,
      },
      (error, answer) => {
        this.#calls.delete(call);
        if (this.#stopped) return;
        const reason = answer === undefined ? (error?.message ?? 'no answer') : postFailure(answer);
        if (reason === undefined) succeeded(message, clock.nowMs() - startedMs);
        else {
          picker.failed(url);
          failed(message, reason);
          if (answer?.status === 403) removed();
        }
        this.#next();
      },
    );
    this.#calls.add(call);
  }
}
