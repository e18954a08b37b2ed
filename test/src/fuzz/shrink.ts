// Makes a failing input smaller while it still fails.

const MOST_RUNS = 2000;

export async function shrink(
  input: Buffer,
  stillFails: (candidate: Buffer) => Promise<boolean>,
): Promise<Buffer> {
  let best = input;
  let runs = 0;
  const tryOne = async (candidate: Buffer): Promise<boolean> => {
    if (++runs > MOST_RUNS || !(await stillFails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let size = best.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < best.length; ) {
      const shorter = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (!(await tryOne(shorter))) at += size;
    }
  }
  for (let at = 0; at < best.length; at++) {
    if (best[at] === 0x30 || best[at] === 0) continue;
    const plain = Buffer.from(best);
    plain[at] = 0x30;
    await tryOne(plain);
  }
  return best;
}
