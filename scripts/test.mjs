// `npm test`: installs and builds where needed, checks format, lint and imports, then runs every test.
// `npm test -- PATTERN …` runs only the test files whose path contains one of the patterns.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const patterns = process.argv.slice(2);

/** Runs one check; a failed one makes the whole run fail, and the others still run. */
function step(args) {
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exitCode = result.status ?? 1;
}

if (patterns.length === 0) {
  step([join('node_modules', '@biomejs', 'biome', 'bin', 'biome'), 'check', '.']);
  step([join('scripts', 'check-imports.mjs')]);
}

function testFiles(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.js'))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
}

const projects = [...readdirSync(join(root, 'packages')).map((name) => join('packages', name)), 'test'];
const files = projects
  .flatMap((project) => testFiles(join(root, project, 'dist')))
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
  .sort();
if (files.length === 0) {
  console.error('no test file matches');
  process.exit(1);
}
step(['--test', '--test-concurrency=2', ...files]);
