/** get, put, del, compaction. */
import type { Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../../cli/exit.ts';
import { stdout } from '../../cli/output.ts';
import { readAllStdin } from '../../cli/stdin.ts';
import { NumberError, parseInt64 } from '../../go/numbers.ts';
import { CommandContext } from '../context.ts';
import { deleteRequestOf, putRequestOf, rangeRequestOf } from '../key-requests.ts';

export async function get(invocation: Invocation): Promise<void> {
  const request = rangeRequestOf(invocation);
  const context = new CommandContext(invocation);
  if (invocation.flags.bool('print-value-only')) {
    if (!context.printer.simple) throw badArgs('print-value-only is only for `--write-out=simple`');
    context.printer.valueOnly = true;
  }
  if (request.countOnly && context.printer.simple) {
    throw badArgs('--count-only is only for `--write-out=fields` or `--write-out=json`');
  }
  const client = await context.client();
  context.printer.get(await context.call(client.kv.range(request, context.limited)));
}

export async function put(invocation: Invocation): Promise<void> {
  const request = putRequestOf(invocation, readAllStdin);
  const context = new CommandContext(invocation);
  const client = await context.client();
  context.printer.put(
    await context.call(client.kv.put(request.key, request.value, request, context.limited)),
  );
}

export async function del(invocation: Invocation): Promise<void> {
  const request = deleteRequestOf(invocation);
  const context = new CommandContext(invocation);
  const client = await context.client();
  context.printer.del(await context.call(client.kv.deleteRange(request, context.limited)));
}

export async function compaction(invocation: Invocation): Promise<void> {
  const [text, ...more] = invocation.args;
  if (text === undefined || more.length > 0) throw badArgs('compaction command needs 1 argument');
  let revision: number;
  try {
    revision = Number(parseInt64(text));
  } catch (error) {
    if (!(error instanceof NumberError)) throw error;
    throw new ExitError(ExitCode.Error, error.message);
  }
  const context = new CommandContext(invocation);
  const client = await context.client();
  const request = { revision, physical: invocation.flags.bool('physical') };
  await context.call(client.kv.compact(request, context.limited));
  stdout.write(`compacted revision ${text}\n`);
}
