/** The v2 auth API: users and roles with path permissions. */
import { V2ServiceError } from './errors.ts';
import type { V2Http, V2Request, V2Response } from './http.ts';
import type { V2CallSettings } from './keys.ts';

export interface V2User {
  readonly user: string;
  readonly roles: readonly string[];
}

export interface V2Role {
  readonly role: string;
  readonly read: readonly string[];
  readonly write: readonly string[];
}

export type V2Access = 'read' | 'write' | 'readwrite';

interface RoleJson {
  role?: string;
  permissions?: { kv?: { read?: string[] | null; write?: string[] | null } };
}

export class V2Auth {
  readonly #http: V2Http;

  constructor(http: V2Http) {
    this.#http = http;
  }

  async enable(settings: V2CallSettings = {}): Promise<void> {
    await this.#call({ method: 'PUT', path: '/v2/auth/enable' }, settings);
  }

  async disable(settings: V2CallSettings = {}): Promise<void> {
    await this.#call({ method: 'DELETE', path: '/v2/auth/enable' }, settings);
  }

  async users(settings: V2CallSettings = {}): Promise<string[]> {
    const body = await this.#call({ method: 'GET', path: '/v2/auth/users' }, settings);
    const { users } = JSON.parse(body) as { users?: { user: string }[] | null };
    return (users ?? []).map(({ user }) => user);
  }

  async addUser(user: string, password: string, settings: V2CallSettings = {}): Promise<void> {
    await this.#call(
      { method: 'PUT', path: userPath(user), body: JSON.stringify({ user, password }) },
      settings,
    );
  }

  async removeUser(user: string, settings: V2CallSettings = {}): Promise<void> {
    await this.#call({ method: 'DELETE', path: userPath(user) }, settings);
  }

  /** A user with the names of its roles. */
  async user(user: string, settings: V2CallSettings = {}): Promise<V2User> {
    const body = await this.#call({ method: 'GET', path: userPath(user) }, settings);
    return readUser(body);
  }

  async changePassword(user: string, password: string, settings: V2CallSettings = {}): Promise<V2User> {
    return this.#changeUser(user, { password }, settings);
  }

  async grantRoles(user: string, grant: readonly string[], settings: V2CallSettings = {}): Promise<V2User> {
    return this.#changeUser(user, { grant }, settings);
  }

  async revokeRoles(user: string, revoke: readonly string[], settings: V2CallSettings = {}): Promise<V2User> {
    return this.#changeUser(user, { revoke }, settings);
  }

  async #changeUser(user: string, change: object, settings: V2CallSettings): Promise<V2User> {
    const body = JSON.stringify({ user, ...change });
    return readUser(await this.#call({ method: 'PUT', path: userPath(user), body }, settings));
  }

  async roles(settings: V2CallSettings = {}): Promise<string[]> {
    const body = await this.#call({ method: 'GET', path: '/v2/auth/roles' }, settings);
    const { roles } = JSON.parse(body) as { roles?: { role: string }[] | null };
    return (roles ?? []).map(({ role }) => role);
  }

  async addRole(role: string, settings: V2CallSettings = {}): Promise<void> {
    await this.#call({ method: 'PUT', path: rolePath(role), body: JSON.stringify({ role }) }, settings);
  }

  async removeRole(role: string, settings: V2CallSettings = {}): Promise<void> {
    await this.#call({ method: 'DELETE', path: rolePath(role) }, settings);
  }

  async role(role: string, settings: V2CallSettings = {}): Promise<V2Role> {
    return readRole(await this.#call({ method: 'GET', path: rolePath(role) }, settings));
  }

  async grantPath(
    role: string,
    path: string,
    access: V2Access,
    settings: V2CallSettings = {},
  ): Promise<V2Role> {
    const body = JSON.stringify({ role, grant: permissions(path, access) });
    return readRole(await this.#call({ method: 'PUT', path: rolePath(role), body }, settings));
  }

  async revokePath(
    role: string,
    path: string,
    access: V2Access,
    settings: V2CallSettings = {},
  ): Promise<V2Role> {
    const body = JSON.stringify({ role, revoke: permissions(path, access) });
    return readRole(await this.#call({ method: 'PUT', path: rolePath(role), body }, settings));
  }

  async #call(request: V2Request, settings: V2CallSettings): Promise<string> {
    const response: V2Response = await this.#http.send({
      ...settings,
      ...request,
      ...(request.body === undefined ? {} : { contentType: 'application/json' }),
    });
    if (response.status === 200 || response.status === 201) return response.body;
    throw new V2ServiceError(response.status, messageOf(response));
  }
}

function messageOf(response: V2Response): string {
  try {
    const { message } = JSON.parse(response.body) as { message?: string };
    if (message !== undefined) return message;
  } catch {
    // Not etcd's JSON: the status is all there is to tell.
  }
  return `unexpected status code ${response.status}`;
}

function userPath(user: string): string {
  return `/v2/auth/users/${encodeURIComponent(user)}`;
}

function rolePath(role: string): string {
  return `/v2/auth/roles/${encodeURIComponent(role)}`;
}

function permissions(path: string, access: V2Access): object {
  return { kv: { read: access === 'write' ? [] : [path], write: access === 'read' ? [] : [path] } };
}

/** Roles come as names, or as whole roles. */
function readUser(body: string): V2User {
  const { user, roles } = JSON.parse(body) as { user?: string; roles?: (string | RoleJson)[] | null };
  const names = (roles ?? []).map((role) => (typeof role === 'string' ? role : (role.role ?? '')));
  return { user: user ?? '', roles: names };
}

function readRole(body: string): V2Role {
  const { role, permissions: given } = JSON.parse(body) as RoleJson;
  return { role: role ?? '', read: given?.kv?.read ?? [], write: given?.kv?.write ?? [] };
}
