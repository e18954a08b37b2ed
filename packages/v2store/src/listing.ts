// The answer to a get of a large directory: its JSON, made in slices, showing the tree as it was at the beginning.

import type { CaptureVisitor, TreeCapture } from './capture.ts';
import { type ExpireTime, formatExpireTime, ttlSeconds } from './expire-time.ts';
import { jsonString } from './json.ts';
import type { TreeNode } from './node.ts';
import { indexFields, type KeyTrim } from './render.ts';

/** Drive it with `step` until that returns true, taking text with `take` as it comes, or `cancel` it. */
export class ListingJob {
  /** Index of the store that the listing shows: the `X-Etcd-Index` header. */
  readonly index: number;
  readonly #capture: TreeCapture;
  readonly #nowMs: number;
  readonly #trim: KeyTrim;
  readonly #visitor: CaptureVisitor;
  /** For each open directory, outermost first: whether one of its children was written. */
  readonly #hasChildren: boolean[] = [];
  #text = '{"action":"get","node":';
  #complete = false;

  constructor(capture: TreeCapture, index: number, nowMs: number, trim: KeyTrim) {
    this.#capture = capture;
    this.index = index;
    this.#nowMs = nowMs;
    this.#trim = trim;
    this.#visitor = {
      enter: (node, expiration) => this.#enter(node, expiration),
      leave: (node) => this.#leave(node),
    };
  }

  /** Writes about `nodes` more nodes. @returns whether the listing is complete */
  step(nodes: number): boolean {
    if (this.#complete) return true;
    if (!this.#capture.step(nodes, this.#visitor)) return false;
    this.#text += '}';
    this.#complete = true;
    return true;
  }

  /** The text made since the last call. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** Gives the listing up. */
  cancel(): void {
    this.#capture.close();
    this.#complete = true;
    this.#text = '';
  }

  #enter(node: TreeNode, expiration: ExpireTime | undefined): void {
    const depth = this.#hasChildren.length;
    if (depth > 0) {
      this.#text += this.#hasChildren[depth - 1] === true ? ',' : ',"nodes":[';
      this.#hasChildren[depth - 1] = true;
    }
    const key = node.path.slice(this.#trim);
    const kind = node.children === undefined ? `"value":${jsonString(node.value)}` : '"dir":true';
    this.#text += `{${key === '' ? '' : `"key":${jsonString(key)},`}${kind}`;
    if (expiration !== undefined) {
      const ttl = ttlSeconds(expiration, this.#nowMs);
      this.#text += `,"expiration":"${formatExpireTime(expiration)}"${ttl === 0 ? '' : `,"ttl":${ttl}`}`;
    }
    if (node.children !== undefined) this.#hasChildren.push(false);
  }

  #leave(node: TreeNode): void {
    if (node.children !== undefined && this.#hasChildren.pop() === true) this.#text += ']';
    this.#text += `${indexFields(node)}}`;
  }
}
