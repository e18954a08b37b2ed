// Which process holds the other end of a loopback connection, by what Linux tells in /proc.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Inode of the socket of 127.0.0.1 at this port. */
function inodeOf(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n')) {
    const fields = line.trim().split(/\s+/);
    // Connected (01) sockets only: a listening one at this port is another.
    if (fields[1] === `0100007F:${hex}` && fields[3] === '01') return fields[9];
  }
  return undefined;
}

function holds(pid: number, link: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkAt(`/proc/${pid}/fd/${fd}`) === link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    // Closed since the directory was read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The one of these processes that connected from this port of 127.0.0.1. */
export function ownerOf(
  port: number,
  pids: Iterable<readonly [name: string, pid: number]>,
): string | undefined {
  const inode = inodeOf(port);
  if (inode === undefined) return undefined;
  for (const [name, pid] of pids) if (holds(pid, `socket:[${inode}]`)) return name;
  return undefined;
}
