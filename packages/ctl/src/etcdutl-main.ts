/** The `etcdutl` command. */
import { commandArguments } from './cli/argument-bytes.ts';
import { runEtcdutl } from './etcdutl/run.ts';

// Threads of a store that was opened would keep the process alive after the command is done.
process.exit(await runEtcdutl(commandArguments()));
