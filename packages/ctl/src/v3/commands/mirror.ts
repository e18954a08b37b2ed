/** make-mirror: copies keys to another cluster, then follows their changes. */

import { errors } from '@quorate/base';
import { describeError, type EtcdClient, prefixRange } from '@quorate/client';
import {
  DeleteRangeRequest,
  type Event,
  EventType,
  PutRequest,
  RequestOp,
  SortOrder,
  SortTarget,
  type WatchResponse,
} from '@quorate/proto';
import { argumentBytes } from '../../cli/argument-bytes.ts';
import type { Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../../cli/exit.ts';
import type { Flags } from '../../cli/flag-set.ts';
import { stdout } from '../../cli/output.ts';
import { askSecret } from '../../cli/stdin.ts';
import { MIRROR_BATCH, MIRROR_REPORT_MS } from '../../limits.ts';
import { loadTls, openClient, splitCredentials } from '../client-factory.ts';
import { CommandContext } from '../context.ts';

export async function makeMirror(invocation: Invocation): Promise<void> {
  const { args, flags } = invocation;
  const [destination] = args;
  if (destination === undefined || args.length > 1)
    throw badArgs('make-mirror takes one destination argument');
  if (flags.bool('no-dest-prefix') && flags.string('dest-prefix') !== '') {
    throw badArgs('`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one');
  }
  const context = new CommandContext(invocation);
  const source = await context.client();
  const target = await openDestination(destination, flags);
  const mirror = new Mirror(source, target, flags);
  const report = setInterval(() => stdout.write(`${mirror.copied}\n`), MIRROR_REPORT_MS);
  try {
    await mirror.run();
  } catch (error) {
    throw new ExitError(ExitCode.Error, describeError(error));
  } finally {
    clearInterval(report);
    target.close();
  }
}

async function openDestination(endpoint: string, flags: Flags): Promise<EtcdClient> {
  const tls = loadTls({
    cert: flags.string('dest-cert'),
    key: flags.string('dest-key'),
    cacert: flags.string('dest-cacert'),
    serverName: '',
    insecureTransport: flags.bool('dest-insecure-transport'),
    insecureSkipVerify: false,
  });
  const credentials = await splitCredentials(flags.string('dest-user'), flags.string('dest-password'), () =>
    askSecret('Destination Password: '),
  );
  return openClient([endpoint], tls, credentials, flags);
}

class Mirror {
  /** Keys put or deleted at the destination so far. */
  copied = 0;
  readonly #source: EtcdClient;
  readonly #target: EtcdClient;
  readonly #prefix: Buffer;
  readonly #destinationPrefix: Buffer;
  readonly #maxOps: number;
  readonly #startRevision: number;

  constructor(source: EtcdClient, target: EtcdClient, flags: Flags) {
    this.#source = source;
    this.#target = target;
    this.#prefix = argumentBytes(flags.string('prefix'));
    const given = argumentBytes(flags.string('dest-prefix'));
    this.#destinationPrefix = flags.bool('no-dest-prefix') || given.length > 0 ? given : this.#prefix;
    this.#maxOps = Math.max(1, flags.int('max-txn-ops'));
    this.#startRevision = flags.int('rev');
  }

  /** Never resolves; rejects when the mirror cannot go on. */
  async run(): Promise<never> {
    const revision = this.#startRevision > 0 ? this.#startRevision - 1 : await this.#copyAll();
    return this.#followFrom(revision + 1);
  }

  /** Copies everything as of one revision, which is returned. */
  async #copyAll(): Promise<number> {
    const { key: first, rangeEnd } = prefixRange(this.#prefix);
    let key = first;
    let revision = 0;
    for (;;) {
      const response = await this.#source.kv.range({
        key,
        rangeEnd,
        revision,
        limit: MIRROR_BATCH,
        sortTarget: SortTarget.KEY,
        sortOrder: SortOrder.NONE,
      });
      if (revision === 0) revision = response.header?.revision ?? 0;
      const puts = response.kvs.map((kv) => this.#put(kv.key, kv.value));
      await this.#apply(puts);
      const last = response.kvs.at(-1);
      if (!response.more || last === undefined) return revision;
      key = Buffer.concat([last.key, Buffer.from([0])]);
    }
  }

  #followFrom(startRevision: number): Promise<never> {
    return new Promise((_, reject) => {
      let work = Promise.resolve();
      this.#source.watch(
        { ...prefixRange(this.#prefix), startRevision },
        {
          onResponse: (response) => {
            work = work.then(() => this.#replay(response));
            work.catch(reject);
          },
        },
      );
    });
  }

  async #replay(response: WatchResponse): Promise<void> {
    if (response.canceled) {
      throw new Error(response.compactRevision !== 0 ? errors.compacted.message : response.cancelReason);
    }
    // One revision is one transaction there too, as far as its size allows.
    let revision = 0;
    let ops: RequestOp[] = [];
    for (const event of response.events) {
      const next = event.kv?.modRevision ?? 0;
      if (next !== revision) {
        await this.#apply(ops);
        ops = [];
      }
      revision = next;
      ops.push(this.#operation(event));
    }
    await this.#apply(ops);
  }

  #operation(event: Event): RequestOp {
    const key = event.kv?.key ?? Buffer.alloc(0);
    if (event.type === EventType.PUT) return this.#put(key, event.kv?.value ?? Buffer.alloc(0));
    return RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: this.#renamed(key) }) });
  }

  #put(key: Uint8Array, value: Uint8Array): RequestOp {
    return RequestOp.create({ requestPut: PutRequest.create({ key: this.#renamed(key), value }) });
  }

  /** The key with its prefix exchanged. */
  #renamed(key: Uint8Array): Uint8Array {
    return Buffer.concat([this.#destinationPrefix, key.subarray(this.#prefix.length)]);
  }

  async #apply(ops: readonly RequestOp[]): Promise<void> {
    for (let start = 0; start < ops.length; start += this.#maxOps) {
      const success = ops.slice(start, start + this.#maxOps);
      await this.#target.kv.txn({ success });
      this.copied += success.length;
    }
  }
}
