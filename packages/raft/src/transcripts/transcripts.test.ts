// Our own transcripts (packages/raft/test), the published ones where they are at hand, and the runner itself.
import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseTranscript } from './datadriven.ts';
import { runTranscript } from './run.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.name.endsWith('.txt') ? [path] : [];
  });
}

for (const [name, folder] of [
  ['own', join(PACKAGE, 'test')],
  ['published', join(PACKAGE, '../../../shared/conformance/raft')],
] as const) {
  test(`${name} transcripts produce what they say`, {
    skip: existsSync(folder) ? false : 'not at hand',
  }, () => {
    const files = filesIn(folder);
    assert.ok(files.length > 0);
    for (const file of files) {
      const result = runTranscript(readFileSync(file, 'utf8'));
      assert.ok(result.directives > 0, file);
      assert.deepEqual(result.mismatches, [], file);
    }
  });
}

test('a wrong expectation is noticed, in every kind of transcript', () => {
  for (const text of [
    'committed cfg=(1,2,3) idx=(5,_,4)\n----\n      idx\n5\n',
    'vote cfg=(1,2) votes=(y,_)\n----\nVoteWon\n',
    'simple\nv1\n----\nvoters=(2)\n',
    'add-nodes 1 voters=(1) index=3\n----\nok\n\ncampaign 1\n----\nok\n\nprocess-ready 1\n----\nReady MustSync=false:\n',
    'no-such-command\n----\nok\n',
  ]) {
    assert.equal(runTranscript(text).mismatches.length, 1, text);
  }
});

test('log lines are not compared, everything else is', () => {
  const setUp = 'add-nodes 1 voters=(1) index=3\n----\nINFO whatever\n\n';
  assert.deepEqual(runTranscript(`${setUp}campaign 1\n----\nINFO 1 is starting\n`).mismatches, []);
  assert.equal(runTranscript(`${setUp}campaign 1\n----\nINFO 1 is starting\nmore\n`).mismatches.length, 1);
});

test('rewriting keeps comments, commands and input, and gives a transcript that passes', () => {
  const text = '# A comment.\n\nsimple\nv1\n----\nwrong\n\nsimple \\\n  \nv2\n----\n\n# The end.\n';
  const { rewritten } = runTranscript(text);
  assert.match(rewritten, /# A comment\.[\s\S]*voters=\(1 2\)[\s\S]*# The end\./);
  assert.deepEqual(runTranscript(rewritten).mismatches, []);
  assert.equal(runTranscript(rewritten).rewritten, rewritten);
});

test('arguments, lists, continued lines and doubled separators are read', () => {
  const pieces = parseTranscript(
    'cmd 1 a=(2, 3) b=x c=() \\\n  d=4\nin 1\nin 2\n----\n----\none\n\ntwo\n----\n----\n\nnext\n----\nok\n',
  );
  const directives = pieces.flatMap((piece) => (piece.kind === 'directive' ? [piece.directive] : []));
  assert.deepEqual(directives[0]?.args, [
    { key: '1', values: [] },
    { key: 'a', values: ['2', '3'] },
    { key: 'b', values: ['x'] },
    { key: 'c', values: [] },
    { key: 'd', values: ['4'] },
  ]);
  assert.equal(directives[0]?.input, 'in 1\nin 2');
  assert.equal(directives[0]?.expected, 'one\n\ntwo\n');
  assert.equal(directives[1]?.command, 'next');
  assert.throws(() => parseTranscript('cmd without output\n'), /no ----/);
});
