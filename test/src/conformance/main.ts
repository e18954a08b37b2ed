// The conformance run: our member under the tools and clients of strangers, beside Go etcd where there is one.
// `node test/dist/conformance/main.js [SUITE …]` with suites out of: etcdctl clients http h2spec e2e.
import { existsSync } from 'node:fs';
import { startGoMember } from '../harness/go-member.ts';
import { freePort, type MemberProcess, startMember, temporaryDirectory } from '../harness/process.ts';
import { etcdE2e } from './etcd-e2e.ts';
import { foreignClients } from './foreign-clients.ts';
import { h2spec } from './h2spec.ts';
import { httpTools } from './http-tools.ts';
import { printSuite, type SuiteResult } from './report.ts';
import { bothEtcdctls, etcdctlOnBoth } from './side-by-side.ts';

const wanted = process.argv.slice(2);
const wants = (suite: string): boolean => wanted.length === 0 || wanted.includes(suite);
const results: SuiteResult[] = [];

function record(...suites: readonly SuiteResult[]): void {
  for (const suite of suites) {
    printSuite(suite);
    results.push(suite);
  }
}

/** Runs something against a fresh member of ours. */
async function withMember<T>(
  use: (member: MemberProcess) => Promise<T>,
  args: readonly string[] = [],
): Promise<T> {
  const directory = temporaryDirectory();
  const member = await startMember({
    dataDir: `${directory.path}/data`,
    clientPort: await freePort(),
    peerPort: await freePort(),
    args: ['--log-level', 'warn', ...args],
    quiet: true,
  });
  try {
    const result = await use(member);
    if (!member.running) throw new Error(`the member ended on its own:\n${member.output().slice(-2000)}`);
    return result;
  } finally {
    await member.end('SIGTERM');
    directory.dispose();
  }
}

if (wants('etcdctl')) {
  if (!existsSync('/usr/bin/etcd') || !existsSync('/usr/bin/etcdctl')) {
    record({
      suite: "Debian's etcdctl",
      checks: [],
      skipped: 'etcd-server and etcd-client are not installed',
    });
  } else {
    await withMember(async (member) => {
      const go = await startGoMember();
      try {
        record(...(await etcdctlOnBoth(member, go)));
      } finally {
        await go.dispose();
      }
    });
    await withMember((one) => withMember(async (other) => record(...(await bothEtcdctls(one, other)))));
  }
}
if (wants('clients')) record(...(await withMember(({ clientPort }) => foreignClients(clientPort))));
if (wants('http')) record(...(await withMember(({ clientPort }) => httpTools(clientPort))));
if (wants('h2spec')) {
  // One of its cases opens one stream more than the limit allows: without a limit it would never end.
  record(await withMember(({ clientPort }) => h2spec(clientPort), ['--max-concurrent-streams', '100']));
}
if (wants('e2e')) record(await etcdE2e('go'));

const checks = results.flatMap((suite) => suite.checks);
const failed = checks.filter(({ ok }) => !ok).length;
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
