/** auth enable, disable, status. */
import { errors } from '@quorate/base';
import { describeError, hasMessage } from '@quorate/client';
import type { Invocation } from '../../cli/command.ts';
import { badArgs, ExitCode, ExitError } from '../../cli/exit.ts';
import { stdout } from '../../cli/output.ts';
import { CommandContext } from '../context.ts';

export async function authEnable(invocation: Invocation): Promise<void> {
  if (invocation.args.length > 0) throw badArgs('auth enable command does not accept any arguments');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  try {
    await auth.enable(context.limited);
  } catch (error) {
    if (!hasMessage(error, errors.rootRoleNotExist)) {
      context.explainConnection(error);
      throw new ExitError(ExitCode.Error, describeError(error));
    }
    // The user root needs the role of the same name.
    await context.call(auth.roleAdd('root', context.limited));
    await context.call(auth.userGrantRole('root', 'root', context.limited));
    await context.call(auth.enable(context.limited));
  }
  stdout.write('Authentication Enabled\n');
}

export async function authDisable(invocation: Invocation): Promise<void> {
  if (invocation.args.length > 0) throw badArgs('auth disable command does not accept any arguments');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  await context.call(auth.disable(context.limited));
  stdout.write('Authentication Disabled\n');
}

export async function authStatus(invocation: Invocation): Promise<void> {
  if (invocation.args.length > 0) throw badArgs('auth status command does not accept any arguments');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.authStatus(await context.call(auth.status(context.limited)));
}
