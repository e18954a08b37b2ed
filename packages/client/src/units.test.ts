import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors, GrpcCode } from '@quorate/base';
import { GrpcError } from '@quorate/wire';
import {
  describeError,
  EndpointError,
  fromKeyRange,
  isEtcdError,
  parseEndpoint,
  prefixEnd,
  prefixRange,
} from './index.ts';

test('endpoints with and without scheme and port', () => {
  const target = (text: string): unknown => parseEndpoint(text).target;
  assert.deepEqual(target('10.0.0.1:1234'), { host: '10.0.0.1', port: 1234 });
  assert.deepEqual(target('http://etcd.example:80/'), { host: 'etcd.example', port: 80 });
  assert.deepEqual(target('https://[::1]:2379'), { host: '::1', port: 2379 });
  assert.deepEqual(target('localhost'), { host: 'localhost', port: 2379 });
  assert.deepEqual(target('unix:///run/etcd.sock'), { path: '/run/etcd.sock' });
  assert.equal(parseEndpoint('https://a:1').secure, true);
  assert.equal(parseEndpoint('http://a:1').secure, false);
  assert.equal(parseEndpoint('a:1').secure, undefined);
  for (const bad of ['', 'ftp://a:1', 'a:b', 'a:99999', 'a b:1', 'http://', 'unix://']) {
    assert.throws(() => parseEndpoint(bad), EndpointError, bad);
  }
});

test('the end of a prefix', () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  assert.equal(hex(prefixEnd('a')), '62');
  assert.equal(hex(prefixEnd(Buffer.from([0x61, 0xff]))), '62');
  assert.equal(hex(prefixEnd(Buffer.from([0xff, 0xff]))), '00');
  assert.deepEqual(prefixRange('').rangeEnd, Buffer.from([0]));
  assert.deepEqual(fromKeyRange('').key, Buffer.from([0]));
});

test("errors read as etcd's client shows them", () => {
  const { noSpace } = errors;
  assert.equal(
    describeError(new GrpcError(noSpace.code, noSpace.message)),
    'etcdserver: mvcc: database space exceeded',
  );
  assert.equal(
    describeError(new GrpcError(GrpcCode.DeadlineExceeded, 'anything')),
    'context deadline exceeded',
  );
  assert.equal(describeError(new GrpcError(GrpcCode.Internal, 'x')), 'rpc error: code = Internal desc = x');
  assert.equal(describeError(new GrpcError(99, 'x')), 'rpc error: code = Code(99) desc = x');
  assert.equal(describeError(new Error('plain')), 'plain');
  assert.ok(isEtcdError(new GrpcError(noSpace.code, noSpace.message)));
  assert.ok(!isEtcdError(new GrpcError(GrpcCode.Internal, 'x')));
});
