/** get, ls, set, setdir, mk, mkdir, update, updatedir, rm, rmdir, watch, exec-watch. */
import { spawn } from 'node:child_process';
import type { V2Client, V2Event, V2SetOptions } from '@quorate/client';
import { stderr, stdout } from '../cli/output.ts';
import { readAllStdin } from '../cli/stdin.ts';
import { failure, plainFailure, type V2Context, V2Exit } from './context.ts';
import { printEvent, printNames } from './print.ts';

/** Makes a client, then awaits what `work` does with it; failures end the command. */
async function serve(context: V2Context, work: (client: V2Client) => Promise<V2Event>): Promise<V2Event> {
  const client = await context.client();
  try {
    return await work(client);
  } catch (error) {
    throw failure(V2Exit.ServerError, error);
  }
}

function keyArgument({ args: [key] }: V2Context): string {
  if (key === undefined) throw failure(V2Exit.BadArgs, 'key required');
  return key;
}

function valueArgument({ args: [, value] }: V2Context): string {
  if (value !== undefined) return value;
  const input = readAllStdin().toString('utf8');
  if (input === '') throw failure(V2Exit.BadArgs, 'value required');
  return input;
}

export async function get(context: V2Context): Promise<void> {
  const key = keyArgument(context);
  const options = { sorted: context.flags.bool('sort'), quorum: context.flags.bool('quorum') };
  const event = await serve(context, (client) => client.keys.get(key, options, context.limited));
  if (event.node.dir === true) throw plainFailure(`${event.node.key}: is a directory`);
  printEvent(event, context.output);
}

export async function ls(context: V2Context): Promise<void> {
  const { flags } = context;
  const options = {
    sorted: flags.bool('sort'),
    recursive: flags.bool('recursive'),
    quorum: flags.bool('quorum'),
  };
  const key = context.args[0] ?? '/';
  const event = await serve(context, (client) => client.keys.get(key, options, context.limited));
  if (context.output !== 'simple') {
    printEvent(event, context.output);
    return;
  }
  if (event.node.dir !== true) printNames(event.node, false);
  else for (const node of event.node.nodes ?? []) printNames(node, flags.bool('p'));
}

async function setKey(context: V2Context, options: V2SetOptions): Promise<void> {
  const key = keyArgument(context);
  const value = valueArgument(context);
  const ttl = context.flags.int('ttl');
  const event = await serve(context, (client) =>
    client.keys.set(key, value, { ...options, ttl }, context.limited),
  );
  printEvent(event, context.output);
}

export function set(context: V2Context): Promise<void> {
  const prevValue = context.flags.string('swap-with-value');
  const prevIndex = context.flags.int('swap-with-index');
  return setKey(context, { prevValue, prevIndex });
}

export function update(context: V2Context): Promise<void> {
  return setKey(context, { prevExist: true });
}

export async function mk(context: V2Context): Promise<void> {
  if (!context.flags.bool('in-order')) return setKey(context, { prevExist: false });
  const key = keyArgument(context);
  const value = valueArgument(context);
  const ttl = context.flags.int('ttl');
  const event = await serve(context, (client) =>
    client.keys.createInOrder(key, value, { ttl }, context.limited),
  );
  printEvent(event, context.output);
}

async function setDirectory(context: V2Context, options: V2SetOptions): Promise<void> {
  const key = keyArgument(context);
  const all = { ...options, dir: true, ttl: context.flags.int('ttl') };
  const event = await serve(context, (client) => client.keys.set(key, '', all, context.limited));
  if (context.output !== 'simple') printEvent(event, context.output);
}

export function mkdir(context: V2Context): Promise<void> {
  return setDirectory(context, { prevExist: false });
}

export function setdir(context: V2Context): Promise<void> {
  return setDirectory(context, {});
}

export function updatedir(context: V2Context): Promise<void> {
  return setDirectory(context, { prevExist: true });
}

async function remove(
  context: V2Context,
  options: { recursive?: boolean; dir?: boolean; prevValue?: string; prevIndex?: number },
): Promise<void> {
  const key = keyArgument(context);
  const event = await serve(context, (client) => client.keys.delete(key, options, context.limited));
  if (event.node.dir !== true || context.output !== 'simple') printEvent(event, context.output);
}

export function rm(context: V2Context): Promise<void> {
  const { flags } = context;
  return remove(context, {
    recursive: flags.bool('recursive'),
    dir: flags.bool('dir'),
    prevValue: flags.string('with-value'),
    prevIndex: flags.int('with-index'),
  });
}

export function rmdir(context: V2Context): Promise<void> {
  return remove(context, { dir: true });
}

/** Watching ends quietly when interrupted. */
function endQuietlyOnInterrupt(): void {
  process.once('SIGINT', () => process.exit(V2Exit.Success));
}

function watchOptions({ flags }: V2Context): { recursive: boolean; afterIndex: number } {
  return { recursive: flags.bool('recursive'), afterIndex: flags.int('after-index') };
}

export async function watch(context: V2Context): Promise<void> {
  const key = keyArgument(context);
  const options = watchOptions(context);
  const client = await context.client();
  endQuietlyOnInterrupt();
  try {
    for await (const event of client.keys.watch(key, options)) {
      if (event.node.dir === true) continue;
      if (options.recursive) printHeading(event);
      printEvent(event, context.output);
      if (!context.flags.bool('forever')) return;
    }
  } catch (error) {
    throw failure(V2Exit.ServerError, error);
  }
}

function printHeading({ action, node }: V2Event): void {
  stdout.write(`[${action}] ${node.key}\n`);
}

export async function execWatch(context: V2Context): Promise<void> {
  const [key, ...rest] = context.args;
  const command = rest[0] === '--' ? rest.slice(1) : rest;
  if (key === undefined || command.length === 0) {
    throw failure(V2Exit.BadArgs, 'key and command to exec required');
  }
  const client = await context.client();
  endQuietlyOnInterrupt();
  try {
    for await (const event of client.keys.watch(key, watchOptions(context))) {
      if (event.node.dir === true) stderr.write(`Ignored dir ${event.node.key} change\n`);
      else execute(command, event);
    }
  } catch (error) {
    throw failure(V2Exit.ServerError, error);
  }
}

/** Starts the command; the next event does not wait for it. */
function execute([file = '', ...args]: readonly string[], event: V2Event): void {
  const env = {
    ...process.env,
    ETCD_WATCH_ACTION: event.action,
    ETCD_WATCH_MODIFIED_INDEX: String(event.node.modifiedIndex),
    ETCD_WATCH_KEY: event.node.key,
    ETCD_WATCH_VALUE: event.node.value ?? '',
  };
  const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  child.on('error', (error) => {
    stderr.write(error.message);
    process.exit(V2Exit.BadArgs);
  });
}
