// Removes compiled files whose sources are gone: the compiler leaves them, and tests and workers are found by their names.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './setup.mjs';

const projects = [
  ...readdirSync(join(root, 'packages')).map((name) => join('packages', name)),
  'bench',
  'test',
];
for (const project of projects) {
  const dist = join(root, project, 'dist');
  if (!existsSync(dist)) continue;
  for (const entry of readdirSync(dist, { withFileTypes: true, recursive: true })) {
    const match = entry.isFile() ? /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(entry.name) : null;
    if (match === null) continue;
    const directory = entry.parentPath ?? entry.path;
    const source = join(root, project, 'src', relative(dist, directory), `${match[1]}.ts`);
    if (!existsSync(source)) rmSync(join(directory, entry.name));
  }
}
