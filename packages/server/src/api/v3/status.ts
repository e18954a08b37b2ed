// Failures as gRPC statuses: the one place where anything thrown or reported becomes a code and a text.
//
// `errors` of @quorate/base carries etcd's code and text of every error, quirks included (`tooManyRequests` and
// `memberNotEnoughStarted` reach etcd's clients as Unknown). What is not an EtcdError is no request's fault and is
// not turned into an answer: assertions and fatal errors go on to end the process.
import { EtcdError, GrpcCode } from '@quorate/base';
import { DecodeError } from '@quorate/proto';

/** The part of a call that can be ended with a failure; unary calls and streams differ in the method's name only. */
export interface Failable {
  fail(code: number, message: string): void;
}

/** Ends a call with an error of a request. */
export function failWith(call: Failable, error: EtcdError): void {
  call.fail(error.code, error.message);
}

/** Answers with what was thrown if it is a request's failure; anything else is thrown on. */
export function failWithThrown(call: Failable, thrown: unknown): void {
  const error = requestFailure(thrown);
  if (error === undefined) throw thrown;
  call.fail(error.code, error.message);
}

/** The EtcdError in what was thrown; undefined when it is something else. */
export function requestFailure(thrown: unknown): EtcdError | undefined {
  return thrown instanceof EtcdError ? thrown : undefined;
}

/**
 * The failure of a request that could not be decoded, worded as grpc-go words it. `streamed` is for messages after
 * the first bytes of a stream, where the words differ.
 */
export function undecodable(thrown: unknown, place: 'unary' | 'stream'): EtcdError {
  if (!(thrown instanceof DecodeError)) throw thrown;
  return new EtcdError(
    GrpcCode.Internal,
    place === 'unary'
      ? `grpc: error unmarshalling request: ${thrown.message}`
      : `grpc: failed to unmarshal the received message ${thrown.message}`,
  );
}

/**
 * Errors inside Lock and Election reach etcd's clients without their code, since etcd runs these services through a
 * client of its own: same text, code Unknown.
 */
export function asClientSide(error: EtcdError): EtcdError {
  return new EtcdError(GrpcCode.Unknown, error.message);
}
