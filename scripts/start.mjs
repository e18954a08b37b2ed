// `npm start`: installs and builds where needed, then becomes a member; arguments are etcd's flags.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const member = spawn(process.execPath, [join(root, 'bin', 'etcd'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
let asked = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    asked = true;
    member.kill(signal);
  });
}
member.on('exit', (code) => {
  process.exitCode = asked ? 0 : (code ?? 1);
});
