// `node write-bytecode.mjs CODE…`: writes the bytecode of all functions of each file beside it, under the flags that V8 has when
// load.cjs reads it: the command's own code comes before the command has set any, that of its threads after.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

const { tierUpSoon } = await import(new URL('../../packages/server/dist/tier-up.js', import.meta.url).href);

const files = process.argv.slice(2);
const isThread = (file) => basename(file).includes('-worker-');
for (const file of [...files.filter((each) => !isThread(each)), ...files.filter(isThread)]) {
  if (isThread(file)) tierUpSoon();
  setFlagsFromString('--no-lazy');
  const script = new Script(readFileSync(file, 'latin1'), { filename: file });
  // The flags are part of what V8 compares.
  setFlagsFromString('--lazy');
  writeFileSync(file.replace(/\.cjs$/, '.bytecode'), script.createCachedData());
}
