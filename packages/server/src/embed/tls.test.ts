// TLS listeners as clients meet them: revoked, wrong and renewed certificates.
import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { FatalError } from '@quorate/base';
import { createServer, type WireServer } from '@quorate/wire';
import { loadCommand } from '../config/index.ts';
import { silentLogger } from '../ops/logger.ts';
import { type KeyPair, makeCertificate } from './self-signed.ts';
import { serverTls } from './tls.ts';
import { revokedSerials, serialText } from './tls-crl.ts';

const SECOND_MS = 1000;
const YEAR_MS = 365 * 86_400 * SECOND_MS;

let pairs = 0;

function makePair(...hosts: string[]): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { from: new Date(Date.now() - YEAR_MS), to: new Date(Date.now() + YEAR_MS) };
  return {
    // OpenSSL finds a CA by its name: each has one of its own.
    cert: makeCertificate(hosts, privateKey, publicKey, validity, `pair ${pairs++}`),
    key: privateKey.export({ type: 'sec1', format: 'pem' }) as string,
  };
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}

/** A list whose next update was due long ago; its signature is nonsense, which nobody looks at. */
function makeList(...serials: string[]): Buffer {
  const time = (text: string): Buffer => der(0x17, Buffer.from(text));
  const algorithm = der(0x30, der(0x06, Buffer.of(0x2a, 0x03)));
  const entries = serials.map((serial) =>
    der(
      0x30,
      der(0x02, Buffer.from(`00${serial.padStart(32, '0')}`, 'hex')),
      time('200101000000Z'),
      der(0x30, der(0x30, der(0x06, Buffer.of(0x55, 0x1d, 0x15)), der(0x04, Buffer.of(0x0a, 1, 1)))),
    ),
  );
  const body = der(
    0x30,
    der(0x02, Buffer.of(1)),
    algorithm,
    der(0x30),
    time('200101000000Z'),
    time('200201000000Z'),
    ...(entries.length === 0 ? [] : [der(0x30, ...entries)]),
    der(0xa0, der(0x30)),
  );
  return der(0x30, body, algorithm, der(0x03, Buffer.of(0, 1, 2, 3)));
}

const pem = (list: Buffer): string =>
  `-----BEGIN X509 CRL-----\n${list.toString('base64')}\n-----END X509 CRL-----\n`;
const serialOf = (pair: KeyPair): string => new X509Certificate(pair.cert).serialNumber;

let directory = '';
let server: WireServer | undefined;
let port = 0;
const path = (name: string): string => join(directory, name);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'quorate-tls-'));
});
afterEach(() => {
  server?.destroy();
  rmSync(directory, { recursive: true });
});

function writePair(pair: KeyPair): void {
  writeFileSync(path('cert.pem'), pair.cert);
  writeFileSync(path('key.pem'), pair.key);
}

async function listen(pair: KeyPair, ...flags: string[]): Promise<void> {
  writePair(pair);
  const url = 'https://127.0.0.1:2379';
  const command = loadCommand(
    [
      ...['--cert-file', path('cert.pem'), '--key-file', path('key.pem')],
      ...['--listen-client-urls', url, '--advertise-client-urls', url, ...flags],
    ],
    {},
  );
  assert.ok(command.kind === 'serve');
  const { config } = command;
  const tls = serverTls(config.clientTls, config, 'client', config.listenClientUrls, silentLogger);
  assert.ok(tls !== undefined);
  server = createServer({ http: (_request, response) => response.end('hello') });
  port = (await server.listen({ host: '127.0.0.1', port: 0, tls })).port;
}

/** The server's serial number as a new connection sees it. Rejects when the connection is refused. */
function connect(pair?: KeyPair): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, rejectUnauthorized: false, agent: false, ...pair },
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

test('revocation lists are read in both forms, and nothing else is taken for one', () => {
  const list = makeList('1F', 'ABCDEF0123456789');
  const serials = new Set(['1F', 'ABCDEF0123456789']);
  assert.deepEqual(revokedSerials(list), serials);
  assert.deepEqual(revokedSerials(Buffer.from(pem(list))), serials);
  assert.deepEqual(revokedSerials(Buffer.from(pem(makeList('01')) + pem(list))).size, 3);
  assert.deepEqual(revokedSerials(makeList()).size, 0);
  assert.equal(serialText('00000a'), 'A');
  assert.throws(() => revokedSerials(Buffer.from(makePair('a').cert)));
  for (let length = 0; length < list.length; length++) {
    assert.throws(() => revokedSerials(list.subarray(0, length)), /malformed/);
  }
});

