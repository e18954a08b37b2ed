// A set of listeners that may come and go, also while they are being told.

export class Listeners<T extends unknown[]> {
  readonly #all = new Set<(...args: T) => void>();

  /** Returns the function that removes the listener again. */
  add(listener: (...args: T) => void): () => void {
    this.#all.add(listener);
    return () => {
      this.#all.delete(listener);
    };
  }

  tell(...args: T): void {
    for (const listener of [...this.#all]) listener(...args);
  }

  clear(): void {
    this.#all.clear();
  }
}
