// A registry for tests that lives in this process and fails when told to.
import { RegistryUnavailable } from '../failures.ts';
import type { Registration, Registrations, Registry } from '../join-registry.ts';

export class MemoryRegistry implements Registry {
  readonly address = 'memory';
  readonly members: Registration[] = [];
  sizeText = '3';
  /** So many requests of a kind fail before one succeeds. */
  readonly failures = { size: 0, list: 0, register: 0, changed: 0 };
  /** The failing registrations take effect nevertheless: only their answers are lost. */
  losesAnswers = false;
  /** Watches end without anything having happened. */
  idleWatches = 0;
  #waiting: (() => void)[] = [];

  #fail(kind: keyof MemoryRegistry['failures']): void {
    if (this.failures[kind] === 0) return;
    this.failures[kind]--;
    throw new RegistryUnavailable(`no ${kind}`);
  }

  async size(): Promise<string> {
    this.#fail('size');
    return this.sizeText;
  }

  async list(): Promise<Registrations> {
    this.#fail('list');
    return { members: [...this.members], position: this.members.length };
  }

  async register(self: Registration): Promise<'registered' | 'taken'> {
    if (!this.losesAnswers) this.#fail('register');
    if (this.members.some(({ id }) => id === self.id)) return 'taken';
    this.add(self.id, self.value);
    this.#fail('register');
    return 'registered';
  }

  async changed(position: number): Promise<void> {
    this.#fail('changed');
    if (this.idleWatches > 0) {
      this.idleWatches--;
      return;
    }
    if (this.members.length > position) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  add(id: string, value: string): void {
    this.members.push({ id, value });
    this.#wake();
  }

  /** Takes a member out, as if its key had expired. */
  remove(id: string): void {
    this.members.splice(
      this.members.findIndex((member) => member.id === id),
      1,
    );
    this.#wake();
  }

  close(): void {}

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
