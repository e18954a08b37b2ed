// etcd's own end-to-end suite (3.4, from Debian's source package) with our server, and Go's or our etcdctl.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { command, temporaryDirectory } from '../harness/process.ts';
import type { CheckResult, SuiteResult } from './report.ts';
import { isInstalled, runCommand } from './run-command.ts';

const GOCODE = '/usr/share/gocode';
const SUITE = 'go.etcd.io/etcd/tests/e2e';
const GO = existsSync('/usr/lib/go-1.19/bin/go') ? '/usr/lib/go-1.19/bin/go' : '/usr/bin/go';

/** Why the suite cannot be built here, or undefined. */
function missing(): string | undefined {
  if (!existsSync(join(GOCODE, 'src', SUITE))) return 'golang-etcd-server-dev is not installed';
  if (!existsSync(GO)) return 'golang-go is not installed';
  return isInstalled('/usr/bin/etcdctl') ? undefined : 'etcd-client is not installed';
}

/** Tests that do not apply or whose feature is not there yet, by name, with the reason. */
const waiting: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/Auth|User|Role|JWT|Issue5182|RootWith|Permission/, 'authentication is not built yet'],
  [/Proxy|proxy|Gateway/, 'the proxies are not built yet'],
  [/TestV3Metrics|CipherSuitesValid/, 'they want the version 3.4.23 in the metrics'],
  [/TestCtlV3Alarm$/, "/health names its reason, as etcd has done since 3.5, and the test wants 3.4's body"],
  [/TestCtlV2BackupV3|TestCtlV3Migrate|TestEtcdCorruptHash/, "they open the member's store as a bbolt file"],
  [/TestEtcdExampleConfig/, "the sample file is not in Debian's package"],
];

/** Why a test is left out, or undefined. */
function leftOut(name: string): string | undefined {
  return waiting.find(([pattern]) => pattern.test(name))?.[1];
}

/** One run of one test. */
interface Attempt {
  readonly ok: boolean;
  readonly detail: string;
}

/** Runs every test of the suite that applies, one by one, with `etcdctl` being Go's or ours. */
export async function etcdE2e(etcdctl: 'go' | 'ours'): Promise<SuiteResult> {
  const suite = `etcd's e2e suite, ${etcdctl === 'go' ? "Go's" : 'our'} etcdctl`;
  const reason = missing();
  if (reason !== undefined) return { suite, checks: [], skipped: reason };
  const directory = temporaryDirectory();
  try {
    const binary = process.env['E2E_TEST'] ?? join(directory.path, 'e2e.test');
    if (!existsSync(binary)) {
      const built = spawnSync(GO, ['test', '-c', '-o', binary, SUITE], {
        env: {
          ...process.env,
          GO111MODULE: 'off',
          GOPATH: GOCODE,
          GOFLAGS: '',
          GOCACHE: process.env['GOCACHE'] ?? join(directory.path, 'cache'),
        },
        encoding: 'utf8',
      });
      if (built.status !== 0) return { suite, checks: [{ name: 'build', ok: false, detail: built.stderr }] };
    }
    const bin = join(directory.path, 'bin');
    mkdirSync(bin);
    symlinkSync(command('etcd'), join(bin, 'etcd'));
    symlinkSync(etcdctl === 'go' ? '/usr/bin/etcdctl' : command('etcdctl'), join(bin, 'etcdctl'));
    const cwd = join(GOCODE, 'src', SUITE);
    const attempt = async (name: string): Promise<Attempt> => {
      const args = ['-test.run', `^${name}$`, '-test.timeout', '90s', '-bin-dir', bin];
      const { code, stdout, stderr } = await runCommand(binary, args, { cwd, timeoutMs: 100_000 });
      return { ok: code === 0, detail: (stdout + stderr).slice(0, 600) };
    };
    const { stdout } = await runCommand(binary, ['-test.list', '.*'], { cwd });
    const names = stdout.split('\n').filter((line) => line.startsWith('Test'));
    for (const [pattern, reason] of waiting) {
      const left = names.filter((name) => pattern.test(name));
      console.log(`left out, ${reason}: ${left.join(' ')}`);
    }
    const checks: CheckResult[] = [];
    for (const name of names) {
      if (leftOut(name) !== undefined) continue;
      let result = await attempt(name);
      if (!result.ok) {
        // The suite has fixed ports and waits of its own: a second try tells a slow machine from a fault.
        console.log(`second try of ${name} after: ${result.detail.replaceAll('\n', ' ').slice(0, 300)}`);
        result = await attempt(name);
      }
      checks.push({ name, ...result });
    }
    return { suite, checks };
  } finally {
    directory.dispose();
  }
}
