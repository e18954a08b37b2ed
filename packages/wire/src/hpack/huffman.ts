// HPACK's Huffman code (RFC 7541 §5.2, Appendix B). The code is canonical, so the lengths alone define it; the
// decoder is a state machine over half bytes (no code is shorter than 5 bits: at most one symbol per step).

// biome-ignore format: a table
const CODE_LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30, // end of string
];
const END_OF_STRING = 256;

const codes = new Uint32Array(257);
const lengths = Uint8Array.from(CODE_LENGTHS);

// State machine: entry [state * 16 + nibble] = next state << 16 | emits << 8 | symbol; FAILED where the bits hit
// the end-of-string code, which must not appear in a string.
const FAILED = 0xffffffff;
let transitions: Uint32Array;
/** 1 for states that are a valid end: at most seven bits, all ones (RFC 7541 §5.2). */
let acceptable: Uint8Array;

function build(): void {
  const symbols = Array.from({ length: 257 }, (_, symbol) => symbol);
  symbols.sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
  let code = 0;
  let previous = lengths[symbols[0] as number] as number;
  // Binary tree: child[2 * node + bit] is a node number > 0, or -(symbol + 1) for a leaf.
  const child: number[] = [0, 0];
  const paddingNodes = new Set<number>([0]);
  for (const [rank, symbol] of symbols.entries()) {
    const length = lengths[symbol] as number;
    if (rank > 0) code = (code + 1) * 2 ** (length - previous);
    previous = length;
    codes[symbol] = code;
    let node = 0;
    let allOnes = true;
    for (let bit = length - 1; bit >= 0; bit--) {
      const value = (code >>> bit) & 1;
      if (value === 0) allOnes = false;
      if (bit === 0) {
        child[2 * node + value] = -(symbol + 1);
        break;
      }
      let next = child[2 * node + value] as number;
      if (next === 0) {
        next = child.length / 2;
        child.push(0, 0);
        child[2 * node + value] = next;
      }
      node = next;
      if (allOnes && length - bit <= 7) paddingNodes.add(node);
    }
  }
  const states = child.length / 2;
  transitions = new Uint32Array(states * 16);
  acceptable = new Uint8Array(states);
  for (const node of paddingNodes) acceptable[node] = 1;
  for (let state = 0; state < states; state++) {
    for (let nibble = 0; nibble < 16; nibble++) {
      let node = state;
      let emitted = 0;
      let failed = false;
      for (let bit = 3; bit >= 0 && !failed; bit--) {
        const next = child[2 * node + ((nibble >>> bit) & 1)] as number;
        if (next >= 0) {
          node = next;
        } else if (-next - 1 === END_OF_STRING) {
          failed = true;
        } else {
          emitted = 0x100 | (-next - 1);
          node = 0;
        }
      }
      transitions[state * 16 + nibble] = failed ? FAILED : node * 0x10000 + emitted;
    }
  }
}
build();

let scratch = Buffer.allocUnsafeSlow(1024);

/** Decodes to a latin-1 string; undefined if the bytes are not a valid Huffman string. */
export function huffmanDecode(bytes: Uint8Array, start: number, end: number): string | undefined {
  const most = ((end - start) * 8) / 5 + 1;
  if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(Math.ceil(most) * 2);
  const out = scratch;
  let length = 0;
  let state = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    let step = transitions[state * 16 + (byte >>> 4)] as number;
    if (step === FAILED) return undefined;
    if ((step & 0x100) !== 0) out[length++] = step & 0xff;
    step = transitions[(step >>> 16) * 16 + (byte & 15)] as number;
    if (step === FAILED) return undefined;
    if ((step & 0x100) !== 0) out[length++] = step & 0xff;
    state = step >>> 16;
  }
  if (acceptable[state] !== 1) return undefined;
  return out.toString('latin1', 0, length);
}

/** Bytes the Huffman form of a latin-1 string takes. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += lengths[text.charCodeAt(i) & 0xff] as number;
  return (bits + 7) >>> 3;
}

/** Writes the Huffman form of a latin-1 string at `at`; returns the position behind it. */
export function huffmanEncode(text: string, out: Uint8Array, at: number): number {
  let pending = 0; // fewer than 8 bits, right-aligned
  let count = 0;
  let position = at;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 0xff;
    const code = codes[symbol] as number;
    let left = lengths[symbol] as number;
    while (left > 0) {
      // At most 16 bits a step keep the accumulator within 24 bits.
      const take = left > 16 ? left - 16 : left;
      left -= take;
      pending = (pending << take) | ((code >>> left) & ((1 << take) - 1));
      count += take;
      while (count >= 8) {
        count -= 8;
        out[position++] = (pending >>> count) & 0xff;
      }
      pending &= (1 << count) - 1;
    }
  }
  if (count > 0) out[position++] = ((pending << (8 - count)) | (0xff >>> count)) & 0xff;
  return position;
}
