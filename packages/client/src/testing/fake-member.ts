/**
 * A member for tests: keys with revisions, watches, leases and tokens in memory, served over the real wire layer.
 * It does just what the client's tests look at, and fails on command.
 */
import { type EtcdError, errors } from '@quorate/base';
import {
  CompareTarget,
  Event,
  EventType,
  KeyValue,
  type MethodInfo,
  type RangeRequest,
  RangeResponse,
  ResponseHeader,
  ResponseOp,
  SortOrder,
  SortTarget,
  services,
  type TxnRequest,
  TxnResponse,
  WatchRequest,
  WatchResponse,
} from '@quorate/proto';
import {
  createServer,
  GrpcRouter,
  type Listener,
  type ServerStream,
  type UnaryCall,
  type WireServer,
} from '@quorate/wire';

interface ActiveWatch {
  readonly id: number;
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
}

/** State that several members (or one before and after a restart) may share. */
export class FakeStore {
  revision = 1;
  readonly keys = new Map<string, KeyValue>();
  readonly history: Event[] = [];
  compacted = 0;
  readonly streams = new Map<ServerStream, Map<number, ActiveWatch>>();

  put(key: Uint8Array, value: Uint8Array, lease = 0n): void {
    const name = Buffer.from(key).toString('latin1');
    const before = this.keys.get(name);
    this.revision++;
    const kv = KeyValue.create({
      key: Buffer.from(key),
      value: Buffer.from(value),
      lease,
      createRevision: before?.createRevision ?? this.revision,
      modRevision: this.revision,
      version: (before?.version ?? 0) + 1,
    });
    this.keys.set(name, kv);
    this.#happened(Event.create({ type: EventType.PUT, kv }));
  }

  delete(key: Uint8Array): number {
    if (!this.keys.delete(Buffer.from(key).toString('latin1'))) return 0;
    this.revision++;
    const kv = KeyValue.create({ key: Buffer.from(key), modRevision: this.revision });
    this.#happened(Event.create({ type: EventType.DELETE, kv }));
    return 1;
  }

  range(request: RangeRequest): RangeResponse {
    let kvs = [...this.keys.values()].filter((kv) => inRange(kv.key, request.key, request.rangeEnd));
    if (request.maxCreateRevision !== 0)
      kvs = kvs.filter((kv) => kv.createRevision <= request.maxCreateRevision);
    const count = kvs.length;
    if (request.sortTarget === SortTarget.CREATE) kvs.sort((a, b) => a.createRevision - b.createRevision);
    else kvs.sort((a, b) => Buffer.compare(a.key, b.key));
    if (request.sortOrder === SortOrder.DESCEND) kvs.reverse();
    if (request.limit > 0) kvs = kvs.slice(0, request.limit);
    return RangeResponse.create({ header: this.header(), kvs, count });
  }

  txn(request: TxnRequest): TxnResponse {
    const succeeded = request.compare.every((compare) => {
      const kv = this.keys.get(Buffer.from(compare.key).toString('latin1'));
      return compare.target === CompareTarget.CREATE && (kv?.createRevision ?? 0) === compare.createRevision;
    });
    const responses = (succeeded ? request.success : request.failure).map((op) => {
      if (op.requestPut !== undefined) this.put(op.requestPut.key, op.requestPut.value, op.requestPut.lease);
      else if (op.requestDeleteRange !== undefined) this.delete(op.requestDeleteRange.key);
      else if (op.requestRange !== undefined)
        return ResponseOp.create({ responseRange: this.range(op.requestRange) });
      return ResponseOp.create();
    });
    return TxnResponse.create({ header: this.header(), succeeded, responses });
  }

  header(): ResponseHeader {
    return ResponseHeader.create({ clusterId: 1n, memberId: 2n, revision: this.revision, raftTerm: 1 });
  }

  #happened(event: Event): void {
    this.history.push(event);
    for (const [stream, watches] of this.streams) {
      for (const watch of watches.values()) this.deliver(stream, watch, [event]);
    }
  }

  deliver(stream: ServerStream, watch: ActiveWatch, events: readonly Event[]): void {
    const own = events.filter((event) =>
      inRange(event.kv?.key ?? Buffer.alloc(0), watch.key, watch.rangeEnd),
    );
    if (own.length === 0) return;
    stream.send(
      WatchResponse.encode(WatchResponse.create({ header: this.header(), watchId: watch.id, events: own })),
    );
  }
}

function inRange(key: Uint8Array, first: Uint8Array, end: Uint8Array): boolean {
  if (end.length === 0) return Buffer.compare(key, first) === 0;
  if (Buffer.compare(key, first) < 0) return false;
  return (end.length === 1 && end[0] === 0) || Buffer.compare(key, end) < 0;
}

export class FakeMember {
  readonly store: FakeStore;
  /** Calls received, by method name. */
  readonly calls = new Map<string, number>();
  /** Taken from by the next unary calls: an error instead of the answer. */
  readonly failures: EtcdError[] = [];
  /** Turns token checking on; holds the valid tokens. */
  tokens: Set<string> | undefined;
  issued = 0;
  readonly leases = new Map<bigint, number>();
  #server: WireServer | undefined;
  #listener: Listener | undefined;

  constructor(store: FakeStore = new FakeStore()) {
    this.store = store;
  }

  get endpoint(): string {
    return `127.0.0.1:${this.#listener?.port}`;
  }

