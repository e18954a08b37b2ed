// Saving the store: the JSON that Go etcd puts into its `.snap` files, field by field in its order, made in slices
// so that a large tree does not hold up the event loop.

import { assert, utf8Bytes } from '@quorate/base';
import type { CaptureVisitor, TreeCapture } from './capture.ts';
import type { EventHistory } from './event-history.ts';
import { type ExpireTime, formatExpireTime, zeroTimeText } from './expire-time.ts';
import { jsonString } from './json.ts';
import { saveChunkChars, storeVersion } from './limits.ts';
import type { TreeNode } from './node.ts';
import { savedEventJson } from './render.ts';
import { type StoreStats, storeStatsJson } from './stats.ts';

/** Saves the store as it was when the job began. Drive it with `step` until it returns true, then take `chunks`. */
export class SaveJob {
  readonly #capture: TreeCapture;
  readonly #history: EventHistory;
  readonly #tail: string;
  readonly #chunks: Uint8Array[] = [];
  readonly #visitor: CaptureVisitor;
  #text = '{"Root":';
  #sizeBytes = 0;
  #complete = false;

  constructor(
    capture: TreeCapture,
    history: EventHistory,
    index: number,
    stats: StoreStats,
    watchers: number,
  ) {
    this.#capture = capture;
    this.#history = history;
    const statsText = storeStatsJson(stats, watchers);
    this.#tail = `,"CurrentIndex":${index},"Stats":${statsText},"CurrentVersion":${storeVersion}}`;
    this.#visitor = {
      enter: (node, expiration, first) => this.#enter(node, expiration, first),
      leave: (node) => {
        this.#text += node.children === undefined ? 'null}' : '}}';
      },
    };
  }

  /** Whether all is in `chunks`. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Serialises about `nodes` more nodes (1000 take about a millisecond). @returns whether the job is complete */
  step(nodes: number): boolean {
    if (this.#complete) return true;
    if (!this.#capture.step(nodes, this.#visitor)) return false;
    this.#text += historyJson(this.#history);
    this.#text += this.#tail;
    this.#flush();
    this.#complete = true;
    return true;
  }

  /** The saved store, in order, once complete. */
  get chunks(): readonly Uint8Array[] {
    assert(this.#complete, 'a save job has its result when it is complete');
    return this.#chunks;
  }

  /** Bytes made so far. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Runs to the end at once and joins the chunks. */
  finish(): Uint8Array {
    this.step(Number.POSITIVE_INFINITY);
    return Buffer.concat(this.#chunks);
  }

  /** Gives the job up. */
  cancel(): void {
    this.#capture.close();
    this.#complete = true;
    this.#chunks.length = 0;
  }

  #enter(node: TreeNode, expiration: ExpireTime | undefined, first: boolean): void {
    if (node.parent !== undefined) this.#text += `${first ? '' : ','}${jsonString(node.name)}:`;
    const time = expiration === undefined ? zeroTimeText : formatExpireTime(expiration);
    this.#text +=
      `{"Path":${jsonString(node.path)},"CreatedIndex":${node.createdIndex},"ModifiedIndex":${node.modifiedIndex}` +
      `,"ExpireTime":"${time}","Value":${jsonString(node.value)},"Children":${node.children === undefined ? '' : '{'}`;
    if (this.#text.length >= saveChunkChars) this.#flush();
  }

  #flush(): void {
    const bytes = utf8Bytes(this.#text);
    this.#text = '';
    this.#sizeBytes += bytes.length;
    this.#chunks.push(bytes);
  }
}

function historyJson(history: EventHistory): string {
  const events = history.slots.map((event) => (event === undefined ? 'null' : savedEventJson(event)));
  return (
    `,"WatcherHub":{"EventHistory":{"Queue":{"Events":[${events.join(',')}],"Size":${history.size}` +
    `,"Front":${history.front},"Back":${history.back},"Capacity":${history.capacity}}` +
    `,"StartIndex":${history.startIndex},"LastIndex":${history.lastIndex}}}`
  );
}
