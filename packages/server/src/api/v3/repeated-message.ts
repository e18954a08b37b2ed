// The same WatchResponse for many watchers of a stream, which differ in nothing but the watch id: laid out once, doubled by
// copying memory, then the ids put in. For a thousand watchers this costs a few bytes' writing each.
import { PREFIX_BYTES, writeMessagePrefix } from '@quorate/wire';

/** Largest piece that is laid out at a time, in bytes; larger messages than half of it are not worth repeating. */
const pieceBytes = 60 * 1024;

/** Bytes are valid until the next call. */
export class RepeatedMessage {
  readonly #piece = Buffer.allocUnsafeSlow(pieceBytes);

  /** How many messages of `messageBytes` are laid out at a time. */
  static atOnce(messageBytes: number): number {
    return Math.floor(pieceBytes / (PREFIX_BYTES + messageBytes));
  }

  /**
   * `idFields.length` messages made of `header`, an id field and `body`, each with its gRPC prefix. The id fields have one
   * length, and there are no more of them than `atOnce` allows.
   */
  layOut(header: Uint8Array, idFields: readonly Uint8Array[], body: Uint8Array): Uint8Array {
    const out = this.#piece;
    const idBytes = (idFields[0] as Uint8Array).length;
    const idAt = PREFIX_BYTES + header.length;
    const stride = idAt + idBytes + body.length;
    const total = stride * idFields.length;
    writeMessagePrefix(out, 0, stride - PREFIX_BYTES);
    out.set(header, PREFIX_BYTES);
    out.set(body, idAt + idBytes);
    for (let done = stride; done < total; done *= 2) {
      out.copyWithin(done, 0, Math.min(done, total - done));
    }
    let at = idAt;
    for (let i = 0; i < idFields.length; i++) {
      const field = idFields[i] as Uint8Array;
      for (let b = 0; b < idBytes; b++) out[at + b] = field[b] as number;
      at += stride;
    }
    return out.subarray(0, total);
  }
}
