// `npm start`: installs and builds where needed, then becomes a member; arguments are etcd's flags.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const member = spawn(process.execPath, [join(root, 'bin', 'etcd'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => member.kill(signal));
member.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128);
});
