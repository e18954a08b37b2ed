// Calls without a socket, for tests: requests go straight to the handlers on a router, answers are collected.
import type { MethodInfo } from '@quorate/proto';
import {
  type GrpcRouter,
  type MessageBytes,
  type PeerInfo,
  packedMessages,
  type ServerStream,
  type UnaryCall,
} from '@quorate/wire';

const peer: PeerInfo = { remoteAddress: '127.0.0.1', remotePort: 1, tlsCommonName: undefined };

/** How a call ended. */
export interface FakeStatus {
  readonly code: number;
  readonly message: string;
}

/** What a unary call came to. */
export type FakeOutcome<T> =
  | { readonly response: T; readonly error?: undefined }
  | { readonly error: FakeStatus };

function join(message: MessageBytes): Buffer {
  // Copied, as the wire layer does: handlers may reuse their buffers.
  return message instanceof Uint8Array ? Buffer.from(message) : Buffer.concat(message as Uint8Array[]);
}

class FakeContext {
  readonly path: string;
  readonly peer = peer;
  readonly deadlineMs = Number.POSITIVE_INFINITY;
  cancelled = false;
  state: unknown;
  onCancel: (() => void) | undefined;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(path: string, headers: Readonly<Record<string, string>>) {
    this.path = path;
    this.#headers = headers;
  }
  header(name: string): string | undefined {
    return this.#headers[name];
  }
  headerBytes(): undefined {
    return undefined;
  }
  headers(): readonly (readonly [string, string])[] {
    return Object.entries(this.#headers);
  }
  setHeader(): void {}
  setTrailer(): void {}
  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    this.onCancel?.();
  }
}

class FakeUnary extends FakeContext implements UnaryCall {
  readonly #settle: (bytes: Buffer | undefined, error: FakeStatus | undefined) => void;
  constructor(
    path: string,
    headers: Readonly<Record<string, string>>,
    settle: (bytes: Buffer | undefined, error: FakeStatus | undefined) => void,
  ) {
    super(path, headers);
    this.#settle = settle;
  }
  reply(message: MessageBytes, released?: () => void): void {
    if (!this.cancelled) this.#settle(join(message), undefined);
    released?.();
  }
  fail(code: number, message: string): void {
    if (!this.cancelled) this.#settle(undefined, { code, message });
  }
}

/** A unary call under way. */
export interface FakeCall<T> {
  readonly outcome: Promise<FakeOutcome<T>>;
  cancel(): void;
}

/** Starts a unary call with the given bytes. */
export function startRaw<Req, Res>(
  router: GrpcRouter,
  method: MethodInfo<Req, Res>,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): FakeCall<Res> {
  const handler = router.find(method.path)?.unary;
  if (handler === undefined) throw new Error(`no unary method ${method.path}`);
  let call!: FakeUnary;
  const outcome = new Promise<FakeOutcome<Res>>((resolve) => {
    call = new FakeUnary(method.path, headers, (reply, error) => {
      resolve(error === undefined ? { response: method.response.decode(reply as Buffer) } : { error });
    });
    handler(call, bytes);
  });
  return { outcome, cancel: () => call.cancel() };
}

/** Starts a unary call. */
export function start<Req, Res>(
  router: GrpcRouter,
  method: MethodInfo<Req, Res>,
  init: Partial<Req>,
  headers: Readonly<Record<string, string>> = {},
): FakeCall<Res> {
  return startRaw(router, method, method.request.encode(method.request.create(init)), headers);
}

/** Makes a unary call and returns its response. @throws Error when the call failed */
export async function call<Req, Res>(
  router: GrpcRouter,
  method: MethodInfo<Req, Res>,
  init: Partial<Req>,
): Promise<Res> {
  const outcome = await start(router, method, init).outcome;
  if (outcome.error !== undefined) throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
  return outcome.response;
}

/** Makes a unary call that is to fail and returns its status. */
export async function failure<Req, Res>(
  router: GrpcRouter,
  method: MethodInfo<Req, Res>,
  init: Partial<Req>,
  headers: Readonly<Record<string, string>> = {},
): Promise<FakeStatus> {
  const outcome = await start(router, method, init, headers).outcome;
  if (outcome.error === undefined) throw new Error(`${method.path} was expected to fail`);
  return outcome.error;
}

/** The client's end of a stream, and its server end's limits. */
export class FakeStream<Req, Res> extends FakeContext implements ServerStream {
  onMessage: ((message: Uint8Array) => void) | undefined;
  onHalfClose: (() => void) | undefined;
  onDrain: (() => void) | undefined;
  bufferedBytes = 0;
  /** Bytes after which `send` asks to wait. */
  highWaterBytes = Number.POSITIVE_INFINITY;
  paused = false;
  readonly received: Res[] = [];
  status: FakeStatus | undefined;
  readonly #method: MethodInfo<Req, Res>;
  #wake: (() => void) | undefined;

  constructor(
    router: GrpcRouter,
    method: MethodInfo<Req, Res>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(method.path, headers);
    this.#method = method;
    const handler = router.find(method.path)?.stream;
    if (handler === undefined) throw new Error(`no stream ${method.path}`);
    handler(this);
  }

  // ------------------------------------------------------------------------------------------------- server's side
  send(message: MessageBytes): boolean {
    const bytes = join(message);
    this.received.push(this.#method.response.decode(bytes));
    this.bufferedBytes += bytes.length;
    this.#wake?.();
    return this.bufferedBytes < this.highWaterBytes;
  }
  sendPacked(messages: Uint8Array): boolean {
    let open = true;
    for (const message of packedMessages(messages)) open = this.send(message);
    return open;
  }
  sendHeaders(): void {}
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  end(code = 0, message = ''): void {
    this.status ??= { code, message };
    this.#wake?.();
  }

  // ------------------------------------------------------------------------------------------------- client's side
  write(init: Partial<Req>): void {
    this.writeRaw(this.#method.request.encode(this.#method.request.create(init)));
  }
  writeRaw(bytes: Uint8Array): void {
    this.onMessage?.(bytes);
  }
  /** Everything sent so far has left: room again. */
  drain(): void {
    this.bufferedBytes = 0;
    this.onDrain?.();
  }
  /** Waits until `done` holds of what was received, at most three seconds. */
  async until(done: (received: readonly Res[]) => boolean): Promise<Res[]> {
    const deadline = Date.now() + 3000;
    while (!done(this.received)) {
      if (Date.now() > deadline)
        throw new Error(`timed out with ${JSON.stringify(this.received, printable)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.received;
  }
  /** Takes the next `count` messages away. */
  async take(count: number): Promise<Res[]> {
    await this.until((received) => received.length >= count);
    return this.received.splice(0, count);
  }
  async ended(): Promise<FakeStatus> {
    await this.until(() => this.status !== undefined);
    return this.status as FakeStatus;
  }
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
