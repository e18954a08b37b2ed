// The same commands of Debian's etcdctl against ours and against Go etcd: what they print must be the same.
import { command } from '../harness/process.ts';
import type { CheckResult, SuiteResult } from './report.ts';
import { type CommandResult, runCommand } from './run-command.ts';

const DEBIAN_ETCDCTL = '/usr/bin/etcdctl';

/** One command line, with what is typed into it. */
interface Step {
  readonly args: readonly string[];
  readonly input?: string;
}

const step = (line: string, input?: string): Step => ({
  args: line.split(' ').map((word) => word.replaceAll('␠', ' ').replace(/^''$/, '')),
  ...(input === undefined ? {} : { input }),
});

const v3Steps: readonly Step[] = [
  step('put a 1'),
  step('put a 2 --prev-kv'),
  step("put empty ''"),
  step('get a'),
  step('get none'),
  step('get a -w json'),
  step('get a -w fields'),
  step('get a -w protobuf'),
  step('get a --hex'),
  ...Array.from({ length: 5 }, (_, n) => step(`put range/${n} v${4 - n}`)),
  step('get range/ --prefix'),
  step('get range/ --prefix --keys-only'),
  step('get range/ --prefix --limit 2 -w json'),
  step('get range/ --prefix --order DESCEND --sort-by KEY'),
  step('get range/ --prefix --sort-by VALUE --order ASCEND --print-value-only'),
  step('get range/1 range/3'),
  step('get range/3 --from-key'),
  step('get a --rev 2'),
  step('get a --rev 100000'),
  step('get range/ --prefix --sort-by MODIFY -w json'),
  step('put range/0 x --ignore-value'),
  step('put range/0 --ignore-value'),
  step('put nokey --ignore-value'),
  step('put range/0 y --ignore-lease'),
  step('put leased v --lease 7777'),
  step('del range/1'),
  step('del range/1'),
  step('del range/ --prefix --prev-kv'),
  step('get range/ --prefix -w json'),
  step('txn', 'value("a") = "2"\n\nput a 3\nget a\n\nput a 4\n\n'),
  step('txn -w json', 'mod("a") > "100"\n\nput a 5\n\nget a\ndel a\n\n'),
  step('txn', 'version("none") = "0"\ncreate("a") > "0"\n\nput none 1\n\n\n'),
  step('txn', 'bogus\n\n\n\n'),
  step('compaction 5'),
  step('compaction 5'),
  step('compaction 100000'),
  step('get a --rev 3'),
  step('get a --rev 5 -w json'),
  step('lease list'),
  step('lease revoke 1234'),
  step('lease timetolive 1234'),
  step('endpoint hashkv --rev 8 -w json'),
  step('endpoint health'),
  step('member list'),
  step('member list -w json'),
  step('alarm list'),
  step('alarm disarm'),
  step('defrag'),
  step('auth disable'),
  step('move-leader 1'),
  step('member remove 1'),
  step('member promote 1'),
  step('snapshot status /nonexistent'),
  step('get'),
  step('put'),
  step('bogus'),
  step('lease grant x'),
];

const v2Steps: readonly Step[] = [
  step('set /a 1'),
  step('get /a'),
  step('get /none'),
  step('-o extended get /a'),
  step('-o json get /a'),
  step('set /a 2 --swap-with-value 1'),
  step('set /a 3 --swap-with-value 1'),
  step('mk /a x'),
  step('mk /b x'),
  step('mkdir /d'),
  step('mkdir /d'),
  step('set /d x'),
  step('set /d/one 1'),
  step('setdir /e'),
  step('update /d/one 2'),
  step('update /d/none 2'),
  step('updatedir /e --ttl 100'),
  step('mk --in-order /queue x'),
  step('ls --sort /'),
  step('ls --sort -r -p /'),
  step('ls --sort -r /'),
  step('rm /d'),
  step('rmdir /d'),
  step('rm -r /d'),
  step('rm /a --with-value no'),
  step('rm /a'),
  step('rmdir /e'),
  step('member list'),
  step('cluster-health'),
  step('set /ttl x --ttl 100'),
  step('get -q /b'),
  step('set /html <&>'),
  step('-o json get /html'),
];

