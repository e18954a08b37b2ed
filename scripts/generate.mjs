// Regenerates every committed generated file. Today that is the protobuf codecs.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const generator = fileURLToPath(new URL('../packages/proto/scripts/generate.mjs', import.meta.url));
process.exitCode = spawnSync(process.execPath, [generator], { stdio: 'inherit' }).status ?? 1;
