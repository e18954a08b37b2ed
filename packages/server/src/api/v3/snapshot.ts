// Maintenance.Snapshot: the store as a bbolt file in chunks, closed by the SHA-256 of all of it.
import { EtcdError, errors, GrpcCode } from '@quorate/base';
import { SnapshotRequest, SnapshotResponse, services } from '@quorate/proto';
import type { GrpcRouter, ServerStream } from '@quorate/wire';
import { type MaintenanceSnapshot, openMaintenanceSnapshot } from '../../snapshot/maintenance.ts';
import type { LeaderBound } from './admission.ts';
import type { V3Context } from './context.ts';
import { maxSnapshots, snapshotChunkBytes } from './limits.ts';
import { refusalOf } from './mvcc-errors.ts';
import { bytesTag, fieldPrefix } from './protobuf-bytes.ts';
import { undecodable } from './status.ts';

const blobTag = bytesTag(3);

/** Registers Snapshot. Also learners serve it. */
export function registerSnapshot(router: GrpcRouter, context: V3Context): void {
  const underWay = new Set<SnapshotStream>();
  router.stream(services.Maintenance.Snapshot.path, (stream) => {
    const refusal = context.admission.refuseStream(stream, true) ?? context.admission.refuseData();
    if (refusal !== undefined) return stream.end(refusal.code, refusal.message);
    new SnapshotStream(context, stream, underWay);
  });
}

class SnapshotStream implements LeaderBound {
  readonly #context: V3Context;
  readonly #stream: ServerStream;
  readonly #unbind: (() => void) | undefined;
  readonly #underWay: Set<SnapshotStream>;
  #asked = false;
  #ended = false;
  #drained: (() => void) | undefined;

  constructor(context: V3Context, stream: ServerStream, underWay: Set<SnapshotStream>) {
    this.#underWay = underWay;
    this.#context = context;
    this.#stream = stream;
    stream.onMessage = (bytes) => this.#receive(bytes);
    stream.onHalfClose = () => {
      if (!this.#asked) this.abort(new EtcdError(GrpcCode.Internal, 'EOF'));
    };
    stream.onDrain = () => {
      this.#drained?.();
      this.#drained = undefined;
    };
    stream.onCancel = () => this.#leave();
    this.#unbind = context.admission.bindToLeader(stream, this);
  }

  abort(error: EtcdError): void {
    if (this.#ended) return;
    this.#leave();
    this.#stream.end(error.code, error.message);
  }

  #receive(bytes: Uint8Array): void {
    if (this.#asked || this.#ended) return;
    this.#asked = true;
    try {
      SnapshotRequest.decode(bytes);
    } catch (thrown) {
      this.abort(undecodable(thrown, 'stream'));
      return;
    }
    if (this.#underWay.size >= maxSnapshots) {
      this.abort(errors.tooManyRequests);
      return;
    }
    this.#underWay.add(this);
    void this.#run()
      .catch((thrown: unknown) => this.abort(refusalOf(thrown)))
      .finally(() => this.#underWay.delete(this));
  }

  async #run(): Promise<void> {
    const snapshot = await openMaintenanceSnapshot(this.#context.member);
    try {
      await this.#copy(snapshot);
    } finally {
      snapshot.close();
    }
  }

  async #copy(snapshot: MaintenanceSnapshot): Promise<void> {
    let remaining = snapshot.sizeBytes;
    while (remaining > 0 && !this.#ended) {
      const blob = await snapshot.read(Math.min(snapshotChunkBytes, remaining));
      if (blob.length === 0) throw errors.stopped; // the store was closed under the stream
      remaining -= blob.length;
      await this.#send(remaining, blob, snapshot.version);
    }
    if (this.#ended) return;
    await this.#send(0, await snapshot.digest(), snapshot.version);
    this.#leave();
    this.#stream.end();
  }

  /** A SnapshotResponse around the blob, which is not copied. */
  #send(remainingBytes: number, blob: Uint8Array, version: string): Promise<void> | undefined {
    if (this.#ended) return undefined;
    const head = SnapshotResponse.encode(SnapshotResponse.create({ remainingBytes }));
    const tail = SnapshotResponse.encode(SnapshotResponse.create({ version }));
    if (this.#stream.send([head, fieldPrefix(blobTag, blob.length), blob, tail])) return undefined;
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  #leave(): void {
    this.#ended = true;
    this.#unbind?.();
    this.#drained?.();
    this.#drained = undefined;
  }
}
