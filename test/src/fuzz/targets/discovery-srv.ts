// What DNS answers to a member that looks for its cluster there: any records, addresses and errors.
import assert from 'node:assert/strict';
import { FatalError } from '@quorate/base';
import { type SrvRecord, srvCluster } from '../../../../packages/server/dist/bootstrap/discovery/dns-srv.js';
import { DiscoveryFailure } from '../../../../packages/server/dist/bootstrap/discovery/failures.js';
import {
  parseInitialCluster,
  verifyInitialCluster,
} from '../../../../packages/server/dist/bootstrap/urls.js';
import { silentLogger } from '../../../../packages/server/dist/member/logger.js';
import { accepts, type FuzzTarget, text } from '../target.ts';

const PEER_URLS = ['http://10.0.0.1:2380', 'https://[::1]:2381', 'unix://a:1'];
const DNS_ERRORS = ['ENOTFOUND', 'ENODATA', 'ETIMEOUT', 'EBADRESP'];

/** One record a line, `port name address`, those of the secure service before an empty line; without an address, an error. */
async function lookUp(input: Buffer): Promise<void> {
  const addresses = new Map<string, string>();
  const services = input
    .toString('utf8')
    .split('\n\n', 2)
    .map((lines): SrvRecord[] =>
      lines.split('\n').map((line) => {
        const [port = '', name = '', address = ''] = line.split(' ');
        addresses.set(name.replace(/\.$/, ''), address);
        return { name, port: Number.parseInt(port, 10) & 0xffff };
      }),
    );
  const failure = (number: number): Error =>
    Object.assign(new Error('query failed'), { code: DNS_ERRORS[number % DNS_ERRORS.length] });
  const resolver = {
    srv: async (name: string) => {
      const records = services[name.startsWith('_etcd-server-ssl') ? 0 : 1];
      if (records === undefined) throw failure(input.length);
      return records;
    },
    address: async (host: string) => {
      if (host === '10.0.0.1' || host === '::1') return host;
      const address = addresses.get(host);
      if (address === undefined || address === '') throw failure(host.length);
      return address;
    },
  };
  const options = {
    domain: 'd',
    serviceName: '',
    name: 'a',
    peerURLs: PEER_URLS,
    resolver,
    logger: silentLogger,
  };
  let found = '';
  try {
    found = await srvCluster(options);
  } catch (error) {
    if (!(error instanceof DiscoveryFailure)) throw error;
    assert.ok(error.message.length > 0, 'a failure says why');
    return;
  }
  accepts(() => verifyInitialCluster(parseInitialCluster(found), 'a', PEER_URLS), FatalError);
}

export const targets: readonly FuzzTarget[] = [
  {
    name: 'discovery-srv',
    run: lookUp,
    maxBytes: 1024,
    memoryBytes: 4 << 20,
    seeds: () => [
      text('2380 h1.d. 10.0.0.1\n2380 h2.d. 10.0.0.2'),
      text('2381 h1.d. ::1\n2380 h2.d 10.0.0.2\n\n2380 h1.d. 10.0.0.1\n2380 h3.d.'),
    ],
    words: [
      '2380 ',
      '2381 ',
      'a=',
      ',',
      '10.0.0.1',
      '::1',
      '[',
      ']',
      '.',
      '\n\n',
      '\\000',
      'http://',
      ':',
      '@',
      '/',
      '?',
    ],
  },
];
