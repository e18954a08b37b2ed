// All targets, by name.
import type { FuzzTarget } from '../target.ts';

/** The file that holds the targets whose names begin with a word. */
const FILES = {
  hpack: () => import('./hpack.ts'),
  h2: () => import('./h2.ts'),
  grpc: () => import('./grpc.ts'),
  http1: () => import('./http1.ts'),
  proto: () => import('./proto.ts'),
  json: () => import('./json.ts'),
  v2: () => import('./v2.ts'),
  discovery: () => import('./discovery.ts'),
  config: () => import('./config.ts'),
  ctl: () => import('./ctl.ts'),
  peer: () => import('./peer.ts'),
  storage: () => import('./storage.ts'),
  raft: () => import('./raft.ts'),
  member: () => import('./member.ts'),
} satisfies Record<string, () => Promise<{ readonly targets: readonly FuzzTarget[] }>>;

/** Every target's name, in the order of the files. */
export async function targetNames(): Promise<string[]> {
  const names: string[] = [];
  for (const load of Object.values(FILES)) names.push(...(await load()).targets.map(({ name }) => name));
  return names;
}

/** @throws Error if there is none of that name */
export async function loadTarget(name: string): Promise<FuzzTarget> {
  const family = name.split('-', 1)[0] as keyof typeof FILES;
  const found = (await FILES[family]?.())?.targets.find((target) => target.name === name);
  if (found === undefined) throw new Error(`no fuzz target is named ${name}`);
  return found;
}
