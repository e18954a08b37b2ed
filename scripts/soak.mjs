// `npm run soak`: builds where needed, then half an hour of mixed load; see test/src/soak/main.ts.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const { status } = spawnSync(
  process.execPath,
  [join(root, 'test', 'dist', 'soak', 'main.js'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
process.exitCode = status ?? 1;
