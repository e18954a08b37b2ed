/** role add, delete, get, list, grant-permission, revoke-permission. */
import { prefixEnd, ZERO_KEY } from '@quorate/client';
import { PermissionType } from '@quorate/proto';
import { argumentBytes } from '../../cli/argument-bytes.ts';
import type { Invocation } from '../../cli/command.ts';
import { badArgs } from '../../cli/exit.ts';
import type { Flags } from '../../cli/flag-set.ts';
import { CommandContext } from '../context.ts';
import type { KeyRange } from '../key-range.ts';

function nameArgument({ args }: Invocation, command: string): string {
  const [name] = args;
  if (name === undefined || args.length > 1) {
    throw badArgs(`role ${command} command requires role name as its argument`);
  }
  return name;
}

export async function roleAdd(invocation: Invocation): Promise<void> {
  const name = nameArgument(invocation, 'add');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.roleAdd(name, await context.call(auth.roleAdd(name)));
}

export async function roleDelete(invocation: Invocation): Promise<void> {
  const name = nameArgument(invocation, 'delete');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.roleDelete(name, await context.call(auth.roleDelete(name)));
}

export async function roleGet(invocation: Invocation): Promise<void> {
  const name = nameArgument(invocation, 'get');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.roleGet(name, await context.call(auth.roleGet(name)));
}

export async function roleList(invocation: Invocation): Promise<void> {
  if (invocation.args.length > 0) throw badArgs('role list command requires no arguments');
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  context.printer.roleList(await context.call(auth.roleList()));
}

const PERMISSION_TYPES: Readonly<Record<string, number>> = {
  READ: PermissionType.READ,
  WRITE: PermissionType.WRITE,
  READWRITE: PermissionType.READWRITE,
};

export async function roleGrantPermission(invocation: Invocation): Promise<void> {
  const [role, type, ...range] = invocation.args;
  if (role === undefined || type === undefined || range.length === 0) {
    throw badArgs('role grant command requires role name, permission type, and key [endkey] as its argument');
  }
  const permType = PERMISSION_TYPES[type.toUpperCase()];
  if (permType === undefined) throw badArgs(`invalid permission type: ${type}`);
  const { key, rangeEnd } = permissionRange(range, invocation.flags);
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  const response = await context.call(auth.roleGrantPermission(role, { permType, key, rangeEnd }));
  context.printer.roleGrantPermission(role, response);
}

export async function roleRevokePermission(invocation: Invocation): Promise<void> {
  const [role, ...range] = invocation.args;
  if (role === undefined || range.length === 0) {
    throw badArgs('role revoke-permission command requires role name and key [endkey] as its argument');
  }
  const { key, rangeEnd } = permissionRange(range, invocation.flags);
  const context = new CommandContext(invocation);
  const { auth } = await context.client();
  const response = await context.call(auth.roleRevokePermission({ role, key, rangeEnd }));
  context.printer.roleRevokePermission(role, argumentBytes(range[0] as string), rangeEnd, response);
}

/**
 * The range of a permission. The server takes the range end `\0` for "no end", and the key `\0` for the first key
 * there is, so the empty key becomes that.
 */
function permissionRange(args: readonly string[], flags: Flags): KeyRange {
  const [keyText = '', endText] = args;
  const prefix = flags.bool('prefix');
  const fromKey = flags.bool('from-key');
  if (prefix && fromKey) throw badArgs('--from-key and --prefix flags are mutually exclusive');
  if (endText !== undefined && (prefix || fromKey)) {
    throw badArgs(`unexpected endkey argument with --${prefix ? 'prefix' : 'from-key'} flag`);
  }
  const key = keyText === '' ? ZERO_KEY : argumentBytes(keyText);
  if (fromKey || (prefix && keyText === '')) return { key, rangeEnd: ZERO_KEY };
  if (prefix) return { key, rangeEnd: prefixEnd(key) };
  return { key, rangeEnd: argumentBytes(endText ?? '') };
}
