/** alarm, move-leader, downgrade. */
import { DowngradeAction } from '@quorate/proto';
import type { Invocation, Run } from '../../cli/command.ts';
import { badArgs } from '../../cli/exit.ts';
import { NumberError, parseUint64 } from '../../go/numbers.ts';
import { CommandContext } from '../context.ts';

export async function alarmList(invocation: Invocation): Promise<void> {
  if (invocation.args.length > 0) throw badArgs('alarm list command accepts no arguments');
  const context = new CommandContext(invocation);
  const client = await context.client();
  context.printer.alarm(await context.call(client.maintenance.alarmList(context.limited)));
}

export async function alarmDisarm(invocation: Invocation): Promise<void> {
  if (invocation.args.length > 0) throw badArgs('alarm disarm command accepts no arguments');
  const context = new CommandContext(invocation);
  const client = await context.client();
  context.printer.alarm(await context.call(client.maintenance.alarmDisarm({}, context.limited)));
}

export async function moveLeader(invocation: Invocation): Promise<void> {
  const [text] = invocation.args;
  if (text === undefined || invocation.args.length > 1) throw badArgs('move-leader command needs 1 argument');
  let target: bigint;
  try {
    target = parseUint64(text, 16);
  } catch (error) {
    if (!(error instanceof NumberError)) throw error;
    throw badArgs(error.message);
  }
  const context = new CommandContext(invocation);
  const endpoints = await context.endpoints();
  for (const endpoint of endpoints) {
    const client = await context.newClient([endpoint]);
    const status = await context.call(client.maintenance.status(endpoint, context.limited));
    if (status.leader === status.header?.memberId) {
      const response = await context.call(client.maintenance.moveLeader(target, context.limited));
      context.printer.moveLeader(status.leader, target, response);
      client.close();
      return;
    }
    client.close();
  }
  throw badArgs(`no leader endpoint given at [${endpoints.join(' ')}]`);
}

function downgrade(action: string, code: number): Run {
  return async (invocation) => {
    const [version = '', ...more] = invocation.args;
    const wanted = code === DowngradeAction.CANCEL ? 0 : 1;
    if (invocation.args.length !== wanted || more.length > 0) {
      throw badArgs(wanted === 1 ? 'TARGET_VERSION not provided' : 'downgrade cancel takes no argument');
    }
    const context = new CommandContext(invocation);
    const client = await context.client();
    const call = client.maintenance.downgrade({ action: code, version }, context.limited);
    context.printer.downgrade(action, await context.call(call));
  };
}

export const downgradeValidate = downgrade('validate', DowngradeAction.VALIDATE);
export const downgradeEnable = downgrade('enable', DowngradeAction.ENABLE);
export const downgradeCancel = downgrade('cancel', DowngradeAction.CANCEL);
