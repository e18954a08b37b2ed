/** auth, user and role commands. */
import type { V2Access, V2Auth, V2Role } from '@quorate/client';
import { stdout } from '../cli/output.ts';
import { askSecret } from '../cli/stdin.ts';
import { plainFailure, splitUser, type V2Context } from './context.ts';

async function plainly<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw plainFailure((error as Error).message);
  }
}

async function authOf(context: V2Context): Promise<V2Auth> {
  return (await context.client()).auth;
}

function noArguments({ args }: V2Context): void {
  if (args.length !== 0) throw plainFailure('No arguments accepted');
}

export async function authEnable(context: V2Context): Promise<void> {
  noArguments(context);
  await plainly((await authOf(context)).enable(context.limited));
  stdout.write('Authentication Enabled\n');
}

export async function authDisable(context: V2Context): Promise<void> {
  noArguments(context);
  await plainly((await authOf(context)).disable(context.limited));
  stdout.write('Authentication Disabled\n');
}

function userArgument({ args }: V2Context): string {
  const [user] = args;
  if (user === undefined || args.length !== 1) throw plainFailure('Please provide a username');
  return user;
}

export async function userList(context: V2Context): Promise<void> {
  noArguments(context);
  const users = await plainly((await authOf(context)).users(context.limited));
  for (const user of users) stdout.write(`${user}\n`);
}

export async function userAdd(context: V2Context): Promise<void> {
  const argument = userArgument(context);
  const auth = await authOf(context);
  let user: { username: string; password: string };
  try {
    user = await splitUser(argument, 'New password: ');
  } catch (error) {
    throw plainFailure(`Error reading password: ${(error as Error).message}`);
  }
  await plainly(auth.addUser(user.username, user.password, context.limited));
  stdout.write(`User ${user.username} created\n`);
}

export async function userRemove(context: V2Context): Promise<void> {
  const user = userArgument(context);
  await plainly((await authOf(context)).removeUser(user, context.limited));
  stdout.write(`User ${user} removed\n`);
}

export async function userPasswd(context: V2Context): Promise<void> {
  const user = userArgument(context);
  const auth = await authOf(context);
  let password: string;
  try {
    password = await askSecret('New password: ');
  } catch (error) {
    throw plainFailure(`Error reading password: ${(error as Error).message}`);
  }
  await plainly(auth.changePassword(user, password, context.limited));
  stdout.write('Password updated\n');
}

export async function userGet(context: V2Context): Promise<void> {
  const name = userArgument(context);
  const user = await plainly((await authOf(context)).user(name, context.limited));
  stdout.write(`User: ${user.user}\nRoles: ${user.roles.join(' ')}\n`);
}

function rolesFlag({ flags }: V2Context): readonly string[] {
  const roles = flags.list('roles');
  if (roles.length === 0) throw plainFailure('No roles specified; please use `--roles`');
  return roles;
}

export async function userGrant(context: V2Context): Promise<void> {
  const roles = rolesFlag(context);
  const user = userArgument(context);
  await plainly((await authOf(context)).grantRoles(user, roles, context.limited));
  stdout.write(`User ${user} updated\n`);
}

export async function userRevoke(context: V2Context): Promise<void> {
  const roles = rolesFlag(context);
  const user = userArgument(context);
  await plainly((await authOf(context)).revokeRoles(user, roles, context.limited));
  stdout.write(`User ${user} updated\n`);
}

function roleArgument({ args }: V2Context): string {
  const [role] = args;
  if (role === undefined || args.length !== 1) throw plainFailure('Please provide a role name');
  return role;
}

export async function roleList(context: V2Context): Promise<void> {
  noArguments(context);
  const roles = await plainly((await authOf(context)).roles(context.limited));
  for (const role of roles) stdout.write(`${role}\n`);
}

export async function roleAdd(context: V2Context): Promise<void> {
  const role = roleArgument(context);
  const auth = await authOf(context);
  const exists = await auth.role(role, context.limited).then(
    () => true,
    () => false,
  );
  if (exists) throw plainFailure(`Role ${role} already exists`);
  await plainly(auth.addRole(role, context.limited));
  stdout.write(`Role ${role} created\n`);
}

export async function roleRemove(context: V2Context): Promise<void> {
  const role = roleArgument(context);
  await plainly((await authOf(context)).removeRole(role, context.limited));
  stdout.write(`Role ${role} removed\n`);
}

export async function roleGet(context: V2Context): Promise<void> {
  const name = roleArgument(context);
  const { role, read, write } = await plainly((await authOf(context)).role(name, context.limited));
  const list = (paths: readonly string[]): string => paths.map((path) => `\t${path}\n`).join('');
  stdout.write(`Role: ${role}\nKV Read:\n${list(read)}KV Write:\n${list(write)}`);
}

export function roleGrant(context: V2Context): Promise<void> {
  return changeRole(context, 'grant');
}

export function roleRevoke(context: V2Context): Promise<void> {
  return changeRole(context, 'revoke');
}

async function changeRole(context: V2Context, change: 'grant' | 'revoke'): Promise<void> {
  const { path, access } = permissionFlags(context);
  const name = roleArgument(context);
  const auth = await authOf(context);
  const { limited } = context;
  const before = await plainly(auth.role(name, limited));
  const after = await plainly(
    change === 'grant'
      ? auth.grantPath(name, path, access, limited)
      : auth.revokePath(name, path, access, limited),
  );
  if (sameRole(before, after)) {
    stdout.write(`Role unchanged; already ${change === 'grant' ? 'granted' : 'revoked'}`);
  }
  stdout.write(`Role ${name} updated\n`);
}

function permissionFlags({ flags }: V2Context): { path: string; access: V2Access } {
  const path = flags.string('path');
  if (path === '') throw plainFailure('No path specified; please use `--path`');
  const canonical = canonicalPath(path);
  if (canonical !== path) throw plainFailure(`Not canonical path; please use \`--path=${canonical}\``);
  const kinds: readonly V2Access[] = ['read', 'write', 'readwrite'];
  const [access, ...more] = kinds.filter((kind) => flags.bool(kind));
  if (access === undefined || more.length > 0) {
    throw plainFailure('Please specify exactly one of --read, --write or --readwrite');
  }
  return { path, access };
}

/** The path with one leading slash, without `.`, `..` and double slashes; a trailing slash stays. */
export function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const clean = `/${segments.join('/')}`;
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}

function sameRole(a: V2Role, b: V2Role): boolean {
  return a.read.join('\0') === b.read.join('\0') && a.write.join('\0') === b.write.join('\0');
}
