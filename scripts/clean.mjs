// Removes everything that a build made.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const projects = [
  ...readdirSync(join(root, 'packages')).map((name) => join('packages', name)),
  'test',
  'bench',
  '.',
];
for (const project of projects) rmSync(join(root, project, 'dist'), { recursive: true, force: true });