test('a revoked certificate is refused as soon as the list says so', async () => {
  const [good, bad] = [makePair('good'), makePair('bad')];
  writeFileSync(path('ca.pem'), good.cert + bad.cert);
  writeFileSync(path('list'), makeList('99'));
  const flags = ['--trusted-ca-file', path('ca.pem'), '--client-cert-auth'];
  await listen(makePair('localhost'), ...flags, '--client-crl-file', path('list'));
  await connect(good);
  await connect(bad);
  await assert.rejects(connect(), 'there must be a certificate');
  await assert.rejects(connect(makePair('bad')), 'it must be of the CA');
  writeFileSync(path('list'), pem(makeList('99', serialOf(bad))));
  await connect(good);
  await assert.rejects(connect(bad));
  writeFileSync(path('list'), 'neither of them');
  await assert.rejects(connect(good), 'a list that cannot be read lets nobody in');
});

test('a start with a list that cannot be read fails', async () => {
  writeFileSync(path('list'), 'nonsense');
  const start = listen(makePair('localhost'), '--client-crl-file', path('list'));
  await assert.rejects(
    start,
    (error) => error instanceof FatalError && /revocation list/.test(error.message),
  );
});

test('only certificates for allowed hosts are taken', async () => {
  const [right, wild, wrong] = [
    makePair('a.etcd.example'),
    makePair('*.etcd.example'),
    makePair('other.example'),
  ];
  const address = makePair('10.0.0.1');
  writeFileSync(path('ca.pem'), right.cert + wild.cert + wrong.cert + address.cert);
  const allowed = ['--client-cert-allowed-hostname', 'a.etcd.example,10.0.0.1'];
  await listen(makePair('localhost'), '--trusted-ca-file', path('ca.pem'), ...allowed);
  await connect(right);
  await connect(wild);
  await connect(address);
  await assert.rejects(connect(wrong));
});

test('renewed certificates and CAs hold from the next connection on; broken ones change nothing', async () => {
  const [first, second] = [makePair('localhost'), makePair('localhost', '127.0.0.1')];
  const [client, newcomer] = [makePair('client'), makePair('newcomer')];
  writeFileSync(path('ca.pem'), client.cert);
  await listen(first, '--trusted-ca-file', path('ca.pem'));
  assert.equal(await connect(client), serialOf(first));
  await assert.rejects(connect(newcomer));

  writePair(second);
  assert.equal(await connect(client), serialOf(second));
  writeFileSync(path('key.pem'), first.key);
  assert.equal(await connect(client), serialOf(second), 'the key of another certificate');
  rmSync(path('key.pem'));
  assert.equal(await connect(client), serialOf(second), 'no key');
  writePair(first);
  assert.equal(await connect(client), serialOf(first));

  writeFileSync(path('ca.pem'), client.cert + newcomer.cert);
  await connect(newcomer);
  writeFileSync(path('ca.pem'), newcomer.cert);
  await assert.rejects(connect(client), 'a CA that was taken away');
});

test('a pair for our own connections must fit together', async () => {
  const [one, other] = [makePair('one'), makePair('other')];
  writeFileSync(path('client.pem'), one.cert);
  const flags = ['--client-cert-file', path('client.pem'), '--client-key-file', path('client-key.pem')];
  await assert.rejects(listen(makePair('localhost'), ...flags), /cannot read the key/);
  writeFileSync(path('client-key.pem'), other.key);
  await assert.rejects(
    listen(makePair('localhost'), ...flags),
    (error) => error instanceof FatalError && /cannot use/.test(error.message),
  );
  writeFileSync(path('client-key.pem'), one.key);
  await listen(makePair('localhost'), ...flags);
  await assert.rejects(listen(makePair('localhost'), ...flags.slice(0, 2)), /must be given together/);
});
