/** The `etcdctl` command. */
import { commandArguments } from './cli/argument-bytes.ts';
import { interruption } from './cli/interruption.ts';
import { runEtcdctl } from './etcdctl.ts';

const args = commandArguments();
// These hold something in the cluster; an interrupt lets them give it back, however early it comes.
const holding = (word: string): boolean =>
  word.length > 1 && ('lock'.startsWith(word) || 'elect'.startsWith(word));
if (args.some(holding)) interruption();

// Open connections and timers would keep the process alive after the command is done.
process.exit(await runEtcdctl(args));
