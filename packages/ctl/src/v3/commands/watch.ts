/** watch: prints events, or runs a command for each; interactively, watches are typed line by line. */
import { spawnSync } from 'node:child_process';
import { errors } from '@quorate/base';
import { describeError, type EtcdClient, prefixRange } from '@quorate/client';
import { type Event, EventTypeNames, WatchCreateRequest, type WatchResponse } from '@quorate/proto';
import { GrpcError } from '@quorate/wire';
import { argumentBytes, bytesArgument } from '../../cli/argument-bytes.ts';
import type { Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../../cli/exit.ts';
import { FlagError, Flags, HelpRequested } from '../../cli/flag-set.ts';
import { stderr, stdout } from '../../cli/output.ts';
import { LineReader } from '../../cli/stdin.ts';
import { quote } from '../../go/quote.ts';
import { CommandContext } from '../context.ts';
import { splitWords } from '../split-words.ts';
import { watchFlags } from '../watch-flags.ts';

const BAD_NUMBER = 'bad number of arguments';

/** Key and range end from the environment, used when the arguments name none. */
interface EnvironmentKey {
  readonly key: string;
  readonly rangeEnd: string;
}

interface WatchArguments {
  readonly request: WatchCreateRequest;
  /** Command to run for each event; empty: none. */
  readonly command: readonly string[];
}

export async function watch(invocation: Invocation): Promise<void> {
  const key = process.env['ETCDCTL_WATCH_KEY'] ?? '';
  const rangeEnd = process.env['ETCDCTL_WATCH_RANGE_END'] ?? '';
  if (key === '' && rangeEnd !== '') {
    throw badArgs(`ETCDCTL_WATCH_KEY is empty but got ETCDCTL_WATCH_RANGE_END=${quote(rangeEnd)}`);
  }
  const environment = { key, rangeEnd };
  if (invocation.flags.bool('interactive')) {
    await watchInteractively(invocation, environment);
    return;
  }
  const parsed = watchArguments(invocation, environment);
  const context = new CommandContext(invocation);
  const client = await context.client();
  await follow(context, client, parsed);
  throw new ExitError(ExitCode.Interrupted, 'watch is canceled by the server');
}

/** Throws ExitError for arguments that do not fit. */
export function watchArguments(invocation: Invocation, environment: EnvironmentKey): WatchArguments {
  const { args, dashAt, flags } = invocation;
  const before = dashAt === -1 ? args : args.slice(0, dashAt);
  const command = dashAt === -1 ? [] : args.slice(dashAt);
  if (dashAt !== -1 && command.length === 0) {
    throw badArgs(`${BAD_NUMBER} (found separator --, but no commands)`);
  }
  if (environment.key !== '' && before.length > 0) {
    throw badArgs(`${BAD_NUMBER} (found conflicting environment key)`);
  }
  const fromEnvironment = [environment.key, environment.rangeEnd].filter((text) => text !== '');
  const [key, end] = environment.key === '' ? before : fromEnvironment;
  const count = environment.key === '' ? before.length : fromEnvironment.length;
  if (key === undefined) throw badArgs(BAD_NUMBER);
  const prefix = flags.bool('prefix');
  if (count === 2 && prefix) throw badArgs('`range_end` and `--prefix` are mutually exclusive');
  const start = argumentBytes(key);
  const range = prefix
    ? prefixRange(start)
    : { key: start, rangeEnd: argumentBytes(count === 2 ? (end ?? '') : '') };
  return {
    request: WatchCreateRequest.create({
      ...range,
      startRevision: Math.max(0, flags.int('rev')),
      prevKv: flags.bool('prev-kv'),
      progressNotify: flags.bool('progress-notify'),
    }),
    command,
  };
}

/** Prints what the watch delivers; resolves when the server cancels it. */
function follow(
  context: CommandContext,
  client: EtcdClient,
  { request, command }: WatchArguments,
): Promise<void> {
  return new Promise((resolve, reject) => {
    client.watch(request, {
      requireLeader: true,
      onResponse: (response) => {
        try {
          show(context, response);
          for (const event of command.length > 0 ? response.events : []) execute(command, event, response);
        } catch (error) {
          reject(error as Error);
          return;
        }
        if (response.canceled) resolve();
      },
    });
  });
}

function show(context: CommandContext, response: WatchResponse): void {
  if (response.canceled) stderr.write(`watch was canceled (${cancelReason(response)})\n`);
  else if (response.events.length === 0 && response.header !== undefined) {
    stdout.write(`progress notify: ${response.header.revision}\n`);
  }
  context.printer.watch(response);
}

function cancelReason(response: WatchResponse): string {
  if (response.compactRevision !== 0) return errors.compacted.message;
  if (response.cancelReason !== '') {
    return describeError(new GrpcError(errors.notCapable.code, response.cancelReason));
  }
  return errors.futureRevision.message;
}

function execute(command: readonly string[], event: Event, response: WatchResponse): void {
  const [file, ...args] = command as [string, ...string[]];
  const result = spawnSync(file, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ETCD_WATCH_REVISION: String(response.header?.revision ?? 0),
      ETCD_WATCH_EVENT_TYPE: quote(EventTypeNames[event.type] ?? String(event.type)),
      ETCD_WATCH_KEY: quote(event.kv?.key ?? ''),
      ETCD_WATCH_VALUE: quote(event.kv?.value ?? ''),
    },
  });
  const reason =
    result.error?.message ??
    (result.signal === null ? `exit status ${result.status}` : `signal: ${result.signal}`);
  if (result.error !== undefined || result.status !== 0) {
    throw new ExitError(
      ExitCode.Error,
      `command [${command.map((word) => quote(word)).join(' ')}] error (${reason})`,
      {
        labelled: false,
      },
    );
  }
}

async function watchInteractively(invocation: Invocation, environment: EnvironmentKey): Promise<void> {
  const context = new CommandContext(invocation);
  const client = await context.client();
  const reader = new LineReader();
  const failed = new Promise<never>((_, reject) => {
    void readCommands(context, client, reader, environment, reject);
  });
  await failed;
}

/** Handles lines until the end of input; `fail` ends the command. */
async function readCommands(
  context: CommandContext,
  client: EtcdClient,
  reader: LineReader,
  environment: EnvironmentKey,
  fail: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    const bytes = await reader.next();
    if (bytes === undefined) {
      fail(new ExitError(ExitCode.InvalidInput, 'Error reading watch request line: EOF'));
      return;
    }
    const line = bytesArgument(bytes);
    const words = splitWords(line);
    if (words === undefined || words.length === 0) {
      stderr.write(`Invalid command: ${line} (watch and progress supported)\n`);
      continue;
    }
    if (words[0] === 'progress') {
      client.requestProgress();
      continue;
    }
    if (words[0] !== 'watch') {
      stderr.write(`Invalid command ${line} (only support watch)\n`);
      continue;
    }
    if (words.length < 2 && environment.key === '') {
      stderr.write(`Invalid command ${line} (command type or key is not provided)\n`);
      continue;
    }
    try {
      const flags = new Flags(watchFlags);
      const { positional, dashAt } = flags.parse(words.slice(1));
      const parsed = watchArguments({ args: positional, dashAt, flags }, environment);
      follow(context, client, parsed).catch(fail);
    } catch (error) {
      if (error instanceof FlagError || error instanceof HelpRequested) fail(badArgs(error.message));
      else fail(error);
      return;
    }
  }
}
