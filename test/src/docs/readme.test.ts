// The README shows real output: every command in its console blocks is run and must print what stands there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { flagsPage } from '@quorate/server';
import { freePort, projectRoot, startMember, temporaryDirectory } from '../harness/process.ts';
import { consoleExamples } from './console-blocks.ts';

/** Ids depend on the peer URL, which a test cannot share with a running member. */
function withoutIds(text: string): string {
  return text
    .replace(/"(cluster_id|member_id)":"?\d+"?/g, '"$1":N')
    .replace(/^[0-9a-f]{15,16}, started, .*$/gm, 'MEMBER')
    .trimEnd();
}

test('the commands of the README print what it shows', async () => {
  const found = consoleExamples(readFileSync(join(projectRoot, 'README.md'), 'utf8'));
  assert.ok(found.length >= 8, 'the README has examples');
  const directory = temporaryDirectory();
  const member = await startMember({
    dataDir: join(directory.path, 'data'),
    clientPort: await freePort(),
    peerPort: await freePort(),
  });
  try {
    for (const { command, output } of found) {
      const address = `127.0.0.1:${member.clientPort}`;
      const { stdout, stderr } = spawnSync('sh', ['-c', command.replaceAll('127.0.0.1:2379', address)], {
        cwd: projectRoot,
        encoding: 'utf8',
        env: { ...process.env, ETCDCTL_ENDPOINTS: address },
      });
      assert.equal(withoutIds(stdout + stderr), withoutIds(output), command);
    }
  } finally {
    await member.end('SIGTERM');
    directory.dispose();
  }
});

test('the page of settings is the one that the flag table makes', () => {
  assert.equal(readFileSync(join(projectRoot, 'docs', 'SETTINGS.md'), 'utf8'), flagsPage());
});
