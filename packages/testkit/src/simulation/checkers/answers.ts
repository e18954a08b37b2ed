// What clients were told, judged against the log of revisions: a write is newer than everything that was there before it
// was asked for, a read shows its revision and no older one than it must, a swap compared what was there.
import type { RangeRequest } from '@quorate/proto';
import type { Operation } from '../history.ts';
import { keyOfRecord, valueOfRecord } from '../requests.ts';
import { isInRange, type LoggedEvent, type RevisionLog } from '../revision-log.ts';
import type { Report } from '../violation.ts';
import { wrongWithOptions } from './range-options.ts';

export interface RangeQuestion {
  readonly start: string;
  /** '': the one key. */
  readonly end: string;
  /** 0: the newest. */
  readonly revision: number;
  readonly linearizable: boolean;
  /** With filters, order or limit. */
  readonly options?: RangeRequest;
}

export interface RangeAnswer {
  /** Of the header. */
  readonly revision: number;
  readonly count: number;
  readonly more: boolean;
  /** Encoded, in order. */
  readonly kvs: readonly Uint8Array[];
}

export class AnswerJudge {
  readonly #log: RevisionLog;
  readonly #report: Report;

  constructor(log: RevisionLog, report: Report) {
    this.#log = log;
    this.#report = report;
  }

  /** A write that certainly made a revision of its own. */
  change(operation: Operation, revision: number): void {
    if (revision > operation.floor) return;
    this.#report(
      'real-time',
      `${name(operation)} was answered with revision ${revision}; ${operation.floor} was there before`,
    );
  }

  deletion(
    operation: Operation,
    { start, end }: { readonly start: string; readonly end: string },
    { revision, deleted }: { readonly revision: number; readonly deleted: number },
  ): void {
    if (deleted > 0) {
      const events = this.#log.at(revision);
      const isSame =
        events.length === deleted &&
        events.every((event) => event.deleted && isInRange(event.key, start, end));
      if (revision <= operation.floor || !isSame) {
        this.#report(
          'deletion',
          `${name(operation)} deleted ${deleted} keys at ${revision}; the log has ${keys(events)}`,
        );
      }
    } else if (revision < operation.floor || this.#log.rangeAt(start, end, revision).length > 0) {
      this.#report(
        'deletion',
        `${name(operation)} found nothing at revision ${revision}, not before ${operation.floor}`,
      );
    }
  }

  swap(
    operation: Operation,
    { key, expected }: { readonly key: string; readonly expected?: string },
    answer: { readonly succeeded: boolean; readonly revision: number; readonly seen: string | undefined },
  ): void {
    const { revision, seen } = answer;
    if (answer.succeeded) {
      const before = this.#log.stateAt(key, revision - 1)?.value;
      if (before !== expected) {
        this.#report(
          'swap',
          `${name(operation)} succeeded at revision ${revision}, where the key was ${before}`,
        );
      }
      this.change(operation, revision);
      return;
    }
    const state = this.#log.stateAt(key, revision)?.value;
    if (revision < operation.floor || seen !== state) {
      this.#report(
        'swap',
        `${name(operation)} failed at revision ${revision} on ${seen}; the key was ${state}, floor ${operation.floor}`,
      );
    }
  }

  range(operation: Operation, question: RangeQuestion, answer: RangeAnswer): void {
    const revision = question.revision > 0 ? question.revision : answer.revision;
    const expected = this.#log.rangeAt(question.start, question.end, revision);
    if (question.options !== undefined) {
      const wrong = wrongWithOptions(question.options, expected, answer);
      if (wrong !== undefined)
        this.#report(
          'range-options',
          `${name(operation)} on ${operation.node} at revision ${revision}: ${wrong}`,
        );
      this.#place(operation, question, answer);
      return;
    }
    const isSame =
      expected.length === answer.kvs.length &&
      answer.count === expected.length &&
      expected.every((event, at) => Buffer.compare(event.bytes, answer.kvs[at] as Uint8Array) === 0);
    if (!isSame) {
      this.#report(
        'range',
        `${name(operation)} on ${operation.node} at revision ${revision} gave ${answer.kvs.map((kv) => `${keyOfRecord(kv)}=${valueOfRecord(kv).slice(0, 12)}`).join()} of ${answer.count}; the log has ${expected.map((event) => `${event.key}=${event.value.slice(0, 12)}`).join()}`,
      );
    }
    this.#place(operation, question, answer);
  }

  /** Neither of a revision that does not exist nor of one that is too old. */
  #place(operation: Operation, question: RangeQuestion, answer: RangeAnswer): void {
    if (answer.revision > this.#log.last)
      this.#report('range', `${name(operation)}: revision ${answer.revision} does not exist`);
    if (question.linearizable && answer.revision < operation.floor) {
      this.#report(
        'stale-read',
        `${name(operation)} on ${operation.node}, asked at ${operation.invokedMs.toFixed(1)}, saw revision ${answer.revision}; ${operation.floor} was applied before`,
      );
    }
  }
}

function name(operation: Operation): string {
  return `#${operation.number} ${operation.text}`;
}

function keys(events: readonly LoggedEvent[]): string {
  return events.map((event) => event.key).join();
}
