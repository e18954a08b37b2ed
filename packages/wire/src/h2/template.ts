// A HEADERS frame that is sent again and again: header (stream id left open) and block, valid for one generation of
// the encoder's table.

import { FRAME_HEADER_BYTES, FrameType } from './frame.ts';

export class Template {
  frame: Buffer = Buffer.alloc(0);
  generation = -1;

  set(block: Uint8Array, flags: number, generation: number): void {
    const frame = Buffer.alloc(FRAME_HEADER_BYTES + block.length);
    frame.writeUIntBE(block.length, 0, 3);
    frame[3] = FrameType.headers;
    frame[4] = flags;
    frame.set(block, FRAME_HEADER_BYTES);
    this.frame = frame;
    this.generation = generation;
  }

  get block(): Buffer {
    return this.frame.subarray(FRAME_HEADER_BYTES);
  }
}
