/** The `etcdctl` command. */
import { commandArguments } from './cli/argument-bytes.ts';
import { runEtcdctl } from './etcdctl.ts';

// Open connections and timers would keep the process alive after the command is done.
process.exit(await runEtcdctl(commandArguments()));
