// Bundles the commands into dist/, so that they start fast: one file each, native modules left outside.
// A file named *-worker.ts is the entry of a worker thread; it lands beside the commands, so that
// `new URL('./name-worker.js', import.meta.url)` finds it both in the bundle and in a plain build.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './setup.mjs';

const entries = {
  etcd: 'packages/server/dist/etcd-main.js',
  etcdctl: 'packages/ctl/dist/etcdctl-main.js',
  etcdutl: 'packages/ctl/dist/etcdutl-main.js',
};

const workers = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name, 'dist'))
  .filter((directory) => existsSync(directory))
  .flatMap((directory) =>
    readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('-worker.js'))
      .map((entry) => [entry.name.slice(0, -3), join(entry.parentPath ?? entry.path, entry.name)]),
  );

const entryPoints = {};
for (const [name, path] of Object.entries(entries)) {
  if (existsSync(join(root, path))) entryPoints[name] = join(root, path);
}
for (const [name, path] of workers) entryPoints[name] = path;

await build({
  entryPoints,
  outdir: join(root, 'dist'),
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  external: ['lmdb'],
  sourcemap: 'linked',
  logLevel: 'warning',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
