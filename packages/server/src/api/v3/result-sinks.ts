// Where the member delivers the answers to writes: one small object per request, reading `cancelled` off its call.
import type { EtcdError } from '@quorate/base';
import type { UnaryCall } from '@quorate/wire';
import type { ApplyResult, ReadSink, ResultSink } from '../../member/seam.ts';

/** A sink whose answer is made by a function shared by all calls of a method. */
export class CallSink<Result extends ApplyResult> implements ResultSink {
  readonly #call: UnaryCall;
  readonly #answer: (call: UnaryCall, result: Result) => void;

  constructor(call: UnaryCall, answer: (call: UnaryCall, result: Result) => void) {
    this.#call = call;
    this.#answer = answer;
  }

  get cancelled(): boolean {
    return this.#call.cancelled;
  }

  done(result: ApplyResult): void {
    // The kind of a result is the kind of its op, and the op and this sink are made in one place.
    this.#answer(this.#call, result as Result);
  }

  failed(error: EtcdError): void {
    this.#call.fail(error.code, error.message);
  }
}

/** A read point for a call, with the decoded request kept beside it. */
export class CallReadSink<Request> implements ReadSink {
  readonly #call: UnaryCall;
  readonly #request: Request;
  readonly #answer: (call: UnaryCall, request: Request) => void;

  constructor(call: UnaryCall, request: Request, answer: (call: UnaryCall, request: Request) => void) {
    this.#call = call;
    this.#request = request;
    this.#answer = answer;
  }

  get cancelled(): boolean {
    return this.#call.cancelled;
  }

  ready(): void {
    this.#answer(this.#call, this.#request);
  }

  failed(error: EtcdError): void {
    this.#call.fail(error.code, error.message);
  }
}
