// Peers over TLS with certificates of an authority: who is let in, and what renewed files change. A Go member takes part.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { CertificateAuthority, type CertificatePaths } from '../harness/certificates.ts';
import { eventually, hasGoEtcd, type MemberKind, TestCluster, type TestMember } from '../harness/cluster.ts';
import { temporaryDirectory } from '../harness/process.ts';

const LOOPBACK = ['IP:127.0.0.1', 'DNS:localhost'];

interface Setting {
  readonly cluster: TestCluster;
  readonly authority: CertificateAuthority;
  /** Of another authority. */
  readonly stranger: CertificateAuthority;
  readonly certificates: Map<TestMember, CertificatePaths>;
  flags(member: TestMember): string[];
}

/** A running cluster whose members have a certificate each. */
async function start(t: TestContext, kinds: readonly MemberKind[], ...flags: string[]): Promise<Setting> {
  const directory = temporaryDirectory();
  const folder = (name: string): string => {
    const path = join(directory.path, name);
    mkdirSync(path);
    return path;
  };
  const authority = new CertificateAuthority(folder('authority'), 'authority');
  const stranger = new CertificateAuthority(folder('stranger'), 'stranger');
  const cluster = new TestCluster([]);
  t.after(async () => {
    await cluster.dispose();
    directory.dispose();
  });
  const certificates = new Map<TestMember, CertificatePaths>();
  for (const kind of kinds) {
    const member = await cluster.make(kind);
    member.peerScheme = 'https';
    certificates.set(
      member,
      authority.issue(member.name, { commonName: 'peer', alternativeNames: LOOPBACK }),
    );
  }
  const flagsOf = (member: TestMember): string[] => {
    const { cert, key } = certificates.get(member) as CertificatePaths;
    return [
      ...['--peer-cert-file', cert, '--peer-key-file', key, '--peer-trusted-ca-file', authority.cert],
      ...['--peer-client-cert-auth', ...flags],
    ];
  };
  for (const member of cluster.members) cluster.startMember(member, 'new', cluster.members, flagsOf(member));
  await cluster.healthy();
  return { cluster, authority, stranger, certificates, flags: flagsOf };
}

/** Asks a peer port as somebody with this certificate. @returns the serial number of the port's */
function knock(
  member: TestMember,
  authority: CertificateAuthority,
  pair?: CertificatePaths,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: '127.0.0.1',
        port: member.peerPort,
        path: '/version',
        agent: false,
        ca: readFileSync(authority.cert),
        ...(pair === undefined ? {} : { cert: readFileSync(pair.cert), key: readFileSync(pair.key) }),
      },
      (response) => {
        const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
        response.resume();
        response.on('end', () => resolve(serialNumber));
      },
    );
    call.on('error', reject);
    call.end();
  });
}

const serialOf = ({ cert }: CertificatePaths): string => new X509Certificate(readFileSync(cert)).serialNumber;

test('three members, one of them Go where it is installed, let in whom the authority and the name allow', async (t) => {
  const kinds: MemberKind[] = ['ours', 'ours', hasGoEtcd ? 'go' : 'ours'];
  const setting = await start(t, kinds, '--peer-cert-allowed-cn', 'peer');
  const { cluster, authority, stranger, certificates, flags } = setting;
  const [first, second] = cluster.members as [TestMember, TestMember];
  for (const leader of cluster.members) {
    await cluster.moveLeader(leader);
    for (const member of cluster.members) await member.put(`${leader.name}/${member.name}`, '1');
    await leader.v2('PUT', `/${leader.name}?value=1`);
  }
  await cluster.equalHashes();
  await cluster.equalV2();

  const guest = authority.issue('guest', { commonName: 'peer', alternativeNames: LOOPBACK });
  assert.equal(await knock(first, authority, guest), serialOf(certificates.get(first) as CertificatePaths));
  await assert.rejects(knock(first, authority), 'without a certificate');
  const forged = stranger.issue('forged', { commonName: 'peer', alternativeNames: LOOPBACK });
  await assert.rejects(knock(first, authority, forged), 'of another authority');
  const named = authority.issue('named', { commonName: 'somebody', alternativeNames: LOOPBACK });
  await assert.rejects(knock(first, authority, named), 'of another name');
  const elsewhere = authority.issue('elsewhere', { commonName: 'peer', alternativeNames: ['IP:192.0.2.1'] });
  await assert.rejects(knock(first, authority, elsewhere), 'for another address');

  // A member that comes back with a certificate of the wrong authority stays outside; the others go on.
  await second.end('SIGTERM');
  const right = certificates.get(second) as CertificatePaths;
  certificates.set(second, stranger.issue(second.name, { commonName: 'peer', alternativeNames: LOOPBACK }));
  cluster.startMember(second, 'new', cluster.members, flags(second));
  await first.put('without-the-second', '1', 15_000);
  await assert.rejects(second.put('through-the-second', '1', 2000));
  await second.end('SIGKILL');
  certificates.set(second, right);
  cluster.startMember(second, 'new', cluster.members, flags(second));
  await cluster.healthy();
  assert.equal(await second.get('without-the-second'), '1');

  // Renewed files hold from the next connection on, on both ends.
  const before = await knock(first, authority, guest);
  for (const member of cluster.members) {
    authority.issue(member.name, { commonName: 'peer', alternativeNames: LOOPBACK });
  }
  const after = await knock(first, authority, guest);
  assert.equal(after, serialOf(certificates.get(first) as CertificatePaths));
  assert.notEqual(after, before);
  await second.end('SIGKILL');
  cluster.startMember(second, 'new', cluster.members, flags(second));
  await cluster.healthy();
  await second.put('with-new-certificates', '1');
  await cluster.equalHashes();
});

test('certificates must name an allowed host, and those for connections may be other ones', async (t) => {
  const directory = temporaryDirectory();
  t.after(() => directory.dispose());
  const { cluster, authority } = await start(
    t,
    ['ours', 'ours', 'ours'],
    ...['--peer-cert-allowed-hostname', 'localhost,peer.example', '--peer-skip-client-san-verification'],
  );
  const [first] = cluster.members as [TestMember];
  for (const member of cluster.members) await member.put(member.name, '1');
  await cluster.equalHashes();
  const issue = (name: string, ...alternativeNames: string[]): CertificatePaths =>
    authority.issue(name, { commonName: 'any', alternativeNames });
  await knock(first, authority, issue('allowed', 'DNS:peer.example'));
  await assert.rejects(knock(first, authority, issue('other', 'DNS:other.example')));
  await assert.rejects(knock(first, authority, issue('nameless')));

  // A member that shows its peers another certificate than the one it listens with.
  const caller = issue('caller', 'DNS:peer.example');
  const listener = issue('listener', 'IP:127.0.0.1');
  const last = cluster.members[2] as TestMember;
  await last.end('SIGTERM');
  cluster.startMember(last, 'new', cluster.members, [
    ...['--peer-cert-file', listener.cert, '--peer-key-file', listener.key],
    ...['--peer-client-cert-file', caller.cert, '--peer-client-key-file', caller.key],
    ...['--peer-trusted-ca-file', authority.cert, '--peer-client-cert-auth'],
  ]);
  await eventually('writes through it', 20_000, async () => {
    await last.put('another-certificate', '1');
    return true;
  });
  assert.equal(await first.get('another-certificate'), '1');
});
