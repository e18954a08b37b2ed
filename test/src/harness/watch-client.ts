// A watch as a client keeps it: over the JSON gateway that both sides have, on another member when the stream ends, from the
// revision behind the last one that it has seen.
import { sleep, type TestMember } from './cluster.ts';

interface WatchLine {
  readonly result?: {
    readonly canceled?: boolean;
    readonly compact_revision?: string;
    readonly created?: boolean;
    readonly events?: readonly { readonly kv: { readonly key: string; readonly mod_revision: string } }[];
  };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export class WatchClient {
  /** Keys with an event so far. */
  readonly keys = new Set<string>();
  /** Events that came twice or out of order, and history that was gone. */
  readonly problems: string[] = [];
  isOpen = false;
  readonly #prefix: string;
  #nextRevision = 1;
  #stopped = false;
  #abort = new AbortController();
  #running: Promise<void> | undefined;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Watches through these, one at a time. */
  start(members: readonly TestMember[]): void {
    this.#running = this.#run(members);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#abort.abort();
    await this.#running;
  }

  async #run(members: readonly TestMember[]): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      const live = members.filter(({ running }) => running);
      const member = live[turn % Math.max(1, live.length)];
      try {
        if (member !== undefined) await this.#watch(member);
      } catch {
        // The stream has ended: on the next member it goes on.
      }
      this.isOpen = false;
      await sleep(20);
    }
  }

  async #watch(member: TestMember): Promise<void> {
    this.#abort = new AbortController();
    const end =
      this.#prefix.slice(0, -1) + String.fromCharCode(this.#prefix.charCodeAt(this.#prefix.length - 1) + 1);
    const create = { key: base64(this.#prefix), range_end: base64(end), start_revision: this.#nextRevision };
    const response = await fetch(`${member.clientURL}/v3/watch`, {
      method: 'POST',
      body: JSON.stringify({ create_request: create }),
      signal: this.#abort.signal,
    });
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') this.#take(JSON.parse(line) as WatchLine);
    }
  }

  #take({ result = {} }: WatchLine): void {
    if (result.created === true) this.isOpen = true;
    if (result.canceled === true && result.compact_revision !== undefined) {
      this.problems.push(`history before ${result.compact_revision} is gone`);
    }
    for (const { kv } of result.events ?? []) {
      const key = Buffer.from(kv.key, 'base64').toString();
      const revision = Number(kv.mod_revision);
      if (revision < this.#nextRevision) this.problems.push(`${key} at ${revision} again or too late`);
      this.#nextRevision = revision + 1;
      this.keys.add(key);
    }
  }
}
