// The node file system behind the Disk interface.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type DiskCallback, DiskError, makeDirectoryDurable, parentPath, readWholeFile } from './disk.ts';
import { nodeDisk } from './disk-node.ts';

let root = '';
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'quorate-disk-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

const at = (name: string): string => path.join(root, name);
const outcome = (start: (done: DiskCallback) => void): Promise<DiskError | undefined> => new Promise(start);

function fails(code: string, action: () => unknown): void {
  assert.throws(
    action,
    (error) => error instanceof DiskError && error.code === code && error.path.startsWith(root),
  );
}

test('files are opened in the four modes, new ones private', () => {
  fails('ENOENT', () => nodeDisk.open(at('a'), 'read'));
  fails('ENOENT', () => nodeDisk.open(at('a'), 'update'));
  const made = nodeDisk.open(at('a'), 'createNew');
  made.write(Buffer.from('0123456789'), 2, 5, 0);
  made.close();
  made.close();
  assert.equal(fs.statSync(at('a')).mode & 0o777, 0o600);
  fails('EEXIST', () => nodeDisk.open(at('a'), 'createNew'));
  const updated = nodeDisk.open(at('a'), 'update');
  updated.write(Buffer.from('X'), 0, 1, 4);
  updated.close();
  assert.equal(Buffer.from(readWholeFile(nodeDisk, at('a'))).toString(), '2345X');
  nodeDisk.open(at('a'), 'replace').close();
  assert.equal(nodeDisk.stat(at('a'))?.size, 0);
  const read = nodeDisk.open(at('a'), 'read');
  fails('EBADF', () => read.write(Buffer.from('x'), 0, 1, 0));
  read.close();
});

test('reads stop at the end; truncation cuts and extends with zeros', () => {
  const file = nodeDisk.open(at('a'), 'replace');
  file.write(Buffer.from('abcdef'), 0, 6, 0);
  const into = Buffer.alloc(10, '.');
  assert.equal(file.read(into, 1, 9, 4), 2);
  assert.equal(into.toString(), '.ef.......');
  assert.equal(file.read(into, 0, 10, 100), 0);
  file.truncate(3);
  file.truncate(5);
  assert.equal(file.size(), 5);
  assert.equal(file.read(into, 0, 10, 0), 5);
  assert.deepEqual(into.subarray(0, 5), Buffer.from('abc\0\0'));
  file.dataSync();
  file.close();
});

test('asynchronous operations tell how they went, later', async () => {
  const file = nodeDisk.open(at('a'), 'replace');
  let told = false;
  const written = outcome((done) =>
    file.writeAsync(Buffer.from('later'), 0, 5, 3, (error) => {
      told = true;
      done(error);
    }),
  );
  assert.equal(told, false);
  assert.equal(await written, undefined);
  assert.equal(await outcome((done) => file.dataSyncAsync(done)), undefined);
  assert.equal(await outcome((done) => nodeDisk.syncDirectoryAsync(root, done)), undefined);
  file.close();
  assert.equal(Buffer.from(readWholeFile(nodeDisk, at('a'))).toString(), '\0\0\0later');
  assert.equal(await outcome((done) => nodeDisk.removeAsync(at('a'), done)), undefined);
  assert.equal((await outcome((done) => nodeDisk.removeAsync(at('a'), done)))?.code, 'ENOENT');
  assert.equal((await outcome((done) => nodeDisk.syncDirectoryAsync(at('none'), done)))?.code, 'ENOENT');
  assert.equal((await outcome((done) => file.dataSyncAsync(done)))?.code, 'EBADF');
});

test('directories are made, listed, renamed and removed', () => {
  makeDirectoryDurable(nodeDisk, at('x/y/z'));
  makeDirectoryDurable(nodeDisk, at('x/y/z'));
  assert.equal(fs.statSync(at('x/y')).mode & 0o777, 0o700);
  for (const name of ['b', 'a', 'B']) nodeDisk.open(at(`x/y/${name}`), 'replace').close();
  assert.deepEqual(nodeDisk.list(at('x/y')), ['B', 'a', 'b', 'z']);
  nodeDisk.rename(at('x/y'), at('w'));
  nodeDisk.rename(at('w/a'), at('w/b'));
  assert.deepEqual(nodeDisk.list(at('w')), ['B', 'b', 'z']);
  nodeDisk.syncDirectory(root);
  nodeDisk.remove(at('w/B'));
  fails('ENOENT', () => nodeDisk.remove(at('w/B')));
  nodeDisk.removeTree(at('w'));
  nodeDisk.removeTree(at('w'));
  assert.equal(nodeDisk.stat(at('w')), undefined);
  assert.equal(nodeDisk.stat(root)?.isDirectory, true);
  fails('ENOENT', () => nodeDisk.list(at('w')));
  assert.ok(nodeDisk.space(root).freeBytes > 0);
  assert.equal(parentPath('/a/b/'), '/a');
  assert.equal(parentPath('/a'), '/');
  assert.equal(parentPath('a'), '.');
});

test('a directory has one owner, in this process and among all; a killed owner leaves it free', () => {
  const lock = nodeDisk.lockDirectory(root);
  fails('ELOCKED', () => nodeDisk.lockDirectory(root));
  const other = (body: string, ...wrap: string[]) => {
    const script = `import { nodeDisk } from ${JSON.stringify(import.meta.resolve('./disk-node.js'))};
      const lock = () => nodeDisk.lockDirectory(${JSON.stringify(root)});
      ${body}`;
    const [command, ...args] = [...wrap, process.execPath, '--input-type=module', '-e', script];
    return spawnSync(command as string, args, { encoding: 'utf8' });
  };
  const attempt = `try { lock(); console.log('taken'); } catch (e) { console.log(e.code, e.message); }`;
  assert.match(other(attempt).stdout, /^ELOCKED .*in use by another process/);
  // Another network namespace is what another container on the same volume looks like.
  if (process.platform === 'linux' && spawnSync('unshare', ['-n', 'true']).status === 0) {
    assert.match(other(attempt, 'unshare', '-n').stdout, /^ELOCKED .*another container/);
    lock.release();
    const killed = other(`lock(); process.kill(process.pid, 'SIGKILL');`, 'unshare', '-n');
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
  }
  lock.release();
  lock.release();
  const killed = other(`lock(); process.kill(process.pid, 'SIGKILL');`);
  assert.equal(killed.signal, 'SIGKILL', killed.stderr);
  nodeDisk.lockDirectory(root).release();
  assert.deepEqual(fs.readdirSync(root), []);
  const renamed = at('inner');
  nodeDisk.makeDirectory(renamed);
  const held = nodeDisk.lockDirectory(renamed);
  assert.match(other(attempt).stdout, /^taken/, 'the lock is of the directory, not of its parent');
  held.release();
});
