// `npm run bench`: builds where needed, then measures; see bench/src/main.ts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const { status } = spawnSync(
  process.execPath,
  [join(root, 'bench', 'dist', 'main.js'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
