// The ResponseHeader in front of every answer: {cluster_id, member_id, revision, raft_term}. The ids never change
// and are encoded once; revision and term are appended.
import { bytesTag, varintSize, varintTag, writeVarint, writeVarint64 } from './protobuf-bytes.ts';

/** What a header tells about the member. */
export interface HeaderSource {
  readonly clusterId: bigint;
  readonly memberId: bigint;
  term(): number;
  revision(): number;
}

const headerField = bytesTag(1);
const revisionField = varintTag(3);
const termField = varintTag(4);

/** Encodes headers of one member. `field` forms include tag 1 and length, as every response starts with it. */
export class ResponseHeaders {
  readonly #source: HeaderSource;
  readonly #ids: Uint8Array;
  #cached: Uint8Array;
  #cachedRevision = -1;
  #cachedTerm = -1;

  constructor(source: HeaderSource) {
    this.#source = source;
    const scratch = new Uint8Array(22);
    let at = 0;
    if (source.clusterId !== 0n) {
      scratch[at++] = varintTag(1);
      at = writeVarint64(scratch, at, source.clusterId);
    }
    if (source.memberId !== 0n) {
      scratch[at++] = varintTag(2);
      at = writeVarint64(scratch, at, source.memberId);
    }
    this.#ids = scratch.slice(0, at);
    this.#cached = this.#ids;
  }

  /** The header field for `revision`. One instance is shared while revision and term stay: never change it. */
  field(revision: number): Uint8Array {
    const term = this.#source.term();
    if (revision !== this.#cachedRevision || term !== this.#cachedTerm) {
      const size = this.size(revision, term);
      const out = Buffer.allocUnsafe(size);
      this.write(out, 0, revision, term);
      this.#cached = out;
      this.#cachedRevision = revision;
      this.#cachedTerm = term;
    }
    return this.#cached;
  }

  /** The header field with the store's present revision. */
  now(): Uint8Array {
    return this.field(this.#source.revision());
  }

  /** Bytes of the header field: tag, length and content. */
  size(revision: number, term: number): number {
    const body = this.#bodySize(revision, term);
    return 1 + varintSize(body) + body;
  }

  /** Writes the header field and returns the position behind it. */
  write(out: Uint8Array, start: number, revision: number, term: number): number {
    let at = start;
    out[at++] = headerField;
    at = writeVarint(out, at, this.#bodySize(revision, term));
    out.set(this.#ids, at);
    at += this.#ids.length;
    if (revision !== 0) {
      out[at++] = revisionField;
      at = writeVarint(out, at, revision);
    }
    if (term !== 0) {
      out[at++] = termField;
      at = writeVarint(out, at, term);
    }
    return at;
  }

  #bodySize(revision: number, term: number): number {
    return (
      this.#ids.length +
      (revision === 0 ? 0 : 1 + varintSize(revision)) +
      (term === 0 ? 0 : 1 + varintSize(term))
    );
  }
}
