// Kept inputs: one file each, named by its content, so that the same input is never kept twice.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CORPUS = fileURLToPath(new URL('../../fuzz/corpus', import.meta.url));

/** Of each target: generators find the rest anew. */
const MOST_KEPT = 64;

function fileName(input: Uint8Array): string {
  return createHash('sha256').update(input).digest('hex').slice(0, 16);
}

/** The kept inputs of a target, in an order that stays. */
export function readCorpus(target: string): Buffer[] {
  const directory = join(CORPUS, target);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .map((name) => readFileSync(join(directory, name)));
}

/** Replaces what was found by coverage; inputs that once failed (named `bug-…`) stay. */
export function writeCorpus(target: string, inputs: readonly Uint8Array[]): void {
  const directory = join(CORPUS, target);
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) if (!name.startsWith('bug-')) rmSync(join(directory, name));
  for (const input of inputs.slice(0, MOST_KEPT)) writeFileSync(join(directory, fileName(input)), input);
}

/** Writes down a failing input and what it did, outside of the corpus; returns where. */
export function writeFailure(directory: string, target: string, input: Uint8Array, report: string): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${target}-bug-${fileName(input)}`);
  writeFileSync(path, input);
  writeFileSync(`${path}.txt`, report);
  return path;
}
