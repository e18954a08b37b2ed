// A request on /v2/keys: its parameters, checked in etcd's order with etcd's errors, as a v2 Request.
import type { V2Request } from '@quorate/proto';
import { cleanPath, V2Error, V2ErrorCode, type V2ErrorCodeValue } from '@quorate/v2store';
import { type FormErrors, parseForm, parseGoBool, parseIndex, parseUint64 } from './go-url.ts';

/** The first value of each parameter; `undefined` where it was not given. Body fields come before those of the URL. */
class KeyForm {
  recursive: string | undefined = undefined;
  sorted: string | undefined = undefined;
  quorum: string | undefined = undefined;
  wait: string | undefined = undefined;
  waitIndex: string | undefined = undefined;
  stream: string | undefined = undefined;
  dir: string | undefined = undefined;
  refresh: string | undefined = undefined;
  noValueOnSuccess: string | undefined = undefined;
  prevExist: string | undefined = undefined;
  prevValue: string | undefined = undefined;
  prevIndex: string | undefined = undefined;
  ttl: string | undefined = undefined;
  value: string | undefined = undefined;
}

function setField(form: KeyForm, name: string, value: string): void {
  switch (name) {
    case 'value':
      form.value ??= value;
      break;
    case 'recursive':
      form.recursive ??= value;
      break;
    case 'sorted':
      form.sorted ??= value;
      break;
    case 'quorum':
      form.quorum ??= value;
      break;
    case 'wait':
      form.wait ??= value;
      break;
    case 'waitIndex':
      form.waitIndex ??= value;
      break;
    case 'stream':
      form.stream ??= value;
      break;
    case 'dir':
      form.dir ??= value;
      break;
    case 'refresh':
      form.refresh ??= value;
      break;
    case 'noValueOnSuccess':
      form.noValueOnSuccess ??= value;
      break;
    case 'prevExist':
      form.prevExist ??= value;
      break;
    case 'prevValue':
      form.prevValue ??= value;
      break;
    case 'prevIndex':
      form.prevIndex ??= value;
      break;
    case 'ttl':
      form.ttl ??= value;
      break;
    default: // etcd ignores what it does not know
  }
}

/** A checked request and what concerns only its answer. */
export interface KeyRequest {
  readonly request: V2Request;
  readonly noValueOnSuccess: boolean;
  /** prevIndex as it was sent, where it is beyond what a number holds; for the text of a failed comparison. */
  readonly hugePrevIndex: string | undefined;
}

/** Time source for TTLs: Unix time in nanoseconds. */
export type UnixNanoClock = () => bigint;

/** Prefix of user keys in the store. */
export const keysNamespace = '/1';

const noForm = new KeyForm();
const nanosPerSecond = 1_000_000_000n;

function problem(code: V2ErrorCodeValue, cause: string): V2Error {
  return new V2Error(code, cause, 0);
}

/**
 * Reads the parameters of a request. `keyPath` is the URL's path after `/v2/keys`, decoded; `body` the form body, one
 * char a byte ('' when the request has none); `bodyError` what was wrong with getting it.
 */
export function parseKeyRequest(
  method: string,
  keyPath: string,
  query: string,
  body: string,
  bodyError: string | undefined,
  now: UnixNanoClock,
): KeyRequest | V2Error {
  let form = noForm;
  if (query !== '' || body !== '' || bodyError !== undefined) {
    const filled = new KeyForm();
    const sink = (name: string, value: string): void => setField(filled, name, value);
    const bodyErrors: FormErrors = { first: bodyError };
    const queryErrors: FormErrors = { first: undefined };
    if (body !== '') parseForm(body, bodyErrors, sink);
    if (query !== '') parseForm(query, queryErrors, sink);
    const error = bodyError ?? bodyErrors.first ?? queryErrors.first;
    if (error !== undefined) return problem(V2ErrorCode.invalidForm, error);
    form = filled;
  }
  return checkForm(method, cleanPath(`${keysNamespace}${keyPath}`), form, now);
}

