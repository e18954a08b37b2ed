// Runs raft transcripts (datadriven files): npm run transcripts -- [--rewrite] [--verbose] [DIR or FILE …]
// Prints passed/failed for each file and a total; the exit code is 1 if any failed or none was found.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const published = resolve(root, '../shared/conformance/raft');
const own = join(root, 'packages/raft/test');

/** Builds raft and what it imports; on a fresh clone installs first. */
function build() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (!existsSync(tsc)) {
    const install = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
    if (install.status !== 0) process.exit(2);
  }
  const result = spawnSync(process.execPath, [tsc, '-b', join(root, 'packages/raft')], {
    stdio: ['ignore', 2, 2],
  });
  if (result.status !== 0) process.exit(2);
}

function transcriptsIn(path) {
  if (statSync(path).isFile()) return [path];
  const files = [];
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const child = join(path, entry.name);
    if (entry.isDirectory()) files.push(...transcriptsIn(child));
    else if (!/\.(md|go|ts|js|json)$/i.test(entry.name)) files.push(child);
  }
  return files;
}

function indent(text) {
  return text.replace(/^(?=.)/gm, '      ');
}

const flags = new Set(process.argv.slice(2).filter((argument) => argument.startsWith('--')));
const paths = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const base = process.env.INIT_CWD ?? process.cwd();
const targets =
  paths.length > 0 ? paths.map((path) => resolve(base, path)) : [existsSync(published) ? published : own];
for (const target of targets) {
  if (!existsSync(target)) {
    console.error(`no such file or folder: ${target}`);
    process.exit(2);
  }
}

build();
const { runTranscript } = await import(join(root, 'packages/raft/dist/transcripts/run.js'));

let passed = 0;
let failed = 0;
for (const target of targets) {
  for (const file of transcriptsIn(target)) {
    const name = relative(target, file) || file;
    let problems;
    try {
      const result = runTranscript(readFileSync(file, 'utf8'));
      if (flags.has('--rewrite')) writeFileSync(file, result.rewritten);
      problems = result.mismatches.map(
        (mismatch) =>
          `    line ${mismatch.line}: ${mismatch.command}\n` +
          `    expected:\n${indent(mismatch.expected)}    actual:\n${indent(mismatch.actual)}`,
      );
    } catch (error) {
      problems = [`    ${error instanceof Error ? error.message : String(error)}\n`];
    }
    if (problems.length === 0) passed++;
    else failed++;
    console.log(`${problems.length === 0 ? 'passed' : 'FAILED'}  ${name}`);
    for (const problem of flags.has('--verbose') ? problems : problems.slice(0, 1)) console.log(problem);
    if (!flags.has('--verbose') && problems.length > 1) console.log(`    … and ${problems.length - 1} more`);
  }
}
console.log(`\n${passed} passed, ${failed} failed, ${passed + failed} in total`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