  /** Listens on a free port, or on the one given. */
  async start(port = 0): Promise<this> {
    const server = createServer({ grpc: this.#router() });
    this.#server = server;
    this.#listener = await server.listen({ host: '127.0.0.1', port });
    return this;
  }

  get port(): number {
    return this.#listener?.port ?? 0;
  }

  /** Cuts all connections. */
  stop(): void {
    this.#server?.destroy();
    this.#server = undefined;
    this.store.streams.clear();
  }

  /** Ends all streams as a restarting server would. */
  breakStreams(): void {
    for (const stream of this.store.streams.keys()) stream.end(errors.stopped.code, errors.stopped.message);
    this.store.streams.clear();
  }

  #router(): GrpcRouter {
    const router = new GrpcRouter();
    const { KV, Lease, Auth, Maintenance, Watch } = services;
    const { store } = this;
    this.#unary(router, KV.Range, (request) => store.range(request));
    this.#unary(router, KV.Put, (request) => {
      store.put(request.key, request.value, request.lease);
      return KV.Put.response.create({ header: store.header() });
    });
    this.#unary(router, KV.DeleteRange, (request) =>
      KV.DeleteRange.response.create({ header: store.header(), deleted: store.delete(request.key) }),
    );
    this.#unary(router, KV.Txn, (request) => store.txn(request));
    this.#unary(router, Lease.LeaseGrant, (request) => {
      const ID = BigInt(this.leases.size + 100);
      this.leases.set(ID, request.TTL);
      return Lease.LeaseGrant.response.create({ header: store.header(), ID, TTL: request.TTL });
    });
    this.#unary(router, Lease.LeaseRevoke, (request) => {
      this.leases.delete(request.ID);
      return Lease.LeaseRevoke.response.create({ header: store.header() });
    });
    router.unary(Auth.Authenticate.path, (call) => {
      if (this.tokens === undefined) {
        call.fail(errors.authNotEnabled.code, errors.authNotEnabled.message);
        return;
      }
      this.issued++;
      const token = `token-${this.issued}`;
      this.tokens.add(token);
      call.reply(Auth.Authenticate.response.encode(Auth.Authenticate.response.create({ token })));
    });
    router.stream(Lease.LeaseKeepAlive.path, (stream) => {
      stream.onMessage = (message) => {
        const { ID } = Lease.LeaseKeepAlive.request.decode(message);
        const TTL = this.leases.get(ID) ?? 0;
        const response = Lease.LeaseKeepAlive.response.create({ header: store.header(), ID, TTL });
        stream.send(Lease.LeaseKeepAlive.response.encode(response));
      };
      stream.onHalfClose = () => stream.end();
    });
    router.stream(Maintenance.Snapshot.path, (stream) => {
      stream.onHalfClose = () => {
        for (let i = 0; i < 100; i++) {
          const piece = Maintenance.Snapshot.response.create({
            blob: Buffer.alloc(1000, i),
            remainingBytes: 99 - i,
          });
          stream.send(Maintenance.Snapshot.response.encode(piece));
        }
        stream.end();
      };
    });
    router.stream(Watch.Watch.path, (stream) => this.#watch(stream));
    return router;
  }

  #unary<Request, Response>(
    router: GrpcRouter,
    method: MethodInfo<Request, Response>,
    answer: (request: Request) => Response,
  ): void {
    const name = method.path.replace(/^.*\//, '');
    router.unary(method.path, (call: UnaryCall, bytes) => {
      this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
      const failure = this.failures.shift() ?? this.#tokenFailure(call);
      if (failure === undefined) call.reply(method.response.encode(answer(method.request.decode(bytes))));
      else call.fail(failure.code, failure.message);
    });
  }

  #tokenFailure(call: UnaryCall): EtcdError | undefined {
    if (this.tokens === undefined) return undefined;
    const token = call.header('token');
    if (token === undefined) return errors.userEmpty;
    return this.tokens.has(token) ? undefined : errors.invalidAuthToken;
  }

  #watch(stream: ServerStream): void {
    const { store } = this;
    const watches = new Map<number, ActiveWatch>();
    store.streams.set(stream, watches);
    let nextId = 0;
    const send = (response: Partial<WatchResponse>): void => {
      stream.send(WatchResponse.encode(WatchResponse.create({ header: store.header(), ...response })));
    };
    stream.onCancel = () => store.streams.delete(stream);
    stream.onMessage = (message) => {
      const { createRequest, cancelRequest, progressRequest } = WatchRequest.decode(Buffer.from(message));
      if (progressRequest !== undefined) send({ watchId: -1 });
      if (cancelRequest !== undefined && watches.delete(cancelRequest.watchId)) {
        send({ watchId: cancelRequest.watchId, canceled: true });
      }
      if (createRequest === undefined) return;
      const watch = { id: nextId++, key: createRequest.key, rangeEnd: createRequest.rangeEnd };
      send({ watchId: watch.id, created: true });
      if (createRequest.startRevision !== 0 && createRequest.startRevision <= store.compacted) {
        send({ watchId: watch.id, canceled: true, compactRevision: store.compacted });
        return;
      }
      watches.set(watch.id, watch);
      if (createRequest.startRevision !== 0) {
        const past = store.history.filter(
          (event) => (event.kv?.modRevision ?? 0) >= createRequest.startRevision,
        );
        store.deliver(stream, watch, past);
      }
    };
  }
}
