// h2spec, the conformance suite of RFC 9113 and RFC 7541, against a running member.
import { existsSync } from 'node:fs';
import type { SuiteResult } from './report.ts';
import { runCommand } from './run-command.ts';

/** Runs h2spec; `H2SPEC` names its binary. */
export async function h2spec(port: number): Promise<SuiteResult> {
  const suite = 'h2spec';
  const binary = process.env['H2SPEC'];
  if (binary === undefined || !existsSync(binary))
    return { suite, checks: [], skipped: 'H2SPEC does not name its binary' };
  const args = ['-h', '127.0.0.1', '-p', String(port), '--timeout', '4', '-P', '/v3/kv/range'];
  const { stdout, stderr } = await runCommand(binary, args, { timeoutMs: 300_000 });
  const [, passed = '0', skipped = '0', failed = '0'] =
    /(\d+) passed, (\d+) skipped, (\d+) failed/.exec(stdout) ?? [];
  const checks = Array.from({ length: Number(passed) }, (_, n) => ({ name: `case ${n}`, ok: true }));
  if (checks.length === 0 || Number(failed) > 0 || Number(skipped) > 0) {
    const failures = stdout.slice(stdout.indexOf('Failures:'));
    return {
      suite,
      checks: [
        ...checks,
        { name: `${failed} failed, ${skipped} skipped`, ok: false, detail: failures + stderr },
      ],
    };
  }
  return { suite, checks };
}
