import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errors } from '@quorate/base';
import { checkTarget, clusterVersionOf } from './downgrade.ts';
import { parsePeerUrls } from './peer-urls.ts';

test('peer URLs: scheme, host and port and nothing else, sorted', () => {
  assert.deepEqual(parsePeerUrls(['http://b:2380', 'http://a:2380']), ['http://a:2380', 'http://b:2380']);
  assert.deepEqual(parsePeerUrls(['https://[::1]:2380']), ['https://[::1]:2380']);
  assert.deepEqual(parsePeerUrls(['unix://sock:1']), ['unix://sock:1']);
  for (const bad of [
    '',
    'a:1',
    'http://a',
    'ftp://a:1',
    'http://a:1/',
    'http://a:1/p',
    'http://a:99999',
    '://a:1',
  ]) {
    assert.equal(parsePeerUrls([bad]), undefined, bad);
  }
  assert.equal(parsePeerUrls([]), undefined);
});

test('downgrade: one minor down, one at a time, versions in either form', () => {
  const off = { enabled: false, targetVersion: '' };
  assert.equal(clusterVersionOf('3.6'), '3.6.0');
  assert.equal(clusterVersionOf('3.6.9'), '3.6.0');
  for (const bad of ['', '3', 'v3.6', '3.6.x', '3.6.1.2']) assert.equal(clusterVersionOf(bad), undefined);
  assert.equal(checkTarget('3.6.0', '3.7.0', off), undefined);
  assert.equal(checkTarget('3.5.0', '3.7.0', off), errors.invalidDowngradeTargetVersion);
  assert.equal(checkTarget('3.7.0', '3.7.0', off), errors.invalidDowngradeTargetVersion);
  assert.equal(checkTarget('3.6.0', undefined, off), errors.clusterVersionUnavailable);
  const running = { enabled: true, targetVersion: '3.6.0' };
  assert.equal(checkTarget('3.6.0', '3.7.0', running), errors.downgradeInProcess);
});
