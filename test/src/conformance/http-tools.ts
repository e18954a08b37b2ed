// curl, h2load and wrk: one port, HTTP/1.1 and HTTP/2, without a single failed request.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutRequest } from '@quorate/proto';
import { temporaryDirectory } from '../harness/process.ts';
import type { CheckResult, SuiteResult } from './report.ts';
import { isInstalled, runCommand } from './run-command.ts';

async function curl(port: number): Promise<SuiteResult> {
  if (!isInstalled('curl')) return { suite: 'curl', checks: [], skipped: 'curl is not installed' };
  const base = `http://127.0.0.1:${port}`;
  const checks: CheckResult[] = [];
  for (const [protocol, flag, version] of [
    ['HTTP/1.1', '--http1.1', '1.1'],
    ['HTTP/2', '--http2-prior-knowledge', '2'],
  ] as const) {
    const ask = async (name: string, args: readonly string[], wanted: RegExp): Promise<void> => {
      const format = '\n%{http_code} %{http_version}';
      const { stdout, stderr } = await runCommand('curl', ['-s', flag, '-w', format, ...args]);
      const ok = wanted.test(stdout) && stdout.endsWith(` ${version}`);
      checks.push({ name: `${name} over ${protocol}`, ok, detail: stdout + stderr });
    };
    await ask('version', [`${base}/version`], /"etcdserver":"3\.7\.0".*\n200/);
    await ask('health', [`${base}/health`], /"health":"true".*\n200/);
    await ask(
      'v2 PUT',
      ['-X', 'PUT', '-d', 'value=x', `${base}/v2/keys/curl/${version}`],
      /"action":"set".*\n20[01]/s,
    );
    await ask('v2 GET', [`${base}/v2/keys/curl/${version}`], /"value":"x".*\n200/s);
    await ask('v2 error', [`${base}/v2/keys/curl/none`], /"errorCode":100.*\n404/s);
    await ask('unknown page', [`${base}/none`], /404 page not found\n+404/);
  }
  return { suite: 'curl', checks };
}

async function h2load(port: number): Promise<SuiteResult> {
  if (!isInstalled('h2load')) return { suite: 'h2load', checks: [], skipped: 'h2load is not installed' };
  const directory = temporaryDirectory();
  try {
    const put = PutRequest.encode(PutRequest.create({ key: Buffer.from('h2load'), value: Buffer.from('v') }));
    const frame = Buffer.alloc(5 + put.length);
    frame.writeUInt32BE(put.length, 1);
    frame.set(put, 5);
    const body = join(directory.path, 'put');
    writeFileSync(body, frame);
    const { stdout, stderr } = await runCommand('h2load', [
      ...['-n', '50000', '-c', '8', '-m', '32', '-d', body],
      ...['-H', 'content-type: application/grpc', '-H', 'te: trailers'],
      `http://127.0.0.1:${port}/etcdserverpb.KV/Put`,
    ]);
    const line = /requests: .*/.exec(stdout)?.[0] ?? stderr;
    const ok = /50000 succeeded, 0 failed, 0 errored/.test(line);
    return { suite: 'h2load', checks: [{ name: '50 000 gRPC puts', ok, detail: line }] };
  } finally {
    directory.dispose();
  }
}

async function wrk(port: number): Promise<SuiteResult> {
  if (!isInstalled('wrk')) return { suite: 'wrk', checks: [], skipped: 'wrk is not installed' };
  const url = `http://127.0.0.1:${port}/v2/keys/curl/1.1`;
  const { stdout, stderr } = await runCommand('wrk', ['-t1', '-c32', '-d2s', url]);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1] ?? 0);
  const ok = requests > 0 && !/Non-2xx|Socket errors/.test(stdout);
  return { suite: 'wrk', checks: [{ name: 'v2 GETs for two seconds', ok, detail: stdout + stderr }] };
}

/** Runs the tools against the server at a port. */
export async function httpTools(port: number): Promise<SuiteResult[]> {
  return [await curl(port), await h2load(port), await wrk(port)];
}
