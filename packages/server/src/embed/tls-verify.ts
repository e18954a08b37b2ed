// What is asked of a certificate beyond a valid chain: that it is not revoked, names one of the allowed hosts or the
// allowed common name, and, among peers, an address that the connection may come from. Rules and texts are etcd's.
import type { X509Certificate } from 'node:crypto';
import { lookup, reverse } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsFiles } from '../config/index.ts';
import { revokedSerials, serialText } from './tls-crl.ts';

/** Chains end here at the latest. */
const MAX_CHAIN = 16;

/** The certificates that were sent, the root left out. */
function chainOf(leaf: X509Certificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let one: X509Certificate | undefined = leaf; one !== undefined; one = one.issuerCertificate) {
    const isRoot = one !== leaf && one.checkIssued(one);
    if (isRoot || chain.length === MAX_CHAIN) break;
    chain.push(one);
  }
  return chain;
}

/** Read for every connection, so that a new list holds at once. */
function revocation(crlFile: string, leaf: X509Certificate): string | undefined {
  let serials: Set<string>;
  try {
    serials = revokedSerials(readFileSync(crlFile));
  } catch (error) {
    return `cannot use the certificate revocation list ${crlFile}: ${(error as Error).message}`;
  }
  for (const { serialNumber } of chainOf(leaf)) {
    const serial = serialText(serialNumber);
    if (serials.has(serial)) return `transport: certificate serial ${serial} revoked`;
  }
  return undefined;
}

/** Whether the certificate is one for this host, by its alternative names only. */
function isFor(leaf: X509Certificate, host: string): boolean {
  return isIP(host) === 0
    ? leaf.checkHost(host, { subject: 'never', partialWildcards: false }) !== undefined
    : leaf.checkIP(host) !== undefined;
}

function commonName(leaf: X509Certificate): string {
  const line = leaf.subject?.split('\n').find((part) => part.startsWith('CN='));
  return line?.slice(3) ?? '';
}

function isAllowed(files: TlsFiles, leaf: X509Certificate): boolean {
  if (files.allowedCn !== '') return commonName(leaf) === files.allowedCn;
  return files.allowedHostnames.length === 0 || files.allowedHostnames.some((host) => isFor(leaf, host));
}

/** DNS names and whether there are addresses among the alternative names. */
function alternativeNames(leaf: X509Certificate): { readonly hasIps: boolean; readonly hosts: string[] } {
  const parts = (leaf.subjectAltName ?? '').split(', ');
  return {
    hasIps: parts.some((part) => part.startsWith('IP Address:')),
    hosts: parts.filter((part) => part.startsWith('DNS:')).map((part) => part.slice(4)),
  };
}

/** Whether one of these names, by DNS, stands for the address. */
async function standsFor(hosts: readonly string[], address: string): Promise<boolean> {
  const wildcards = hosts.filter((host) => host.startsWith('*')).map((host) => host.slice(1));
  for (const host of hosts) {
    if (host.startsWith('*')) continue;
    const found = await lookup(host, { all: true }).catch(() => []);
    if (found.some((entry) => entry.address === address)) return true;
  }
  if (wildcards.length === 0) return false;
  const names = await reverse(address).catch(() => []);
  return names.some((name) => wildcards.some((wildcard) => name.endsWith(wildcard)));
}

/** A peer's certificate must name the address that it comes from, if it names any host at all. */
function sourceMismatch(
  leaf: X509Certificate,
  remoteAddress: string,
): string | undefined | Promise<string | undefined> {
  const { hasIps, hosts } = alternativeNames(leaf);
  if (!hasIps && hosts.length === 0) return undefined;
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '');
  if (leaf.checkIP(address) !== undefined) return undefined;
  const refusal = `tls: "${address}" does not match any of DNSNames ${JSON.stringify(hosts)}`;
  if (hosts.length === 0) return `tls: the certificate is not valid for ${address}`;
  return standsFor(hosts, address).then((matches) => (matches ? undefined : refusal));
}

/** Makes the check of a group of listeners; undefined when there is nothing to check. */
export function peerVerifier(
  files: TlsFiles,
  kind: 'client' | 'peer',
): ((socket: TLSSocket) => string | undefined | Promise<string | undefined>) | undefined {
  const checksSource = kind === 'peer' && !files.skipSanVerification;
  const checksNames = files.allowedCn !== '' || files.allowedHostnames.length > 0;
  if (!checksSource && !checksNames && files.crlFile === '') return undefined;
  return (socket) => {
    const leaf = socket.getPeerX509Certificate();
    if (leaf === undefined) return undefined;
    if (!isAllowed(files, leaf)) return 'client certificate authentication failed';
    const revoked = files.crlFile === '' ? undefined : revocation(files.crlFile, leaf);
    if (revoked !== undefined || !checksSource || socket.remoteAddress === undefined) return revoked;
    return sourceMismatch(leaf, socket.remoteAddress);
  };
}
