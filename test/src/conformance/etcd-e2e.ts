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

/** Runs tests whose names are given, one by one, with `etcdctl` being Go's or ours. */
export async function etcdE2e(names: readonly string[], etcdctl: 'go' | 'ours'): Promise<SuiteResult> {
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
    const checks: CheckResult[] = [];
    for (const name of names) {
      const { code, stdout, stderr } = await runCommand(
        binary,
        ['-test.run', `^${name}$`, '-test.timeout', '90s', '-bin-dir', bin],
        { cwd: join(GOCODE, 'src', SUITE), timeoutMs: 100_000, env: { ETCDCTL_API: '3' } },
      );
      checks.push({ name, ok: code === 0, detail: (stdout + stderr).slice(0, 600) });
    }
    return { suite, checks };
  } finally {
    directory.dispose();
  }
}

/** The tests that a single member serves today. */
export const e2eTests: readonly string[] = [
  'TestCtlV2Set',
  'TestCtlV2Mk',
  'TestCtlV2Rm',
  'TestCtlV2Ls',
  'TestCtlV2Watch',
  'TestV2CurlNoTLS',
];
