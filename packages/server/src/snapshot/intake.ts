// Takes in a store page by page, beside the member's own, and makes its index meanwhile. A thread checks the pages and writes
// them; here bytes are passed on and the index grows.
import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Random } from '@quorate/base';
import type { Message } from '@quorate/raft';
import {
  IndexBuilder,
  memoryOfPortion,
  type PagedStoreResult,
  pieceBytes,
  type StorePosition,
} from '@quorate/storage';
import { intakePath, placeTakenIn } from './install.ts';
import type { IntakeOrder, IntakeReply } from './intake-protocol.ts';
import { ORDERING_SLICE_MS, PIECES_RESUME, PIECES_TAKEN_IN, WORKER_YOUNG_GENERATION_MB } from './limits.ts';
import { workerUrl } from './worker-url.ts';

/** The index of a store that waits, so that opening it need not read it. */
export interface StagedIndex {
  /** Where that store stands. */
  readonly position: StorePosition;
  readonly index: IndexBuilder;
}

/** A store that was taken in: complete, checked, on stable storage. */
export interface TakenIn extends StagedIndex {
  /** From now on it waits in the place of a staged one. */
  place(): void;
  /** It is not wanted after all. */
  drop(): void;
}

export interface IntakeEvents {
  /** More may be written. */
  drained(): void;
  failed(error: Error): void;
}

let intakes = 0;

/** The thread of an intake, which can be started before there is anything to take in. */
export class IntakeThread {
  readonly worker: Worker;
  #isThere = true;

  constructor() {
    this.worker = new Worker(workerUrl('snapshot-intake-worker'), {
      name: 'snapshot-intake',
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: WORKER_YOUNG_GENERATION_MB },
    });
    this.worker.unref();
    const gone = (): void => {
      this.#isThere = false;
    };
    this.worker.on('error', gone);
    this.worker.on('exit', gone);
  }

  /** False when it has ended by itself. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /** It is not needed after all. */
  end(): void {
    this.worker.postMessage({ kind: 'abandon' } satisfies IntakeOrder);
  }
}

export class StoreIntake {
  readonly #storeDirectory: string;
  readonly #directory: string;
  readonly #events: IntakeEvents;
  readonly #worker: Worker;
  readonly #index: IndexBuilder;
  #piece = Buffer.allocUnsafeSlow(pieceBytes);
  #filled = 0;
  /** Pieces that have come back. */
  readonly #spare: Buffer<ArrayBuffer>[] = [];
  /** Pieces on their way to the thread. */
  #underWay = 0;
  #isFull = false;
  #outcome: Extract<IntakeReply, { kind: 'done' | 'failed' }> | undefined;
  #ended: (() => void) | undefined;
  #isOver = false;

  /**
   * @param storeDirectory of the member's own store
   * @param thread one that has not been used
   */
  constructor(storeDirectory: string, random: Random, events: IntakeEvents, thread = new IntakeThread()) {
    this.#storeDirectory = storeDirectory;
    this.#directory = intakePath(storeDirectory, intakes++);
    this.#events = events;
    this.#index = new IndexBuilder(random);
    rmSync(this.#directory, { recursive: true, force: true });
    this.#worker = thread.worker;
    this.#worker.ref();
    this.#worker.on('message', (reply: IntakeReply) => this.#told(reply));
    this.#worker.on('error', (error) => {
      this.#outcome ??= { kind: 'failed', message: error.message };
    });
    // Only then is everything that the thread had open closed.
    this.#worker.on('exit', () => this.#exited());
    this.#order({ kind: 'open', directory: this.#directory });
  }

  /** @returns false when `drained` is to be waited for */
  write(chunk: Buffer): boolean {
    for (let at = 0; at < chunk.length; ) {
      if (this.#filled === pieceBytes) this.#send('piece');
      const copied = chunk.copy(this.#piece, this.#filled, at);
      this.#filled += copied;
      at += copied;
    }
    return !this.#isFull;
  }

  /** All has come. @throws Error (rejects) when it is no good, could not be kept, or is not what `message` says it is */
  async finish(message: Message): Promise<TakenIn> {
    const { position } = await this.#end();
    const { index = 0, term = 0 } = message.snapshot?.metadata ?? {};
    if (position.index !== index || position.term !== term) {
      this.abandon();
      throw new Error(
        `the store stands at index ${position.index} of term ${position.term}, the snapshot it came with at ${index} of ${term}`,
      );
    }
    return {
      position,
      index: this.#index,
      place: () => placeTakenIn(this.#directory, this.#storeDirectory),
      drop: () => this.abandon(),
    };
  }

  /** Gives the store up, and removes what there is of it. */
  abandon(): void {
    this.#outcome = { kind: 'failed', message: 'the snapshot is given up' };
    if (this.#isOver) rmSync(this.#directory, { recursive: true, force: true });
    else this.#order({ kind: 'abandon' });
  }

  #end(): Promise<PagedStoreResult> {
    return new Promise((resolve, reject) => {
      this.#ended = () => {
        const outcome = this.#outcome;
        if (outcome?.kind === 'done') resolve(outcome.result);
        else reject(new Error(outcome?.message ?? 'the thread ended'));
      };
      if (this.#isOver) this.#ended();
      else this.#send('last');
    });
  }

  #send(kind: 'piece' | 'last'): void {
    const bytes = this.#piece.subarray(0, this.#filled);
    this.#underWay++;
    this.#isFull = this.#underWay >= PIECES_TAKEN_IN;
    this.#order({ kind, bytes }, [bytes.buffer]);
    this.#piece = this.#spare.pop() ?? Buffer.allocUnsafeSlow(kind === 'piece' ? pieceBytes : 0);
    this.#filled = 0;
  }

  #order(order: IntakeOrder, memory: ArrayBuffer[] = []): void {
    this.#worker.postMessage(order, memory);
  }

  #told(reply: IntakeReply): void {
    switch (reply.kind) {
      case 'portion':
        this.#index.add(reply.portion);
        if (!this.#isOver) {
          this.#order({ kind: 'used', portion: reply.portion }, memoryOfPortion(reply.portion));
        }
        return;
      case 'told':
        this.#orderKeys();
        return;
      case 'taken':
        this.#underWay--;
        this.#spare.push(Buffer.from(reply.memory));
        if (!this.#isFull || this.#underWay > PIECES_RESUME) return;
        this.#isFull = false;
        this.#events.drained();
        return;
      default:
        this.#outcome ??= reply;
    }
  }

  /** Until the store is on stable storage there is time to put the keys of the index in order. */
  #orderKeys(): void {
    const until = performance.now() + ORDERING_SLICE_MS;
    while (this.#outcome?.kind !== 'failed') {
      if (!this.#index.orderStep()) return;
      if (performance.now() >= until) {
        setImmediate(() => this.#orderKeys());
        return;
      }
    }
  }

  #exited(): void {
    this.#isOver = true;
    const outcome = this.#outcome;
    if (outcome?.kind !== 'done') {
      rmSync(this.#directory, { recursive: true, force: true });
      this.#events.failed(new Error(outcome?.message ?? 'the thread ended'));
    }
    this.#ended?.();
  }
}
