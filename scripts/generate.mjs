// Writes every committed generated file anew: the message codecs and the page of settings.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, setUp } from './setup.mjs';

const generator = join(root, 'packages', 'proto', 'scripts', 'generate.mjs');
const { status } = spawnSync(process.execPath, [generator], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
setUp();
const { flagsPage } = await import(pathToFileURL(join(root, 'packages', 'server', 'dist', 'index.js')).href);
writeFileSync(join(root, 'docs', 'SETTINGS.md'), flagsPage());
