// Generates src/gen/*.ts from proto/**/*.proto. Run by `npm run generate`; the test beside the generated
// code runs it in memory and compares.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emitFile, emitIndex, emitServices } from './emit.mjs';
import { buildModel } from './model.mjs';
import { parseProto } from './parse-proto.mjs';

const packageDir = dirname(dirname(fileURLToPath(import.meta.url)));
const protoDir = join(packageDir, 'proto');
const outDir = join(packageDir, 'src', 'gen');

/** All generated files: name to text. */
export function generate() {
  const sources = readdirSync(protoDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.proto'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => relative(protoDir, path).replaceAll('\\', '/'))
    .filter((path) => path !== 'quorate/options.proto')
    .sort();
  const model = buildModel(
    sources.map((path) => parseProto(readFileSync(join(protoDir, path), 'utf8'), path)),
  );
  const output = new Map();
  for (const file of model.files) output.set(`${file.module}.ts`, emitFile(file));
  output.set('services.ts', emitServices(model.services));
  output.set('index.ts', emitIndex(model.files));
  return output;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const output = generate();
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  for (const [name, text] of output) writeFileSync(join(outDir, name), text);
  console.log(`wrote ${output.size} files to ${relative(process.cwd(), outDir)}`);
}
