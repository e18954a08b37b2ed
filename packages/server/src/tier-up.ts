// How soon V8 compiles what a server does over and over.
import { setFlagsFromString } from 'node:v8';

/**
 * Bytecodes that a function runs before V8 looks at compiling it again. V8's own figure (132 KiB in Node.js 20) is one for
 * pages: a member that serves a lone client reaches its pace only after some three thousand writes with it, and after a
 * third of that with this one. What it compiles to is the same: full load is as fast.
 */
const INTERRUPT_BUDGET_BYTES = 20_000;
/** From here on V8 counts calls instead, has a compiler in between, and does not know the flag. */
const FIRST_V8_WITHOUT = 12;

/** For the `etcd` command, at its start: flags are the whole process's, so an embedding program is left alone. */
export function tierUpSoon(): void {
  if (Number.parseInt(process.versions.v8, 10) >= FIRST_V8_WITHOUT) return;
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET_BYTES}`);
}
