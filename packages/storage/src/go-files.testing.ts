// Test support: Go etcd's own readers and writers of log, snapshot and bbolt files, built from the sources that
// Debian ships. Where they are missing the tests that need them are skipped, saying why.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

const SOURCE_DIRECTORY = path.resolve(import.meta.dirname, '../scripts/go-files');
const GO = '/usr/bin/go';
const GO_SOURCES = '/usr/share/gocode';

export interface GoFiles {
  /** Path of the program. */
  readonly binary: string;
  /** Runs a command of scripts/go-files; returns its output. Throws if it fails. */
  run(...args: string[]): string;
  /** Runs it and returns whether it succeeded. */
  succeeds(...args: string[]): boolean;
}

/** The tool, or why there is none. */
export function goFiles(): GoFiles | string {
  for (const needed of [GO, `${GO_SOURCES}/src/go.etcd.io/etcd/wal`, `${GO_SOURCES}/src/go.etcd.io/bbolt`]) {
    if (!fs.existsSync(needed))
      return `${needed} is not installed (Debian: golang-go, golang-etcd-server-dev)`;
  }
  const source = fs.readFileSync(path.join(SOURCE_DIRECTORY, 'main.go'));
  const digest = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const binary = path.join(os.tmpdir(), `quorate-go-files-${process.getuid?.() ?? 0}-${digest}`);
  if (!fs.existsSync(binary)) {
    const fresh = `${binary}.${process.pid}`;
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: GO_SOURCES, GOFLAGS: '' };
    const built = spawnSync(GO, ['build', '-o', fresh, '.'], {
      cwd: SOURCE_DIRECTORY,
      env,
      encoding: 'utf8',
    });
    if (built.status !== 0) return `scripts/go-files does not build: ${built.stderr}`;
    fs.renameSync(fresh, binary);
  }
  return {
    binary,
    run: (...args) => execFileSync(binary, args, { encoding: 'utf8', maxBuffer: 2 ** 30 }),
    succeeds: (...args) => spawnSync(binary, args, { stdio: 'ignore' }).status === 0,
  };
}

/** Options of a test that needs the tool. */
export function needsGo(go: GoFiles | string): { skip: string | false } {
  return { skip: typeof go === 'string' ? go : false };
}
