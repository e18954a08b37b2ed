// Whether a history of operations on one register (a key that may exist or not) is linearizable: the algorithm of Wing and
// Gong in Lowe's form, with a memory of configurations that were tried. It knows nothing of revisions: it judges only
// what clients saw. Operations whose fate is unknown may have taken effect at any time after their invocation, or never.

export interface RegisterOperation {
  readonly kind: 'read' | 'write' | 'remove' | 'swap' | 'create';
  /** What is written. */
  readonly value: string | undefined;
  /** What a swap expects to find. */
  readonly expected: string | undefined;
  /** Places in the order of all invocations and answers. */
  readonly invoked: number;
  /** Infinity: no answer came. */
  readonly completed: number;
  /** Undefined: no answer came. */
  readonly result: RegisterResult | undefined;
  /** For people. */
  readonly text: string;
}

export interface RegisterResult {
  /** Whether a removal found something, a swap found what it expected, a creation found nothing. */
  readonly ok: boolean;
  /** What a read, or a swap that failed, found; absent: not told. */
  readonly seen?: string | undefined;
}

export type Verdict = 'linearizable' | 'violated' | 'undecided';

/** Configurations tried before the search gives up. */
const MAX_STEPS = 400_000;

class Node {
  readonly operation: RegisterOperation;
  readonly id: number;
  /** Of a call: its return. */
  readonly match: Node | undefined;
  previous: Node | undefined;
  next: Node | undefined;

  constructor(operation: RegisterOperation, id: number, match: Node | undefined) {
    this.operation = operation;
    this.id = id;
    this.match = match;
    this.previous = undefined;
    this.next = undefined;
  }
}

/** Wrong: the operation cannot have had its result in this state. */
const WRONG = Symbol('wrong');

function step(state: string | undefined, operation: RegisterOperation): string | undefined | typeof WRONG {
  const { kind, value, expected, result } = operation;
  switch (kind) {
    case 'read':
      return result === undefined || result.seen === state ? state : WRONG;
    case 'write':
      return value;
    case 'remove':
      return result === undefined || result.ok === (state !== undefined) ? undefined : WRONG;
    case 'create': {
      const ok = state === undefined;
      if (result !== undefined && result.ok !== ok) return WRONG;
      return ok ? value : state;
    }
    case 'swap': {
      const ok = state === expected;
      if (result !== undefined && result.ok !== ok) return WRONG;
      if (!ok && result !== undefined && 'seen' in result && result.seen !== state) return WRONG;
      return ok ? value : state;
    }
  }
}

/** Judges the history of one key that does not exist in the beginning. */
export function checkRegister(operations: readonly RegisterOperation[], maxSteps = MAX_STEPS): Verdict {
  // Reads that nobody got an answer to say nothing.
  const relevant = operations.filter(
    (operation) => operation.kind !== 'read' || operation.result !== undefined,
  );
  const head = link(relevant);
  let known = relevant.filter((operation) => operation.result !== undefined).length;
  const linearized = new Uint32Array((relevant.length + 31) >> 5);
  const tried = new Set<string>();
  const calls: { node: Node; state: string | undefined }[] = [];
  let state: string | undefined;
  let node = head.next;
  for (let steps = 0; known > 0; steps++) {
    if (steps > maxSteps) return 'undecided';
    if (node?.match !== undefined) {
      const next = step(state, node.operation);
      if (next !== WRONG) {
        flip(linearized, node.id);
        const configuration = `${linearized.join()}|${next ?? '\0'}`;
        if (!tried.has(configuration)) {
          tried.add(configuration);
          calls.push({ node, state });
          state = next;
          if (node.operation.result !== undefined) known--;
          lift(node);
          node = head.next;
          continue;
        }
        flip(linearized, node.id);
      }
      node = node.next;
      continue;
    }
    // A return whose call has not been placed: what was placed last was wrong.
    const last = calls.pop();
    if (last === undefined) return 'violated';
    state = last.state;
    flip(linearized, last.node.id);
    if (last.node.operation.result !== undefined) known++;
    unlift(last.node);
    node = last.node.next;
  }
  return 'linearizable';
}

function link(operations: readonly RegisterOperation[]): Node {
  const events: { at: number; isReturn: boolean; node: Node }[] = [];
  operations.forEach((operation, id) => {
    const back = new Node(operation, id, undefined);
    const call = new Node(operation, id, back);
    events.push({ at: operation.invoked, isReturn: false, node: call });
    events.push({ at: operation.completed, isReturn: true, node: back });
  });
  events.sort((a, b) => (a.at === b.at ? Number(a.isReturn) - Number(b.isReturn) : a.at - b.at));
  const head = new Node({} as RegisterOperation, -1, undefined);
  let last = head;
  for (const { node } of events) {
    last.next = node;
    node.previous = last;
    last = node;
  }
  return head;
}

function flip(bits: Uint32Array, id: number): void {
  bits[id >> 5]! ^= 1 << (id & 31);
}

function lift(call: Node): void {
  unlink(call);
  unlink(call.match as Node);
}

function unlift(call: Node): void {
  relink(call.match as Node);
  relink(call);
}

function unlink(node: Node): void {
  (node.previous as Node).next = node.next;
  if (node.next !== undefined) node.next.previous = node.previous;
}

function relink(node: Node): void {
  (node.previous as Node).next = node;
  if (node.next !== undefined) node.next.previous = node;
}
