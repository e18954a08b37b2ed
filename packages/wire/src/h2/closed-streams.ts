// Which streams were closed lately, and how: frames for a stream we reset may still be under way and are ignored,
// frames for one that ended in order are an error of the peer (RFC 9113 §5.1 "closed").

const REMEMBERED = 256;

export class ClosedStreams {
  // Two rings of ids, each allocated with its first entry: orderly ends are frequent and must not push out resets.
  readonly #ended = new Ring();
  readonly #reset = new Ring();

  add(id: number, reset: boolean): void {
    if (reset) this.#reset.add(id);
    else this.#ended.add(id);
  }

  /** We reset it lately. */
  wasReset(id: number): boolean {
    return this.#reset.has(id);
  }

  /** It ended in order lately. */
  ended(id: number): boolean {
    return this.#ended.has(id);
  }
}

class Ring {
  #ids: Int32Array | undefined = undefined;
  #next = 0;

  add(id: number): void {
    this.#ids ??= new Int32Array(REMEMBERED);
    this.#ids[this.#next] = id;
    this.#next = (this.#next + 1) % REMEMBERED;
  }

  has(id: number): boolean {
    return this.#ids?.includes(id) ?? false;
  }
}
