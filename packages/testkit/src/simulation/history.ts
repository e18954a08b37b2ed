// All operations of all clients, in the order in which they were asked for and answered.
import type { RegisterOperation, RegisterResult } from './checkers/linearizability.ts';
import type { OperationKind } from './settings.ts';

export type Outcome = 'pending' | 'ok' | 'refused' | 'unknown';

/** One operation. */
export interface Operation {
  readonly number: number;
  readonly kind: OperationKind | 'probe';
  readonly text: string;
  readonly node: string;
  readonly invokedMs: number;
  /** Places in the order of all invocations and answers. */
  readonly invoked: number;
  completed: number;
  completedMs: number;
  outcome: Outcome;
  answer: string;
  /** Newest revision that any member had applied when it was asked for. */
  readonly floor: number;
  /** Revision of the answer; 0: none. */
  revision: number;
  /** Values it writes; each is written once or never. */
  values: readonly string[];
  /** What it means for single keys. */
  registers: {
    readonly key: string;
    readonly kind: RegisterOperation['kind'];
    readonly value?: string;
    readonly expected?: string;
    result?: RegisterResult;
  }[];
}

/** The values that an operation writes, whichever way it tells of them. */
export function writtenValues({ values, registers }: Operation): readonly string[] {
  const written = new Set(values);
  for (const { value } of registers) if (value !== undefined) written.add(value);
  return [...written];
}

export class History {
  readonly operations: Operation[] = [];
  #order = 0;

  nextOrder(): number {
    return ++this.#order;
  }

  /** Operations on single keys, by key; refused ones have not happened. */
  registers(): Map<string, RegisterOperation[]> {
    const keys = new Map<string, RegisterOperation[]>();
    for (const operation of this.operations) {
      if (operation.outcome === 'refused') continue;
      const isKnown = operation.outcome === 'ok';
      for (const { key, kind, value, expected, result } of operation.registers) {
        const record: RegisterOperation = {
          kind,
          value,
          expected,
          invoked: operation.invoked,
          completed: isKnown ? operation.completed : Number.POSITIVE_INFINITY,
          result: isKnown ? result : undefined,
          text: `#${operation.number} ${operation.text} on ${operation.node}: ${operation.answer}`,
        };
        const list = keys.get(key);
        if (list === undefined) keys.set(key, [record]);
        else list.push(record);
      }
    }
    return keys;
  }
}
