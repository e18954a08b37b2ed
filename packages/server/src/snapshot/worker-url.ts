// Where the entry file of a worker thread lies.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Beside this module in a plain build; beside the commands, one level up, when bundled into chunks. */
export function workerUrl(name: string): URL {
  const beside = new URL(`./${name}.js`, import.meta.url);
  return existsSync(fileURLToPath(beside)) ? beside : new URL(`../${name}.js`, import.meta.url);
}
