// Bundles the commands into dist/, so that they start fast.
//
// `etcd` and its threads are one file each, run by dist/load.js together with their bytecode (scripts/bundle/). A file named
// *-worker.ts is the entry of a thread; its stub lands beside the commands' as name-worker.js, so that
// `new URL('./name-worker.js', import.meta.url)` finds it both in the bundle and in a plain build.
// `etcdctl` and `etcdutl` load the parts of a command when it is given; they are modules, split into chunks.
//
// A command that runs meanwhile keeps its files: code is named after its content, stubs are exchanged by renaming.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { root } from './setup.mjs';

const dist = join(root, 'dist');
const code = join(dist, 'code');
const parts = (name) => fileURLToPath(new URL(`./bundle/${name}`, import.meta.url));

function packageFile(path) {
  return join(root, 'packages', path);
}

const threads = readdirSync(join(root, 'packages'))
  .map((name) => packageFile(join(name, 'dist')))
  .filter((directory) => existsSync(directory))
  .flatMap((directory) =>
    readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('-worker.js'))
      .map((entry) => [entry.name.slice(0, -3), join(entry.parentPath ?? entry.path, entry.name)]),
  );

/** Writes a file in one step. */
function put(path, text) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  logLevel: 'warning',
};

/** The storage package loads LMDB's binding when it opens a store, unseen by the bundler: here it is part of the bundle. */
const bundledLmdb = {
  name: 'bundled-lmdb',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lmdb-module\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace("createRequire(import.meta.url)('lmdb')", "require('lmdb')");
      if (contents === text) throw new Error(`${path} loads LMDB in another way than it did`);
      return { contents };
    });
  },
};

async function bundleScripts() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: Object.fromEntries([['etcd', packageFile('server/dist/etcd-main.js')], ...threads]),
    outdir: code,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    write: false,
    plugins: [bundledLmdb],
    alias: {
      'node-gyp-build-optional-packages': parts('lmdb-addon.cjs'),
      'msgpackr-extract': parts('absent.cjs'),
    },
    define: { 'import.meta.url': '__importMetaUrl' },
    banner: {
      js: `(function (require, module, exports, __filename, __dirname) {\nconst __importMetaUrl = require('node:url').pathToFileURL(__filename).href;`,
    },
    footer: { js: '})' },
  });
  const made = [];
  for (const { path, text } of outputFiles) {
    if (!path.endsWith('.cjs')) continue;
    const name = path.slice(code.length + 1, -'.cjs'.length);
    const map = outputFiles.find((file) => file.path === `${path}.map`).text;
    const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
    const file = join(code, `${name}-${version}.cjs`);
    // The reference to the map stands behind the footer.
    put(file, text.replace(`${name}.cjs.map`, `${name}-${version}.cjs.map`));
    put(`${file}.map`, map);
    made.push({ name, version, file });
  }
  execFileSync(process.execPath, [parts('write-bytecode.mjs'), ...made.map(({ file }) => file)], {
    stdio: 'inherit',
    // Flags of whoever builds are not those of whoever runs it.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  copyFileSync(parts('load.cjs'), join(dist, 'load.js'));
  for (const { name, version } of made) {
    put(join(dist, `${name}.js`), `require('./load.js').load('${name}', '${version}');\n`);
  }
  const kept = made.flatMap(({ name, version }) => [
    `${name}-${version}.cjs`,
    `${name}-${version}.cjs.map`,
    `${name}-${version}.bytecode`,
  ]);
  for (const old of readdirSync(code)) if (!kept.includes(old)) rmSync(join(code, old));
}

async function bundleModules() {
  await build({
    ...common,
    entryPoints: {
      etcdctl: packageFile('ctl/dist/etcdctl-main.js'),
      etcdutl: packageFile('ctl/dist/etcdutl-main.js'),
    },
    outdir: dist,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    external: ['lmdb'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
}

mkdirSync(code, { recursive: true });
put(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
await Promise.all([bundleScripts(), bundleModules()]);
