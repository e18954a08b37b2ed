import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { selfSignedKeyPair } from './self-signed.ts';

test('a certificate made here is accepted by TLS, names its hosts and is kept', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-tls-'));
  try {
    const pair = selfSignedKeyPair(directory, ['localhost', '127.0.0.1', '::1', 'a.example'], 1);
    assert.deepEqual(
      selfSignedKeyPair(directory, ['other'], 1),
      pair,
      'the second start finds the first pair',
    );
    const certificate = new X509Certificate(pair.cert);
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(certificate.checkHost('a.example'), 'a.example');
    assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
    assert.equal(certificate.checkIP('::1'), '::1');

    const server = createServer(pair, (socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, ca: pair.cert, servername: 'localhost' });
      let received = '';
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString();
      });
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
    });
    assert.equal(text, 'hello');
    await new Promise((resolve) => server.close(resolve));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
