/** lease grant, revoke, timetolive, list, keep-alive. */
import type { Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode } from '../../cli/exit.ts';
import { stdout } from '../../cli/output.ts';
import { hexId, NumberError, parseInt64 } from '../../go/numbers.ts';
import { CommandContext } from '../context.ts';

function leaseArgument(text: string): bigint {
  try {
    return parseInt64(text, 16);
  } catch (error) {
    if (!(error instanceof NumberError)) throw error;
    throw badArgs(`bad lease ID arg (${error.message}), expecting ID in Hex`);
  }
}

/** The only argument; throws ExitError if there are none or more. */
function onlyArgument({ args }: Invocation, usage: string): string {
  const [argument] = args;
  if (argument === undefined || args.length > 1) throw badArgs(usage);
  return argument;
}

export async function leaseGrant(invocation: Invocation): Promise<void> {
  const text = onlyArgument(invocation, 'lease grant command needs TTL argument');
  let ttl: bigint;
  try {
    ttl = parseInt64(text);
  } catch (error) {
    if (!(error instanceof NumberError)) throw error;
    throw badArgs(`bad TTL (${error.message})`);
  }
  const context = new CommandContext(invocation);
  const client = await context.client();
  // Beyond 2^53 every time-to-live is refused as too large.
  const seconds = Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(ttl)));
  const granting = client.lease.grant(seconds, 0n, context.limited);
  context.printer.grant(
    await context.call(granting, ExitCode.Error, (message) => `failed to grant lease (${message})`),
  );
}

export async function leaseRevoke(invocation: Invocation): Promise<void> {
  const id = leaseArgument(onlyArgument(invocation, 'lease revoke command needs 1 argument'));
  const context = new CommandContext(invocation);
  const client = await context.client();
  const revoking = client.lease.revoke(id, context.limited);
  context.printer.revoke(
    id,
    await context.call(revoking, ExitCode.Error, (message) => `failed to revoke lease (${message})`),
  );
}

export async function leaseTimeToLive(invocation: Invocation): Promise<void> {
  const id = leaseArgument(onlyArgument(invocation, 'lease timetolive command needs lease ID as argument'));
  const context = new CommandContext(invocation);
  const keys = invocation.flags.bool('keys');
  const client = await context.client();
  context.printer.timeToLive(
    await context.call(client.lease.timeToLive(id, keys), ExitCode.BadConnection),
    keys,
  );
}

export async function leaseList(invocation: Invocation): Promise<void> {
  const context = new CommandContext(invocation);
  const client = await context.client();
  context.printer.leases(await context.call(client.lease.list(), ExitCode.BadConnection));
}

export async function leaseKeepAlive(invocation: Invocation): Promise<void> {
  const id = leaseArgument(onlyArgument(invocation, 'lease keep-alive command needs lease ID as argument'));
  const context = new CommandContext(invocation);
  const client = await context.client();
  if (invocation.flags.bool('once')) {
    context.printer.keepAlive(await context.call(client.lease.keepAliveOnce(id), ExitCode.BadConnection));
    return;
  }
  await new Promise<void>((resolve) => {
    client.lease.keepAlive(id, {
      onRenewed: (response) => context.printer.keepAlive(response),
      onLost: resolve,
    });
  });
  if (context.printer.simple) stdout.write(`lease ${hexId(id, 16)} expired or revoked.\n`);
}
