// What happened in the v2 tree, index by index, as answers and watches tell it: all must tell the same.
import type { V2Event } from '@quorate/client';
import type { Operation, Report } from '@quorate/testkit';

interface Told {
  readonly text: string;
  readonly who: string;
}

export class V2Log {
  readonly #report: Report;
  readonly #events = new Map<number, Told>();

  constructor(report: Report) {
    this.#report = report;
  }

  acknowledged(event: V2Event, operation: Operation): void {
    this.#tell(event, `#${operation.number} ${operation.text}`);
  }

  watched(event: V2Event, watcher: string): void {
    this.#tell(event, watcher);
  }

  /** Indices known in a range, both ends included. */
  between(from: number, to: number): number[] {
    return [...this.#events.keys()].filter((index) => index >= from && index <= to).sort((a, b) => a - b);
  }

  describe(index: number): string {
    const told = this.#events.get(index);
    return told === undefined ? String(index) : `${index} (${told.text}, told by ${told.who})`;
  }

  #tell({ action, node }: V2Event, who: string): void {
    const text = `${action} ${node.key}=${node.value ?? ''} created at ${node.createdIndex}`;
    const known = this.#events.get(node.modifiedIndex);
    if (known === undefined) this.#events.set(node.modifiedIndex, { text, who });
    else if (known.text !== text)
      this.#report(
        'v2-equality',
        `index ${node.modifiedIndex} is "${known.text}" to ${known.who}, "${text}" to ${who}`,
      );
  }
}