/** 1 and 0 for true and false, -1 for other text. */
function flag(text: string | undefined): number {
  if (text === undefined) return 0;
  const value = parseGoBool(text);
  return value === undefined ? -1 : value ? 1 : 0;
}

function invalidField(name: string): V2Error {
  return problem(V2ErrorCode.invalidField, `invalid value for "${name}"`);
}

function checkForm(method: string, path: string, form: KeyForm, now: UnixNanoClock): KeyRequest | V2Error {
  const prevIndex = form.prevIndex === undefined ? 0 : parseIndex(form.prevIndex);
  if (prevIndex === undefined) return problem(V2ErrorCode.indexNotNumber, 'invalid value for "prevIndex"');
  const waitIndex = form.waitIndex === undefined ? 0 : parseIndex(form.waitIndex);
  if (waitIndex === undefined) return problem(V2ErrorCode.indexNotNumber, 'invalid value for "waitIndex"');
  const recursive = flag(form.recursive);
  if (recursive < 0) return invalidField('recursive');
  const sorted = flag(form.sorted);
  if (sorted < 0) return invalidField('sorted');
  const wait = flag(form.wait);
  if (wait < 0) return invalidField('wait');
  const dir = flag(form.dir);
  if (dir < 0) return invalidField('dir');
  const quorum = flag(form.quorum);
  if (quorum < 0) return invalidField('quorum');
  const stream = flag(form.stream);
  if (stream < 0) return invalidField('stream');
  if (wait === 1 && method !== 'GET') {
    return problem(V2ErrorCode.invalidField, '"wait" can only be used with GET requests');
  }
  if (form.prevValue === '') {
    return problem(V2ErrorCode.prevValueRequired, '"prevValue" cannot be empty');
  }
  const noValueOnSuccess = flag(form.noValueOnSuccess);
  if (noValueOnSuccess < 0) return invalidField('noValueOnSuccess');
  let ttl: bigint | undefined;
  if (form.ttl !== undefined && form.ttl !== '') {
    ttl = parseUint64(form.ttl);
    if (ttl === undefined) return problem(V2ErrorCode.ttlNotNumber, 'invalid value for "ttl"');
  }
  const prevExist = flag(form.prevExist);
  if (prevExist < 0) return problem(V2ErrorCode.invalidField, 'invalid value for prevExist');
  const refresh = flag(form.refresh);
  if (refresh < 0) return problem(V2ErrorCode.invalidField, 'invalid value for refresh');
  if (refresh === 1) {
    if (form.value !== undefined && form.value !== '') {
      return problem(V2ErrorCode.refreshValue, 'A value was provided on a refresh');
    }
    if (ttl === undefined) return problem(V2ErrorCode.refreshTtlRequired, 'No TTL value set');
  }
  const request: V2Request = {
    ID: 0n,
    method: method === 'GET' && quorum === 1 ? 'QGET' : method,
    path,
    val: form.value ?? '',
    dir: dir === 1,
    prevValue: form.prevValue ?? '',
    prevIndex,
    prevExist: form.prevExist === undefined ? undefined : prevExist === 1,
    expiration: ttl === undefined ? 0n : expirationOf(ttl, now()),
    wait: wait === 1,
    since: waitIndex,
    recursive: recursive === 1,
    sorted: sorted === 1,
    quorum: quorum === 1,
    time: 0n,
    stream: stream === 1,
    refresh: form.refresh === undefined ? undefined : refresh === 1,
  };
  const hugePrevIndex =
    prevIndex === Number.MAX_SAFE_INTEGER ? String(parseUint64(form.prevIndex as string)) : undefined;
  return { request, noValueOnSuccess: noValueOnSuccess === 1, hugePrevIndex };
}

/** Go's time arithmetic: 64-bit nanoseconds that wrap around. */
function expirationOf(ttlSeconds: bigint, nowNanos: bigint): bigint {
  return BigInt.asIntN(64, nowNanos + BigInt.asIntN(64, ttlSeconds * nanosPerSecond));
}
