/** member add, remove, update, list, promote. */
import type { MemberAddResponse } from '@quorate/proto';
import type { Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../../cli/exit.ts';
import { stdout } from '../../cli/output.ts';
import { NumberError, parseUint64 } from '../../go/numbers.ts';
import { mistakeInUrls } from '../../peer-urls.ts';
import { CommandContext } from '../context.ts';

function memberArgument({ args }: Invocation): bigint {
  const [text] = args;
  if (text === undefined || args.length > 1) throw badArgs('member ID is not provided');
  try {
    return parseUint64(text, 16);
  } catch (error) {
    if (!(error instanceof NumberError)) throw error;
    throw badArgs(`bad member ID arg (${error.message}), expecting ID in Hex`);
  }
}

function peerUrls({ flags }: Invocation): string[] {
  const text = flags.string('peer-urls');
  if (text === '') throw badArgs('member peer urls not provided');
  return text.split(',');
}

export async function memberAdd(invocation: Invocation): Promise<void> {
  const { args, flags } = invocation;
  const [name] = args;
  if (name === undefined) throw badArgs('member name not provided');
  if (args.length > 1) {
    const urls = args.filter((text) => text.toLowerCase().startsWith('http'));
    throw badArgs(`too many arguments${urls.map((url) => `, did you mean --peer-urls=${url}`).join('')}`);
  }
  const peerURLs = peerUrls(invocation);
  const mistake = mistakeInUrls(peerURLs);
  if (mistake !== undefined) throw new ExitError(ExitCode.Error, mistake);
  const context = new CommandContext(invocation);
  const client = await context.client();
  const request = { peerURLs, isLearner: flags.bool('learner') };
  const response = await context.call(client.cluster.memberAdd(request, context.limited));
  context.printer.memberAdd(response);
  if (context.printer.simple) printSettings(name, response);
}

/** The environment that the new member is to be started with. */
function printSettings(name: string, response: MemberAddResponse): void {
  const added = response.member?.ID;
  const cluster = response.members.flatMap((member) =>
    member.peerURLs.map((url) => `${member.ID === added ? name : member.name}=${url}`),
  );
  const advertised = response.member?.peerURLs.join(',') ?? '';
  stdout.write(
    `\nETCD_NAME="${name}"\nETCD_INITIAL_CLUSTER="${cluster.join(',')}"\n` +
      `ETCD_INITIAL_ADVERTISE_PEER_URLS="${advertised}"\nETCD_INITIAL_CLUSTER_STATE="existing"\n`,
  );
}

export async function memberRemove(invocation: Invocation): Promise<void> {
  const id = memberArgument(invocation);
  const context = new CommandContext(invocation);
  const client = await context.client();
  context.printer.memberRemove(id, await context.call(client.cluster.memberRemove(id, context.limited)));
}

export async function memberUpdate(invocation: Invocation): Promise<void> {
  const id = memberArgument(invocation);
  const urls = peerUrls(invocation);
  const context = new CommandContext(invocation);
  const client = await context.client();
  context.printer.memberUpdate(
    id,
    await context.call(client.cluster.memberUpdate(id, urls, context.limited)),
  );
}

export async function memberList(invocation: Invocation): Promise<void> {
  const consistency = invocation.flags.string('consistency');
  if (consistency !== 'l' && consistency !== 's') {
    throw new ExitError(ExitCode.BadFeature, `unknown consistency flag ${JSON.stringify(consistency)}`);
  }
  const context = new CommandContext(invocation);
  const client = await context.client();
  const request = { linearizable: consistency === 'l' };
  context.printer.memberList(await context.call(client.cluster.memberList(request, context.limited)));
}

export async function memberPromote(invocation: Invocation): Promise<void> {
  const id = memberArgument(invocation);
  const context = new CommandContext(invocation);
  const client = await context.client();
  context.printer.memberPromote(id, await context.call(client.cluster.memberPromote(id, context.limited)));
}
