/** The authentication service: users, roles, permissions. */
import {
  AuthDisableRequest,
  type AuthDisableResponse,
  AuthEnableRequest,
  type AuthEnableResponse,
  AuthRoleAddRequest,
  type AuthRoleAddResponse,
  AuthRoleDeleteRequest,
  type AuthRoleDeleteResponse,
  AuthRoleGetRequest,
  type AuthRoleGetResponse,
  AuthRoleGrantPermissionRequest,
  type AuthRoleGrantPermissionResponse,
  AuthRoleListRequest,
  type AuthRoleListResponse,
  AuthRoleRevokePermissionRequest,
  type AuthRoleRevokePermissionResponse,
  AuthStatusRequest,
  type AuthStatusResponse,
  AuthUserAddRequest,
  type AuthUserAddResponse,
  AuthUserChangePasswordRequest,
  type AuthUserChangePasswordResponse,
  AuthUserDeleteRequest,
  type AuthUserDeleteResponse,
  AuthUserGetRequest,
  type AuthUserGetResponse,
  AuthUserGrantRoleRequest,
  type AuthUserGrantRoleResponse,
  AuthUserListRequest,
  type AuthUserListResponse,
  AuthUserRevokeRoleRequest,
  type AuthUserRevokeRoleResponse,
  Permission,
  services,
} from '@quorate/proto';
import type { Caller, CallSettings } from './caller.ts';

const { Auth: Service } = services;

export class Auth {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  enable(settings?: CallSettings): Promise<AuthEnableResponse> {
    return this.#caller.unary(Service.AuthEnable, AuthEnableRequest.create(), settings);
  }

  disable(settings?: CallSettings): Promise<AuthDisableResponse> {
    return this.#caller.unary(Service.AuthDisable, AuthDisableRequest.create(), settings);
  }

  status(settings?: CallSettings): Promise<AuthStatusResponse> {
    return this.#caller.unary(Service.AuthStatus, AuthStatusRequest.create(), {
      ...settings,
      repeatable: true,
    });
  }

  userAdd(request: Partial<AuthUserAddRequest>, settings?: CallSettings): Promise<AuthUserAddResponse> {
    return this.#caller.unary(Service.UserAdd, AuthUserAddRequest.create(request), settings);
  }

  userGet(name: string, settings?: CallSettings): Promise<AuthUserGetResponse> {
    const request = AuthUserGetRequest.create({ name });
    return this.#caller.unary(Service.UserGet, request, { ...settings, repeatable: true });
  }

  userList(settings?: CallSettings): Promise<AuthUserListResponse> {
    return this.#caller.unary(Service.UserList, AuthUserListRequest.create(), {
      ...settings,
      repeatable: true,
    });
  }

  userDelete(name: string, settings?: CallSettings): Promise<AuthUserDeleteResponse> {
    return this.#caller.unary(Service.UserDelete, AuthUserDeleteRequest.create({ name }), settings);
  }

  userChangePassword(
    name: string,
    password: string,
    settings?: CallSettings,
  ): Promise<AuthUserChangePasswordResponse> {
    const request = AuthUserChangePasswordRequest.create({ name, password });
    return this.#caller.unary(Service.UserChangePassword, request, settings);
  }

  userGrantRole(user: string, role: string, settings?: CallSettings): Promise<AuthUserGrantRoleResponse> {
    const request = AuthUserGrantRoleRequest.create({ user, role });
    return this.#caller.unary(Service.UserGrantRole, request, settings);
  }

  userRevokeRole(name: string, role: string, settings?: CallSettings): Promise<AuthUserRevokeRoleResponse> {
    const request = AuthUserRevokeRoleRequest.create({ name, role });
    return this.#caller.unary(Service.UserRevokeRole, request, settings);
  }

  roleAdd(name: string, settings?: CallSettings): Promise<AuthRoleAddResponse> {
    return this.#caller.unary(Service.RoleAdd, AuthRoleAddRequest.create({ name }), settings);
  }

  roleGet(role: string, settings?: CallSettings): Promise<AuthRoleGetResponse> {
    const request = AuthRoleGetRequest.create({ role });
    return this.#caller.unary(Service.RoleGet, request, { ...settings, repeatable: true });
  }

  roleList(settings?: CallSettings): Promise<AuthRoleListResponse> {
    return this.#caller.unary(Service.RoleList, AuthRoleListRequest.create(), {
      ...settings,
      repeatable: true,
    });
  }

  roleDelete(role: string, settings?: CallSettings): Promise<AuthRoleDeleteResponse> {
    return this.#caller.unary(Service.RoleDelete, AuthRoleDeleteRequest.create({ role }), settings);
  }

  roleGrantPermission(
    name: string,
    permission: Partial<Permission>,
    settings?: CallSettings,
  ): Promise<AuthRoleGrantPermissionResponse> {
    const request = AuthRoleGrantPermissionRequest.create({ name, perm: Permission.create(permission) });
    return this.#caller.unary(Service.RoleGrantPermission, request, settings);
  }

  roleRevokePermission(
    request: Partial<AuthRoleRevokePermissionRequest>,
    settings?: CallSettings,
  ): Promise<AuthRoleRevokePermissionResponse> {
    return this.#caller.unary(
      Service.RoleRevokePermission,
      AuthRoleRevokePermissionRequest.create(request),
      settings,
    );
  }
}
