// `npm run fuzz -- [TARGETS]`: feeds readers of bytes from outside with inputs that grow out of test/fuzz/corpus.
//   --inputs N    so many for each target (default 100000)    --minutes M   or as many as there is time for
//   --jobs J      so many targets at a time (default 1)       --seed S      what random numbers begin with
//   --save        keep what was found in the corpus           --failures D  where failing inputs go (fuzz-failures)
//   --list        only name the targets                       --no-build
// Campaigns, whose counts add up in test/fuzz/campaigns.jsonl:
//   --record      write down each run that found no failure, with the commit
//   --until N     so many inputs as are missing from N of those recorded
//   --since C     count only what was recorded for commit C and its descendants: the last to change a reader
//   --table       only print the table of docs/RELIABILITY.md
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
