// The Auth service of a cluster whose auth is off. Answered are the questions whose answer that state settles;
// managing users and roles is not built yet and says so.
import { type EtcdError, errors, GrpcCode } from '@quorate/base';
import {
  AuthDisableRequest,
  AuthenticateRequest,
  AuthRoleGrantPermissionRequest,
  AuthStatusRequest,
  AuthStatusResponse,
  services,
} from '@quorate/proto';
import type { GrpcRouter } from '@quorate/wire';
import { enterUnary, replyWith, type V3Context } from './context.ts';
import { failWith } from './status.ts';

/** The auth revision of a store that never had users: etcd starts at 1. */
const firstAuthRevision = 1;

/** Registers the Auth service. */
export function registerAuth(router: GrpcRouter, context: V3Context): void {
  const { member } = context;
  const { Auth } = services;

  router.unary(Auth.AuthStatus.path, (call, bytes) => {
    if (enterUnary(context, AuthStatusRequest, call, bytes) === undefined) return;
    const body = AuthStatusResponse.create({ enabled: false, authRevision: firstAuthRevision });
    replyWith(context, call, member.revision(), AuthStatusResponse.encode(body));
  });

  router.unary(Auth.Authenticate.path, (call, bytes) => {
    if (enterUnary(context, AuthenticateRequest, call, bytes) === undefined) return;
    failWith(call, errors.authNotEnabled);
  });

  // Nothing is on that could be switched off; etcd answers with success.
  router.unary(Auth.AuthDisable.path, (call, bytes) => {
    if (enterUnary(context, AuthDisableRequest, call, bytes) === undefined) return;
    call.reply(context.headers.now());
  });

  for (const [name, method] of Object.entries(Auth)) {
    if (method === Auth.AuthStatus || method === Auth.Authenticate || method === Auth.AuthDisable) continue;
    const refuse = method === Auth.RoleGrantPermission ? checkPermission : undefined;
    router.unary(method.path, (call, bytes) => {
      if (refuse !== undefined) {
        if (enterUnary(context, AuthRoleGrantPermissionRequest, call, bytes, refuse) === undefined) return;
      }
      call.fail(GrpcCode.Unimplemented, `etcdserver: auth is not available in this version (${name})`);
    });
  }
}

/** A grant without a permission makes a Go member crash. */
function checkPermission(request: AuthRoleGrantPermissionRequest): EtcdError | undefined {
  return request.perm === undefined ? errors.permissionNotGiven : undefined;
}
