// Which streams were closed lately, and how: frames for a stream we reset may still be under way and are ignored,
// frames for one that ended in order are an error of the peer (RFC 9113 §5.1 "closed").

const REMEMBERED = 1024;

export class ClosedStreams {
  // Stream ids, negated where we reset the stream. Allocated with the first stream that closes.
  #ring: Int32Array | undefined;
  #next = 0;

  add(id: number, reset: boolean): void {
    this.#ring ??= new Int32Array(REMEMBERED);
    this.#ring[this.#next] = reset ? -id : id;
    this.#next = (this.#next + 1) % REMEMBERED;
  }

  /** We reset it lately. */
  wasReset(id: number): boolean {
    return this.#ring?.includes(-id) ?? false;
  }

  /** It ended in order lately. */
  ended(id: number): boolean {
    return this.#ring?.includes(id) ?? false;
  }
}
