// The URLs of a peer: one is used until it fails, then the next.

export class UrlPicker {
  #urls: readonly string[];
  #picked = 0;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  get urls(): readonly string[] {
    return this.#urls;
  }

  pick(): string {
    return this.#urls[this.#picked] ?? '';
  }

  update(urls: readonly string[]): void {
    this.#urls = urls;
    this.#picked = 0;
  }

  /** A URL did not work; if it is still the one in use, another one is. */
  failed(url: string): void {
    if (this.#urls.length > 0 && url === this.pick()) this.#picked = (this.#picked + 1) % this.#urls.length;
  }
}
