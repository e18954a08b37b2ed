/** user add, delete, get, list, passwd, grant-role, revoke-role. */
import { UserAddOptions } from '@quorate/proto';
import type { Invocation } from '../../cli/command.ts';
import { badArgs } from '../../cli/exit.ts';
import { stdout } from '../../cli/output.ts';
import { askSecret, readWord } from '../../cli/stdin.ts';
import { CommandContext } from '../context.ts';

function nameArgument({ args }: Invocation, command: string): string {
  const [name] = args;
  if (name === undefined || args.length > 1) {
    throw badArgs(`user ${command} command requires user name as its argument`);
  }
  return name;
}

interface NewUser {
  readonly name: string;
  readonly password: string;
  readonly noPassword: boolean;
}

async function newUser({ args: [argument = ''], flags }: Invocation): Promise<NewUser> {
  if (flags.bool('no-password')) return { name: argument, password: '', noPassword: true };
  const fromFlag = flags.string('new-user-password');
  if (fromFlag !== '') return { name: argument, password: fromFlag, noPassword: false };
  const colon = argument.indexOf(':');
  if (colon === 0) throw badArgs('empty user name is not allowed');
  if (colon > 0) {
    return { name: argument.slice(0, colon), password: argument.slice(colon + 1), noPassword: false };
  }
  return {
    name: argument,
    password: await newPassword(argument, flags.bool('interactive')),
    noPassword: false,
  };
}

/** Asks twice on a terminal; otherwise the first word of standard input. */
async function newPassword(user: string, interactive: boolean): Promise<string> {
  if (!interactive) return readWord();
  const ask = async (prompt: string): Promise<string> => {
    try {
      return await askSecret(prompt);
    } catch (error) {
      throw badArgs(`failed to ask password: ${(error as Error).message}`);
    }
  };
  const first = await ask(`Password of ${user}: `);
  if (first === '') throw badArgs('empty password');
  const second = await ask(`Type password of ${user} again for confirmation: `);
  if (first !== second) throw badArgs('given passwords are different');
  return first;
}

export async function userAdd(invocation: Invocation): Promise<void> {
  nameArgument(invocation, 'add');
  const { name, password, noPassword } = await newUser(invocation);
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  const options = UserAddOptions.create({ noPassword });
  context.printer.userAdd(name, await context.call(auth.userAdd({ name, password, options })));
}

export async function userDelete(invocation: Invocation): Promise<void> {
  const name = nameArgument(invocation, 'delete');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.userDelete(name, await context.call(auth.userDelete(name)));
}

export async function userGet(invocation: Invocation): Promise<void> {
  const name = nameArgument(invocation, 'get');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  const response = await context.call(auth.userGet(name));
  if (!invocation.flags.bool('detail')) {
    context.printer.userGet(name, response);
    return;
  }
  stdout.write(`User: ${name}\n`);
  for (const role of response.roles) {
    stdout.write('\n');
    context.printer.roleGet(role, await context.call(auth.roleGet(role)));
  }
}

export async function userList(invocation: Invocation): Promise<void> {
  if (invocation.args.length > 0) throw badArgs('user list command requires no arguments');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.userList(await context.call(auth.userList()));
}

export async function userPasswd(invocation: Invocation): Promise<void> {
  const name = nameArgument(invocation, 'passwd');
  const password = await newPassword(name, invocation.flags.bool('interactive'));
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.userChangePassword(await context.call(auth.userChangePassword(name, password)));
}

function userAndRole({ args }: Invocation, usage: string): [string, string] {
  const [user, role] = args;
  if (user === undefined || role === undefined || args.length > 2) throw badArgs(usage);
  return [user, role];
}

export async function userGrantRole(invocation: Invocation): Promise<void> {
  const usage = 'user grant command requires user name and role name as its argument';
  const [user, role] = userAndRole(invocation, usage);
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.userGrantRole(user, role, await context.call(auth.userGrantRole(user, role)));
}

export async function userRevokeRole(invocation: Invocation): Promise<void> {
  const usage = 'user revoke-role requires user name and role name as its argument';
  const [user, role] = userAndRole(invocation, usage);
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.userRevokeRole(user, role, await context.call(auth.userRevokeRole(user, role)));
}
