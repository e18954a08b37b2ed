// Scripts that use a stranger's client library and print `ok NAME` or `FAILED NAME` for each check.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../harness/process.ts';
import type { SuiteResult } from './report.ts';
import { isInstalled, runCommand } from './run-command.ts';

/** A script under test/peers, the program that runs it and what it needs. */
interface ClientScript {
  readonly suite: string;
  readonly program: string;
  readonly script: string;
  /** Why it cannot run here, or undefined. */
  missing(): Promise<string | undefined>;
}

async function pythonLacks(module: string): Promise<string | undefined> {
  if (!isInstalled('/usr/bin/python3')) return 'no /usr/bin/python3';
  const { code } = await runCommand('/usr/bin/python3', ['-c', `import ${module}`]);
  return code === 0 ? undefined : `python3-${module} is not installed`;
}

const peers = join(projectRoot, 'test', 'peers');
const scripts: readonly ClientScript[] = [
  {
    suite: 'python3-etcd (v2)',
    program: '/usr/bin/python3',
    script: join(peers, 'python', 'v2_client.py'),
    missing: () => pythonLacks('etcd'),
  },
  {
    suite: 'python3-etcd3 (v3)',
    program: '/usr/bin/python3',
    script: join(peers, 'python', 'v3_client.py'),
    missing: () => pythonLacks('etcd3'),
  },
  {
    suite: 'npm etcd3 (v3)',
    program: process.execPath,
    script: join(peers, 'node', 'v3-client.mjs'),
    missing: async () =>
      existsSync(join(peers, 'node', 'node_modules', 'etcd3'))
        ? undefined
        : 'run npm ci in test/peers/node first',
  },
];

/** Runs all scripts against the server at a port. */
export async function foreignClients(port: number): Promise<SuiteResult[]> {
  const results: SuiteResult[] = [];
  for (const { suite, program, script, missing } of scripts) {
    const skipped = await missing();
    if (skipped !== undefined) {
      results.push({ suite, checks: [], skipped });
      continue;
    }
    const { code, stdout, stderr } = await runCommand(program, [script, String(port)], {
      timeoutMs: 120_000,
    });
    const checks = stdout
      .split('\n')
      .filter((line) => /^(ok|FAILED) /.test(line))
      .map((line) => ({ name: line.replace(/^\w+ /, ''), ok: line.startsWith('ok ') }));
    const failed = checks.some(({ ok }) => !ok);
    if (code !== 0 && !failed)
      checks.push({ name: `script ended with code ${code}: ${stderr.slice(-800)}`, ok: false });
    results.push({ suite, checks });
  }
  return results;
}
