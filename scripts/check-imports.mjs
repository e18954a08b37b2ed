// Enforces the architecture's import table: which package may import which, no deep imports into another
// package, relative imports that stay inside, no cycles between packages, and the purity of `raft`
// (no I/O, no clock, no async, no randomness of its own).
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { root } from './setup.mjs';

const below = ['base', 'proto', 'raft', 'wire', 'storage', 'v2store'];
const mayImport = {
  base: [],
  proto: ['base'],
  raft: ['base', 'proto'],
  wire: ['base'],
  storage: ['base', 'proto'],
  v2store: ['base'],
  server: below,
  client: ['base', 'proto', 'wire'],
  ctl: ['client', 'proto', 'storage', 'base', 'wire'],
  console: ['client'],
  testkit: [...below, 'server', 'client'],
};
/** Packages from the registry that the product may use, and where. */
const libraries = { lmdb: ['storage'], 'prom-client': ['server'], yaml: ['server'] };
const impure = [
  [/\bDate\b/, 'Date'],
  [/\bMath\.random\b/, 'Math.random'],
  [/\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'timers'],
  [/\b(async|await|Promise)\b/, 'async'],
  [/\bprocess\b\./, 'process'],
  [/\bperformance\b/, 'performance'],
];

const problems = [];
const importPattern =
  /(?:^|[\s;])(?:import|export)\s(?:[^'"();]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function checkFile(name, file) {
  const where = relative(root, file);
  const text = withoutComments(readFileSync(file, 'utf8'));
  const isTest = file.endsWith('.test.ts') || where.includes('/testing/') || where.includes('/transcripts/');
  for (const match of text.matchAll(importPattern)) {
    const target = match[1] ?? match[2];
    if (target.startsWith('.')) {
      if (!resolve(dirname(file), target).startsWith(join(root, 'packages', name))) {
        problems.push(`${where}: '${target}' leaves the package`);
      }
    } else if (target.startsWith('@quorate/')) {
      const [, other, ...deep] = target.split('/');
      if (deep.length > 0) problems.push(`${where}: deep import of '${target}'`);
      else if (!mayImport[name].includes(other)) problems.push(`${where}: ${name} may not import ${other}`);
    } else if (target.startsWith('node:')) {
      if (name === 'raft' && !isTest) problems.push(`${where}: raft is pure and imports no '${target}'`);
    } else if (!(isTest && target === 'fast-check') && !libraries[target]?.includes(name)) {
      problems.push(`${where}: library '${target}' is not allowed here`);
    }
  }
  if (name === 'raft' && !isTest) {
    const code = text.replace(/(['"`])(?:\\.|(?!\1)[^\\])*\1/g, "''");
    for (const [pattern, what] of impure) {
      if (pattern.test(code)) problems.push(`${where}: raft is pure and uses no ${what}`);
    }
  }
}

let files = 0;
for (const name of readdirSync(join(root, 'packages'))) {
  if (mayImport[name] === undefined) {
    problems.push(`packages/${name}: not in the import table`);
    continue;
  }
  const sources = join(root, 'packages', name, 'src');
  for (const entry of readdirSync(sources, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    files++;
    checkFile(name, join(entry.parentPath ?? entry.path, entry.name));
  }
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    const other = dependency.replace('@quorate/', '');
    const allowed = dependency.startsWith('@quorate/')
      ? mayImport[name].includes(other)
      : libraries[dependency]?.includes(name);
    if (!allowed) problems.push(`packages/${name}/package.json: '${dependency}' is not allowed here`);
  }
}

// The table itself has no cycle: a package may be removed once all that it may import are gone.
const left = new Map(Object.entries(mayImport));
for (let shrank = true; shrank; ) {
  shrank = false;
  for (const [name, targets] of left) {
    if (targets.some((target) => left.has(target))) continue;
    left.delete(name);
    shrank = true;
  }
}
if (left.size > 0) problems.push(`import cycle between ${[...left.keys()].join(', ')}`);

for (const problem of problems) console.error(problem);
console.log(`imports: ${files} files, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
