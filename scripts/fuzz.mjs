// `npm run fuzz -- [TARGETS]`: feeds readers of bytes from outside with inputs that grow out of test/fuzz/corpus.
//   --inputs N    so many for each target (default 100000)    --minutes M   or as many as there is time for
//   --seed S      what random numbers begin with (default 1)  --save        keep what was found in the corpus
//   --list        only name the targets                       --failures D  where failing inputs go (fuzz-failures)
//   --no-build
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup.mjs';

const args = process.argv.slice(2);
if (!args.includes('--no-build')) {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const build = spawnSync(process.execPath, [compiler, '-b', 'test'], { cwd: root, stdio: 'inherit' });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
process.argv = [...process.argv.slice(0, 2), ...args.filter((word) => word !== '--no-build')];
await import(new URL('../test/dist/fuzz/main.js', import.meta.url).href);