/** A server, and the etcdctl that is used on it. */
interface Server {
  readonly etcdctl: string;
  readonly port: number;
  readonly peerPort: number;
}

/** Replaces what must differ between two clusters or two releases. */
function normalise({ code, stdout, stderr }: CommandResult, server: Server): string {
  return (
    `${stdout}--\n${stderr}exit ${code}\n`
      // Go's client library logs its retries; that is not etcdctl's output.
      .replace(/^\{"level":"warn".*retry_interceptor.*\n/gm, '')
      .replaceAll(String(server.peerPort), 'PEERPORT')
      .replaceAll(String(server.port), 'PORT')
      .replace(/"(cluster_id|member_id|raft_term|ID)":\d+/g, '"$1":N')
      .replace(/"(ClusterID|MemberID|RaftTerm)" : \d+/g, '"$1" : N')
      .replace(/\b[0-9a-f]{15,16}\b/g, 'ID')
      // A field of etcd 3.6 and later.
      .replace(/,"hash_revision":\d+/g, '')
      .replace(/took = [\d.]+\w+/g, 'took = T')
      .replace(/took too long|\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')
      .replace(/"ts":"[^"]*"/g, '"ts":"T"')
      .replace(/endpoint:\/\/client-[0-9a-f-]+/g, 'endpoint://client-U')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
      .replace(/\[[\d. ]+\]|"attempt":\d+/g, '[N]')
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ /g, '')
  );
}

/** Runs one step. Binary answers hold ids, too: only their being there is compared. */
async function runStep(server: Server, api: '2' | '3', { args, input }: Step): Promise<string> {
  const url = api === '2' ? `http://127.0.0.1:${server.port}` : `127.0.0.1:${server.port}`;
  const isOurs = server.etcdctl === command('etcdctl');
  const [program, prefix] = isOurs ? [process.execPath, [server.etcdctl]] : [server.etcdctl, []];
  const result = await runCommand(program, [...prefix, '--endpoints', url, ...args], {
    env: { ETCDCTL_API: api },
    ...(input === undefined ? {} : { input }),
  });
  if (!args.includes('protobuf')) return normalise(result, server);
  return `${result.stdout.length > 20 ? 'protobuf' : result.stdout} exit ${result.code}`;
}

async function compare(
  suite: string,
  api: '2' | '3',
  steps: readonly Step[],
  ours: Server,
  theirs: Server,
): Promise<SuiteResult> {
  const checks: CheckResult[] = [];
  for (const next of steps) {
    const [mine, other] = await Promise.all([runStep(ours, api, next), runStep(theirs, api, next)]);
    checks.push({ name: next.args.join(' '), ok: mine === other, detail: `ours:\n${mine}theirs:\n${other}` });
  }
  return { suite, checks };
}

/** Where a server listens. */
interface Ports {
  readonly clientPort: number;
  readonly peerPort: number;
}

function serverAt({ clientPort, peerPort }: Ports, etcdctl: string): Server {
  return { etcdctl, port: clientPort, peerPort };
}

/** Debian's etcdctl, both APIs: our server beside Go's. Both must be fresh. */
export async function etcdctlOnBoth(ours: Ports, goEtcd: Ports): Promise<SuiteResult[]> {
  const [mine, other] = [serverAt(ours, DEBIAN_ETCDCTL), serverAt(goEtcd, DEBIAN_ETCDCTL)];
  return [
    await compare("Debian's etcdctl, v3", '3', v3Steps, mine, other),
    await compare("Debian's etcdctl, v2", '2', v2Steps, mine, other),
  ];
}

/** Our etcdctl beside Debian's, each on a fresh server of ours: outputs must be equal byte for byte. */
export async function bothEtcdctls(one: Ports, other: Ports): Promise<SuiteResult[]> {
  const [mine, theirs] = [serverAt(one, command('etcdctl')), serverAt(other, DEBIAN_ETCDCTL)];
  return [await compare("our etcdctl beside Debian's, v3", '3', v3Steps, mine, theirs)];
}
