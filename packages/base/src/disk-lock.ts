// Exclusive ownership of a directory without flock, which Node's core does not offer.
//
// Linux, two layers, both released by the kernel however the process ends:
// 1. A unix socket in the abstract name space, named after the directory's device and inode. Binding it is atomic
//    and leaves nothing behind, but the name space belongs to a network namespace: containers do not see each other's.
// 2. For those, a socket *file* in the directory, one name per network namespace, which can be connected to from any
//    of them. Each process first publishes its own (layer 1 makes the name its own), then tries to connect to all the
//    others: of two processes at least one sees the other, and a file nobody listens on is a dead process's.
// A Go etcd on the same directory holds kernel locks on the log segments, which /proc/locks shows.
// Elsewhere: a file with the owner's process id, taken over when that process is gone.
import * as fs from 'node:fs';
import * as net from 'node:net';
import { Worker } from 'node:worker_threads';
import { DiskError, type DiskLock } from './disk.ts';

const LOCK_PREFIX = '.lock';
/** How long another owner's socket may take to answer before it counts as alive (it exists, so: better not start). */
const PROBE_TIMEOUT_MS = 3000;

function locked(directory: string, who: string): DiskError {
  return new DiskError('ELOCKED', 'lock', directory, {
    detail: `the directory is in use by another process (${who}); stop it first, or use another directory`,
  });
}

/** Takes the directory. @throws DiskError ELOCKED, or a system error */
export function lockNodeDirectory(directory: string): DiskLock {
  const real = fs.realpathSync(directory);
  return process.platform === 'linux' ? lockLinux(directory, real) : lockPidFile(directory, real);
}

function listen(path: string): net.Server | undefined {
  const server = net.createServer((socket) => socket.destroy());
  server.on('error', () => {}); // the outcome is read from `listening`; binding is synchronous
  server.listen({ path, exclusive: true });
  if (!server.listening) return undefined;
  server.unref();
  return server;
}

function lockLinux(directory: string, real: string): DiskLock {
  const stat = fs.statSync(real, { bigint: true });
  const abstract = listen(`\0quorate-dir-${stat.dev}-${stat.ino}`);
  if (abstract === undefined) throw locked(directory, 'a process of this machine');
  let published: net.Server | undefined;
  let directoryFd: number | undefined;
  const socketName = `${LOCK_PREFIX}-${networkNamespace()}`;
  const release = (): void => {
    if (directoryFd === undefined) return;
    published?.close(); // closing the listener removes its file
    abstract.close();
    fs.rmSync(`${real}/${socketName}`, { force: true });
    fs.closeSync(directoryFd);
    directoryFd = undefined;
  };
  try {
    // Socket paths are limited to 107 bytes: bind through the directory's descriptor, which keeps them short.
    directoryFd = fs.openSync(real, fs.constants.O_RDONLY);
    const etcd = goOwner(real);
    if (etcd !== undefined) throw locked(directory, etcd);
    fs.rmSync(`${real}/${socketName}`, { force: true });
    published = listen(`/proc/self/fd/${directoryFd}/${socketName}`);
    // A file system that cannot hold sockets (some network mounts) is left with layer 1.
    for (const name of fs.readdirSync(real)) {
      if (!name.startsWith(`${LOCK_PREFIX}-`) || name === socketName) continue;
      const other = `/proc/self/fd/${directoryFd}/${name}`;
      if (isAnswering(other)) throw locked(directory, 'a process in another container');
      fs.rmSync(`${real}/${name}`, { force: true });
    }
  } catch (error) {
    abstract.close();
    release();
    throw error;
  }
  return { release };
}

function networkNamespace(): string {
  try {
    return /\d+/.exec(fs.readlinkSync('/proc/self/ns/net'))?.[0] ?? '0';
  } catch {
    return '0'; // no /proc: all such processes share one name, which layer 1 still guards
  }
}

/** Connects from a thread of its own while this one waits: locking is synchronous, connecting is not. */
function isAnswering(path: string): boolean {
  const ANSWERING = 1;
  const REFUSED = 2;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const source = `
    const { workerData: { path, cell } } = require('node:worker_threads');
    const tell = (value) => { Atomics.store(cell, 0, value); Atomics.notify(cell, 0); };
    const socket = require('node:net').connect({ path });
    socket.on('connect', () => { tell(${ANSWERING}); socket.destroy(); });
    socket.on('error', (e) => tell(e.code === 'ECONNREFUSED' || e.code === 'ENOENT' || e.code === 'ENOTSOCK' ? ${REFUSED} : ${ANSWERING}));
  `;
  const worker = new Worker(source, {
    eval: true,
    execArgv: [],
    workerData: { path, cell },
    stdout: false,
    stderr: false,
  });
  worker.unref();
  Atomics.wait(cell, 0, 0, PROBE_TIMEOUT_MS);
  const answer = Atomics.load(cell, 0);
  worker.terminate().catch(() => {}); // it has nothing left to do
  return answer !== REFUSED;
}

/** Whether someone holds a kernel lock on a file of the directory, as Go etcd does on its log segments. */
function goOwner(real: string): string | undefined {
  const owners = kernelLocks();
  if (owners.size === 0) return undefined;
  for (const name of fs.readdirSync(real)) {
    if (!name.endsWith('.wal')) continue;
    const { dev, ino } = fs.statSync(`${real}/${name}`, { bigint: true });
    const owner = owners.get(lockKey(dev, ino));
    if (owner === undefined) continue;
    return owner === '-1' ? `it holds a lock on ${name}` : `process ${owner} holds a lock on ${name}`;
  }
  return undefined;
}

/** Process ids (-1: not told) that hold write locks, by file as /proc/locks names it. */
function kernelLocks(): Map<string, string> {
  const owners = new Map<string, string>();
  let text: string;
  try {
    text = fs.readFileSync('/proc/locks', 'latin1');
  } catch {
    return owners; // hidden or not there: one safeguard less
  }
  for (const line of text.split('\n')) {
    const match = /(?:FLOCK|OFDLCK|POSIX)\s+\S+\s+WRITE\s+(-?\d+)\s+(\S+)\s/.exec(line);
    if (match !== null) owners.set(match[2] as string, match[1] as string);
  }
  return owners;
}

/** `major:minor:inode`, the device numbers in hexadecimal. */
function lockKey(dev: bigint, ino: bigint): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
  return `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}:${ino}`;
}

/** Platforms without abstract sockets: a file that names its owner. */
function lockPidFile(directory: string, real: string): DiskLock {
  const path = `${real}/${LOCK_PREFIX}`;
  for (let attempt = 0; ; attempt++) {
    try {
      fs.writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 2) throw error;
      const owner = Number.parseInt(fs.readFileSync(path, 'latin1'), 10);
      if (owner === process.pid ? heldHere.has(path) : isRunning(owner)) {
        throw locked(directory, `process ${owner}`);
      }
      fs.rmSync(path, { force: true });
    }
  }
  heldHere.add(path);
  return {
    release: () => {
      if (heldHere.delete(path)) fs.rmSync(path, { force: true });
    },
  };
}

const heldHere = new Set<string>();

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
