/** lock and elect: hold a lock or lead an election until interrupted, or while a command runs. */
import { spawn } from 'node:child_process';
import { describeError, Election, type EtcdClient, Mutex, Session } from '@quorate/client';
import { argumentBytes, bytesArgument } from '../../cli/argument-bytes.ts';
import type { Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../../cli/exit.ts';
import { fired, interruption } from '../../cli/interruption.ts';
import { CommandContext } from '../context.ts';

async function failing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof ExitError ? error : new ExitError(ExitCode.Error, describeError(error));
  }
}

export async function lock(invocation: Invocation): Promise<void> {
  const { args, flags } = invocation;
  const [name, ...command] = args;
  if (name === undefined) {
    throw badArgs('lock takes a lock name argument and an optional command to execute');
  }
  const context = new CommandContext(invocation);
  const client = await context.client();
  await failing(holdLock(context, client, argumentBytes(name), command, flags.int('ttl')));
}

async function holdLock(
  context: CommandContext,
  client: EtcdClient,
  name: Uint8Array,
  command: readonly string[],
  ttlSeconds: number,
): Promise<void> {
  const session = await Session.open(client, ttlSeconds);
  const mutex = new Mutex(session, name);
  const signal = interruption();
  await mutex.lock(signal);
  const key = mutex.key as Uint8Array;
  if (command.length > 0) {
    const code = await runCommand(command, {
      ETCD_LOCK_KEY: bytesArgument(key),
      ETCD_LOCK_REV: String(mutex.header?.revision ?? 0),
    });
    await mutex.unlock();
    if (code !== 0) throw new ExitError(code, `exit status ${code}`);
    return;
  }
  const held = await client.kv.range({ key });
  if (held.kvs.length === 0) throw new ExitError(ExitCode.Error, 'lock lost on init');
  context.printer.get(held);
  const expired = await Promise.race([fired(signal).then(() => false), session.expired.then(() => true)]);
  if (expired) throw new ExitError(ExitCode.Error, 'session expired');
  await mutex.unlock();
}

/** Runs a command to its end; resolves with its exit code. */
function runCommand([file = '', ...args]: readonly string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.on('error', (error) => reject(new ExitError(ExitCode.Error, error.message)));
    child.on('exit', (code) => resolve(code ?? ExitCode.Error));
  });
}

export async function elect(invocation: Invocation): Promise<void> {
  const { args, flags } = invocation;
  const [name, proposal] = args;
  if (name === undefined || args.length > 2) {
    throw badArgs('elect takes one election name argument and an optional proposal argument');
  }
  const listen = flags.bool('listen');
  if (proposal === undefined && !listen) throw badArgs('no proposal argument but -l not set');
  if (proposal !== undefined && listen) throw badArgs('proposal given but -l is set');
  const context = new CommandContext(invocation);
  const client = await context.client();
  if (proposal === undefined) await failing(observe(context, client, argumentBytes(name)));
  else await failing(campaign(context, client, argumentBytes(name), argumentBytes(proposal)));
}

async function observe(context: CommandContext, client: EtcdClient, name: Uint8Array): Promise<void> {
  const session = await Session.open(client);
  const signal = interruption();
  await new Election(session, name).observe((response) => context.printer.get(response), signal);
  session.orphan();
}

async function campaign(
  context: CommandContext,
  client: EtcdClient,
  name: Uint8Array,
  proposal: Uint8Array,
): Promise<void> {
  const session = await Session.open(client);
  const election = new Election(session, name);
  const signal = interruption();
  await election.campaign(proposal, signal);
  context.printer.get(await client.kv.range({ key: election.key as Uint8Array }));
  const expired = await Promise.race([fired(signal).then(() => false), session.expired.then(() => true)]);
  if (expired) throw new ExitError(ExitCode.Error, 'elect: session expired');
  await election.resign();
}
