import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseVersion } from './version.ts';
import { decideVersion, isDowngraded } from './version-decision.ts';

function decided(current?: string, lowest?: string, target?: string): string | undefined {
  const version = (text: string | undefined) => (text === undefined ? undefined : parseVersion(text));
  const found = decideVersion({
    current: version(current),
    lowest: version(lowest),
    target: version(target),
  });
  return found === undefined ? undefined : `${found.major}.${found.minor}`;
}

test('the version rises with the slowest member, and never falls by itself', () => {
  assert.equal(decided(undefined, undefined), '3.0');
  assert.equal(decided(undefined, '3.4'), '3.4');
  assert.equal(decided('3.0', '3.7'), '3.7');
  assert.equal(decided('3.4', '3.4'), undefined);
  assert.equal(decided('3.7', '3.6'), undefined);
  assert.equal(decided('3.4', undefined), undefined);
});

test('a downgrade lowers it by one minor version and keeps it there', () => {
  assert.equal(decided('3.7', '3.7', '3.6'), '3.6');
  assert.equal(decided('3.7', '3.6', '3.6'), '3.6', 'somebody runs the older one already');
  assert.equal(decided('3.6', '3.7', '3.6'), undefined);
  assert.equal(decided('3.6', '3.6', '3.6'), undefined);
  assert.equal(decided('3.7', '3.7', '3.5'), undefined, 'two at once');
  assert.equal(decided('3.7', '3.5', '3.6'), undefined, 'somebody runs an even older one');
  assert.equal(decided('3.7', undefined, '3.6'), undefined, "somebody's version is not known");
});

test('a downgrade is over when everybody runs what it aimed at', () => {
  assert.equal(isDowngraded('3.6.0', ['3.6.0', '3.6.14']), true);
  assert.equal(isDowngraded('3.6.0', ['3.6.0', '3.7.0']), false);
  assert.equal(isDowngraded('3.6.0', ['3.6.0', undefined]), false);
  assert.equal(isDowngraded('', ['3.6.0']), false);
});
