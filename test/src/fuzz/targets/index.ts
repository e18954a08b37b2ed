// All targets, by name.
import type { FuzzTarget } from '../target.ts';

interface TargetFile {
  readonly targets: readonly FuzzTarget[];
}

/** The files that hold the targets whose names begin with a word. The slowest is first, so that a campaign does not end with it alone. */
const FILES: Readonly<Record<string, readonly (() => Promise<TargetFile>)[]>> = {
  member: [() => import('./member.ts')],
  hpack: [() => import('./hpack.ts')],
  h2: [() => import('./h2.ts')],
  grpc: [() => import('./grpc.ts')],
  http1: [() => import('./http1.ts')],
  proto: [() => import('./proto.ts')],
  json: [() => import('./json.ts')],
  v2: [() => import('./v2.ts')],
  discovery: [
    () => import('./discovery.ts'),
    () => import('./discovery-v3.ts'),
    () => import('./discovery-srv.ts'),
  ],
  config: [() => import('./config.ts')],
  ctl: [() => import('./ctl.ts')],
  peer: [
    () => import('./peer.ts'),
    () => import('./peer-answers.ts'),
    () => import('./peer-response.ts'),
    () => import('./peer-snapshot.ts'),
  ],
  storage: [() => import('./storage.ts'), () => import('./storage-pages.ts')],
  raft: [() => import('./raft.ts')],
};

async function targetsOf(files: readonly (() => Promise<TargetFile>)[]): Promise<FuzzTarget[]> {
  const loaded: FuzzTarget[] = [];
  for (const load of files) loaded.push(...(await load()).targets);
  return loaded;
}

/** Every target's name, in the order of the files. */
export async function targetNames(): Promise<string[]> {
  return (await targetsOf(Object.values(FILES).flat())).map(({ name }) => name);
}

/** @throws Error if there is none of that name */
export async function loadTarget(name: string): Promise<FuzzTarget> {
  const [family = ''] = name.split('-', 1);
  const found = (await targetsOf(FILES[family] ?? [])).find((target) => target.name === name);
  if (found === undefined) throw new Error(`no fuzz target is named ${name}`);
  return found;
}
