// Generated from proto/etcdserverpb/auth.proto by scripts/generate.mjs. Do not edit.
import { MessageType, fieldInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readBool, readLength, readString, readTag, readUint64Number, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { lengths, reserveLength, stringSize, varintSize, writeBytes, writeString, writeVarint } from '../runtime/writer.ts';
import { Permission, UserAddOptions, emptyPermission, emptyUserAddOptions, readPermission, readUserAddOptions, sizePermission, sizeUserAddOptions, writePermission, writeUserAddOptions } from './authpb-auth.ts';
import { ResponseHeader, emptyResponseHeader, readResponseHeader, sizeResponseHeader, writeResponseHeader } from './etcdserverpb-header.ts';

export interface AuthEnableRequest {
}

export function emptyAuthEnableRequest(): AuthEnableRequest {
  return {};
}

function assignAuthEnableRequest(_m: AuthEnableRequest, _init: Partial<AuthEnableRequest>): void {
}

export function sizeAuthEnableRequest(_m: AuthEnableRequest): number {
  return 0;
}

export function writeAuthEnableRequest(_m: AuthEnableRequest, _b: Buffer, start: number): number {
  return start;
}

export function readAuthEnableRequest(_m: AuthEnableRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    p = skipField(b, p, end, tag);
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthEnableRequest');
}

export const AuthEnableRequest: MessageType<AuthEnableRequest> = /*#__PURE__*/ new MessageType<AuthEnableRequest>('etcdserverpb.AuthEnableRequest', {
  empty: emptyAuthEnableRequest,
  assign: assignAuthEnableRequest,
  size: sizeAuthEnableRequest,
  write: writeAuthEnableRequest,
  read: readAuthEnableRequest,
  fields: () => [],
});

export interface AuthDisableRequest {
}

export function emptyAuthDisableRequest(): AuthDisableRequest {
  return {};
}

function assignAuthDisableRequest(_m: AuthDisableRequest, _init: Partial<AuthDisableRequest>): void {
}

export function sizeAuthDisableRequest(_m: AuthDisableRequest): number {
  return 0;
}

export function writeAuthDisableRequest(_m: AuthDisableRequest, _b: Buffer, start: number): number {
  return start;
}

export function readAuthDisableRequest(_m: AuthDisableRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    p = skipField(b, p, end, tag);
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthDisableRequest');
}

export const AuthDisableRequest: MessageType<AuthDisableRequest> = /*#__PURE__*/ new MessageType<AuthDisableRequest>('etcdserverpb.AuthDisableRequest', {
  empty: emptyAuthDisableRequest,
  assign: assignAuthDisableRequest,
  size: sizeAuthDisableRequest,
  write: writeAuthDisableRequest,
  read: readAuthDisableRequest,
  fields: () => [],
});

export interface AuthStatusRequest {
}

export function emptyAuthStatusRequest(): AuthStatusRequest {
  return {};
}

function assignAuthStatusRequest(_m: AuthStatusRequest, _init: Partial<AuthStatusRequest>): void {
}

export function sizeAuthStatusRequest(_m: AuthStatusRequest): number {
  return 0;
}

export function writeAuthStatusRequest(_m: AuthStatusRequest, _b: Buffer, start: number): number {
  return start;
}

export function readAuthStatusRequest(_m: AuthStatusRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    p = skipField(b, p, end, tag);
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthStatusRequest');
}

export const AuthStatusRequest: MessageType<AuthStatusRequest> = /*#__PURE__*/ new MessageType<AuthStatusRequest>('etcdserverpb.AuthStatusRequest', {
  empty: emptyAuthStatusRequest,
  assign: assignAuthStatusRequest,
  size: sizeAuthStatusRequest,
  write: writeAuthStatusRequest,
  read: readAuthStatusRequest,
  fields: () => [],
});

export interface AuthenticateRequest {
  name: string;
  password: string;
}

export function emptyAuthenticateRequest(): AuthenticateRequest {
  return {
    name: '',
    password: '',
  };
}

function assignAuthenticateRequest(m: AuthenticateRequest, init: Partial<AuthenticateRequest>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.password !== undefined) m.password = init.password;
}

export function sizeAuthenticateRequest(m: AuthenticateRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  if (m.password.length !== 0) {
    const length = stringSize(m.password);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthenticateRequest(m: AuthenticateRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  if (m.password.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.password);
  }
  return p;
}

export function readAuthenticateRequest(m: AuthenticateRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.name = readString(b, p, l);
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.password = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AuthenticateRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthenticateRequest');
}

export const AuthenticateRequest: MessageType<AuthenticateRequest> = /*#__PURE__*/ new MessageType<AuthenticateRequest>('etcdserverpb.AuthenticateRequest', {
  empty: emptyAuthenticateRequest,
  assign: assignAuthenticateRequest,
  size: sizeAuthenticateRequest,
  write: writeAuthenticateRequest,
  read: readAuthenticateRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
    fieldInfo('password', 'password', 2, 'string'),
  ],
});

export interface AuthUserAddRequest {
  name: string;
  password: string;
  options: UserAddOptions | undefined;
  hashedPassword: string;
}

export function emptyAuthUserAddRequest(): AuthUserAddRequest {
  return {
    name: '',
    password: '',
    options: undefined,
    hashedPassword: '',
  };
}

function assignAuthUserAddRequest(m: AuthUserAddRequest, init: Partial<AuthUserAddRequest>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.password !== undefined) m.password = init.password;
  if (init.options !== undefined) m.options = init.options;
  if (init.hashedPassword !== undefined) m.hashedPassword = init.hashedPassword;
}

export function sizeAuthUserAddRequest(m: AuthUserAddRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  if (m.password.length !== 0) {
    const length = stringSize(m.password);
    n += 1 + varintSize(length) + length;
  }
  if (m.options !== undefined) {
    const slot = reserveLength();
    const length = sizeUserAddOptions(m.options);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.hashedPassword.length !== 0) {
    const length = stringSize(m.hashedPassword);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserAddRequest(m: AuthUserAddRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  if (m.password.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.password);
  }
  if (m.options !== undefined) {
    b[p++] = 26;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeUserAddOptions(m.options, b, p);
  }
  if (m.hashedPassword.length !== 0) {
    b[p++] = 34;
    p = writeString(b, p, m.hashedPassword);
  }
  return p;
}

export function readAuthUserAddRequest(m: AuthUserAddRequest, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.name = readString(b, p, l);
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.password = readString(b, p, l);
        p += l;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.options ?? emptyUserAddOptions();
        readUserAddOptions(item, b, p, p + l, depth + 1);
        m.options = item;
        p += l;
        break;
      }
      case 34: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.hashedPassword = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'etcdserverpb.AuthUserAddRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserAddRequest');
}

export const AuthUserAddRequest: MessageType<AuthUserAddRequest> = /*#__PURE__*/ new MessageType<AuthUserAddRequest>('etcdserverpb.AuthUserAddRequest', {
  empty: emptyAuthUserAddRequest,
  assign: assignAuthUserAddRequest,
  size: sizeAuthUserAddRequest,
  write: writeAuthUserAddRequest,
  read: readAuthUserAddRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
    fieldInfo('password', 'password', 2, 'string'),
    fieldInfo('options', 'options', 3, 'message', 0, () => UserAddOptions),
    fieldInfo('hashedPassword', 'hashedPassword', 4, 'string'),
  ],
});

export interface AuthUserGetRequest {
  name: string;
}

export function emptyAuthUserGetRequest(): AuthUserGetRequest {
  return {
    name: '',
  };
}

function assignAuthUserGetRequest(m: AuthUserGetRequest, init: Partial<AuthUserGetRequest>): void {
  if (init.name !== undefined) m.name = init.name;
}

export function sizeAuthUserGetRequest(m: AuthUserGetRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserGetRequest(m: AuthUserGetRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  return p;
}

export function readAuthUserGetRequest(m: AuthUserGetRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.name = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthUserGetRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserGetRequest');
}

export const AuthUserGetRequest: MessageType<AuthUserGetRequest> = /*#__PURE__*/ new MessageType<AuthUserGetRequest>('etcdserverpb.AuthUserGetRequest', {
  empty: emptyAuthUserGetRequest,
  assign: assignAuthUserGetRequest,
  size: sizeAuthUserGetRequest,
  write: writeAuthUserGetRequest,
  read: readAuthUserGetRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
  ],
});

export interface AuthUserDeleteRequest {
  name: string;
}

export function emptyAuthUserDeleteRequest(): AuthUserDeleteRequest {
  return {
    name: '',
  };
}

function assignAuthUserDeleteRequest(m: AuthUserDeleteRequest, init: Partial<AuthUserDeleteRequest>): void {
  if (init.name !== undefined) m.name = init.name;
}

export function sizeAuthUserDeleteRequest(m: AuthUserDeleteRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserDeleteRequest(m: AuthUserDeleteRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  return p;
}

export function readAuthUserDeleteRequest(m: AuthUserDeleteRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.name = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthUserDeleteRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserDeleteRequest');
}

export const AuthUserDeleteRequest: MessageType<AuthUserDeleteRequest> = /*#__PURE__*/ new MessageType<AuthUserDeleteRequest>('etcdserverpb.AuthUserDeleteRequest', {
  empty: emptyAuthUserDeleteRequest,
  assign: assignAuthUserDeleteRequest,
  size: sizeAuthUserDeleteRequest,
  write: writeAuthUserDeleteRequest,
  read: readAuthUserDeleteRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
  ],
});

export interface AuthUserChangePasswordRequest {
  name: string;
  password: string;
  hashedPassword: string;
}

export function emptyAuthUserChangePasswordRequest(): AuthUserChangePasswordRequest {
  return {
    name: '',
    password: '',
    hashedPassword: '',
  };
}

function assignAuthUserChangePasswordRequest(m: AuthUserChangePasswordRequest, init: Partial<AuthUserChangePasswordRequest>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.password !== undefined) m.password = init.password;
  if (init.hashedPassword !== undefined) m.hashedPassword = init.hashedPassword;
}

export function sizeAuthUserChangePasswordRequest(m: AuthUserChangePasswordRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  if (m.password.length !== 0) {
    const length = stringSize(m.password);
    n += 1 + varintSize(length) + length;
  }
  if (m.hashedPassword.length !== 0) {
    const length = stringSize(m.hashedPassword);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserChangePasswordRequest(m: AuthUserChangePasswordRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  if (m.password.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.password);
  }
  if (m.hashedPassword.length !== 0) {
    b[p++] = 26;
    p = writeString(b, p, m.hashedPassword);
  }
  return p;
}

export function readAuthUserChangePasswordRequest(m: AuthUserChangePasswordRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.name = readString(b, p, l);
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.password = readString(b, p, l);
        p += l;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.hashedPassword = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.AuthUserChangePasswordRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserChangePasswordRequest');
}

export const AuthUserChangePasswordRequest: MessageType<AuthUserChangePasswordRequest> = /*#__PURE__*/ new MessageType<AuthUserChangePasswordRequest>('etcdserverpb.AuthUserChangePasswordRequest', {
  empty: emptyAuthUserChangePasswordRequest,
  assign: assignAuthUserChangePasswordRequest,
  size: sizeAuthUserChangePasswordRequest,
  write: writeAuthUserChangePasswordRequest,
  read: readAuthUserChangePasswordRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
    fieldInfo('password', 'password', 2, 'string'),
    fieldInfo('hashedPassword', 'hashedPassword', 3, 'string'),
  ],
});

export interface AuthUserGrantRoleRequest {
  user: string;
  role: string;
}

export function emptyAuthUserGrantRoleRequest(): AuthUserGrantRoleRequest {
  return {
    user: '',
    role: '',
  };
}

function assignAuthUserGrantRoleRequest(m: AuthUserGrantRoleRequest, init: Partial<AuthUserGrantRoleRequest>): void {
  if (init.user !== undefined) m.user = init.user;
  if (init.role !== undefined) m.role = init.role;
}

export function sizeAuthUserGrantRoleRequest(m: AuthUserGrantRoleRequest): number {
  let n = 0;
  if (m.user.length !== 0) {
    const length = stringSize(m.user);
    n += 1 + varintSize(length) + length;
  }
  if (m.role.length !== 0) {
    const length = stringSize(m.role);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserGrantRoleRequest(m: AuthUserGrantRoleRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.user.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.user);
  }
  if (m.role.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.role);
  }
  return p;
}

export function readAuthUserGrantRoleRequest(m: AuthUserGrantRoleRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.user = readString(b, p, l);
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.role = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AuthUserGrantRoleRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserGrantRoleRequest');
}

export const AuthUserGrantRoleRequest: MessageType<AuthUserGrantRoleRequest> = /*#__PURE__*/ new MessageType<AuthUserGrantRoleRequest>('etcdserverpb.AuthUserGrantRoleRequest', {
  empty: emptyAuthUserGrantRoleRequest,
  assign: assignAuthUserGrantRoleRequest,
  size: sizeAuthUserGrantRoleRequest,
  write: writeAuthUserGrantRoleRequest,
  read: readAuthUserGrantRoleRequest,
  fields: () => [
    fieldInfo('user', 'user', 1, 'string'),
    fieldInfo('role', 'role', 2, 'string'),
  ],
});

export interface AuthUserRevokeRoleRequest {
  name: string;
  role: string;
}

export function emptyAuthUserRevokeRoleRequest(): AuthUserRevokeRoleRequest {
  return {
    name: '',
    role: '',
  };
}

function assignAuthUserRevokeRoleRequest(m: AuthUserRevokeRoleRequest, init: Partial<AuthUserRevokeRoleRequest>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.role !== undefined) m.role = init.role;
}

export function sizeAuthUserRevokeRoleRequest(m: AuthUserRevokeRoleRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  if (m.role.length !== 0) {
    const length = stringSize(m.role);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserRevokeRoleRequest(m: AuthUserRevokeRoleRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  if (m.role.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.role);
  }
  return p;
}

export function readAuthUserRevokeRoleRequest(m: AuthUserRevokeRoleRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.name = readString(b, p, l);
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.role = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AuthUserRevokeRoleRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserRevokeRoleRequest');
}

export const AuthUserRevokeRoleRequest: MessageType<AuthUserRevokeRoleRequest> = /*#__PURE__*/ new MessageType<AuthUserRevokeRoleRequest>('etcdserverpb.AuthUserRevokeRoleRequest', {
  empty: emptyAuthUserRevokeRoleRequest,
  assign: assignAuthUserRevokeRoleRequest,
  size: sizeAuthUserRevokeRoleRequest,
  write: writeAuthUserRevokeRoleRequest,
  read: readAuthUserRevokeRoleRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
    fieldInfo('role', 'role', 2, 'string'),
  ],
});

export interface AuthRoleAddRequest {
  name: string;
}

export function emptyAuthRoleAddRequest(): AuthRoleAddRequest {
  return {
    name: '',
  };
}

function assignAuthRoleAddRequest(m: AuthRoleAddRequest, init: Partial<AuthRoleAddRequest>): void {
  if (init.name !== undefined) m.name = init.name;
}

export function sizeAuthRoleAddRequest(m: AuthRoleAddRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleAddRequest(m: AuthRoleAddRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  return p;
}

export function readAuthRoleAddRequest(m: AuthRoleAddRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.name = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthRoleAddRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleAddRequest');
}

export const AuthRoleAddRequest: MessageType<AuthRoleAddRequest> = /*#__PURE__*/ new MessageType<AuthRoleAddRequest>('etcdserverpb.AuthRoleAddRequest', {
  empty: emptyAuthRoleAddRequest,
  assign: assignAuthRoleAddRequest,
  size: sizeAuthRoleAddRequest,
  write: writeAuthRoleAddRequest,
  read: readAuthRoleAddRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
  ],
});

export interface AuthRoleGetRequest {
  role: string;
}

export function emptyAuthRoleGetRequest(): AuthRoleGetRequest {
  return {
    role: '',
  };
}

function assignAuthRoleGetRequest(m: AuthRoleGetRequest, init: Partial<AuthRoleGetRequest>): void {
  if (init.role !== undefined) m.role = init.role;
}

export function sizeAuthRoleGetRequest(m: AuthRoleGetRequest): number {
  let n = 0;
  if (m.role.length !== 0) {
    const length = stringSize(m.role);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleGetRequest(m: AuthRoleGetRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.role.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.role);
  }
  return p;
}

export function readAuthRoleGetRequest(m: AuthRoleGetRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.role = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthRoleGetRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleGetRequest');
}

export const AuthRoleGetRequest: MessageType<AuthRoleGetRequest> = /*#__PURE__*/ new MessageType<AuthRoleGetRequest>('etcdserverpb.AuthRoleGetRequest', {
  empty: emptyAuthRoleGetRequest,
  assign: assignAuthRoleGetRequest,
  size: sizeAuthRoleGetRequest,
  write: writeAuthRoleGetRequest,
  read: readAuthRoleGetRequest,
  fields: () => [
    fieldInfo('role', 'role', 1, 'string'),
  ],
});

export interface AuthUserListRequest {
}

export function emptyAuthUserListRequest(): AuthUserListRequest {
  return {};
}

function assignAuthUserListRequest(_m: AuthUserListRequest, _init: Partial<AuthUserListRequest>): void {
}

export function sizeAuthUserListRequest(_m: AuthUserListRequest): number {
  return 0;
}

export function writeAuthUserListRequest(_m: AuthUserListRequest, _b: Buffer, start: number): number {
  return start;
}

export function readAuthUserListRequest(_m: AuthUserListRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    p = skipField(b, p, end, tag);
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserListRequest');
}

export const AuthUserListRequest: MessageType<AuthUserListRequest> = /*#__PURE__*/ new MessageType<AuthUserListRequest>('etcdserverpb.AuthUserListRequest', {
  empty: emptyAuthUserListRequest,
  assign: assignAuthUserListRequest,
  size: sizeAuthUserListRequest,
  write: writeAuthUserListRequest,
  read: readAuthUserListRequest,
  fields: () => [],
});

export interface AuthRoleListRequest {
}

export function emptyAuthRoleListRequest(): AuthRoleListRequest {
  return {};
}

function assignAuthRoleListRequest(_m: AuthRoleListRequest, _init: Partial<AuthRoleListRequest>): void {
}

export function sizeAuthRoleListRequest(_m: AuthRoleListRequest): number {
  return 0;
}

export function writeAuthRoleListRequest(_m: AuthRoleListRequest, _b: Buffer, start: number): number {
  return start;
}

export function readAuthRoleListRequest(_m: AuthRoleListRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    p = skipField(b, p, end, tag);
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleListRequest');
}

export const AuthRoleListRequest: MessageType<AuthRoleListRequest> = /*#__PURE__*/ new MessageType<AuthRoleListRequest>('etcdserverpb.AuthRoleListRequest', {
  empty: emptyAuthRoleListRequest,
  assign: assignAuthRoleListRequest,
  size: sizeAuthRoleListRequest,
  write: writeAuthRoleListRequest,
  read: readAuthRoleListRequest,
  fields: () => [],
});

export interface AuthRoleDeleteRequest {
  role: string;
}

export function emptyAuthRoleDeleteRequest(): AuthRoleDeleteRequest {
  return {
    role: '',
  };
}

function assignAuthRoleDeleteRequest(m: AuthRoleDeleteRequest, init: Partial<AuthRoleDeleteRequest>): void {
  if (init.role !== undefined) m.role = init.role;
}

export function sizeAuthRoleDeleteRequest(m: AuthRoleDeleteRequest): number {
  let n = 0;
  if (m.role.length !== 0) {
    const length = stringSize(m.role);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleDeleteRequest(m: AuthRoleDeleteRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.role.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.role);
  }
  return p;
}

export function readAuthRoleDeleteRequest(m: AuthRoleDeleteRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.role = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthRoleDeleteRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleDeleteRequest');
}

export const AuthRoleDeleteRequest: MessageType<AuthRoleDeleteRequest> = /*#__PURE__*/ new MessageType<AuthRoleDeleteRequest>('etcdserverpb.AuthRoleDeleteRequest', {
  empty: emptyAuthRoleDeleteRequest,
  assign: assignAuthRoleDeleteRequest,
  size: sizeAuthRoleDeleteRequest,
  write: writeAuthRoleDeleteRequest,
  read: readAuthRoleDeleteRequest,
  fields: () => [
    fieldInfo('role', 'role', 1, 'string'),
  ],
});

export interface AuthRoleGrantPermissionRequest {
  name: string;
  perm: Permission | undefined;
}

export function emptyAuthRoleGrantPermissionRequest(): AuthRoleGrantPermissionRequest {
  return {
    name: '',
    perm: undefined,
  };
}

function assignAuthRoleGrantPermissionRequest(m: AuthRoleGrantPermissionRequest, init: Partial<AuthRoleGrantPermissionRequest>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.perm !== undefined) m.perm = init.perm;
}

export function sizeAuthRoleGrantPermissionRequest(m: AuthRoleGrantPermissionRequest): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = stringSize(m.name);
    n += 1 + varintSize(length) + length;
  }
  if (m.perm !== undefined) {
    const slot = reserveLength();
    const length = sizePermission(m.perm);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleGrantPermissionRequest(m: AuthRoleGrantPermissionRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.name);
  }
  if (m.perm !== undefined) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writePermission(m.perm, b, p);
  }
  return p;
}

export function readAuthRoleGrantPermissionRequest(m: AuthRoleGrantPermissionRequest, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.name = readString(b, p, l);
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.perm ?? emptyPermission();
        readPermission(item, b, p, p + l, depth + 1);
        m.perm = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AuthRoleGrantPermissionRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleGrantPermissionRequest');
}

export const AuthRoleGrantPermissionRequest: MessageType<AuthRoleGrantPermissionRequest> = /*#__PURE__*/ new MessageType<AuthRoleGrantPermissionRequest>('etcdserverpb.AuthRoleGrantPermissionRequest', {
  empty: emptyAuthRoleGrantPermissionRequest,
  assign: assignAuthRoleGrantPermissionRequest,
  size: sizeAuthRoleGrantPermissionRequest,
  write: writeAuthRoleGrantPermissionRequest,
  read: readAuthRoleGrantPermissionRequest,
  fields: () => [
    fieldInfo('name', 'name', 1, 'string'),
    fieldInfo('perm', 'perm', 2, 'message', 0, () => Permission),
  ],
});

export interface AuthRoleRevokePermissionRequest {
  role: string;
  key: Uint8Array;
  rangeEnd: Uint8Array;
}

export function emptyAuthRoleRevokePermissionRequest(): AuthRoleRevokePermissionRequest {
  return {
    role: '',
    key: EMPTY_BYTES,
    rangeEnd: EMPTY_BYTES,
  };
}

function assignAuthRoleRevokePermissionRequest(m: AuthRoleRevokePermissionRequest, init: Partial<AuthRoleRevokePermissionRequest>): void {
  if (init.role !== undefined) m.role = init.role;
  if (init.key !== undefined) m.key = init.key;
  if (init.rangeEnd !== undefined) m.rangeEnd = init.rangeEnd;
}

export function sizeAuthRoleRevokePermissionRequest(m: AuthRoleRevokePermissionRequest): number {
  let n = 0;
  if (m.role.length !== 0) {
    const length = stringSize(m.role);
    n += 1 + varintSize(length) + length;
  }
  if (m.key.length !== 0) {
    const length = m.key.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.rangeEnd.length !== 0) {
    const length = m.rangeEnd.length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleRevokePermissionRequest(m: AuthRoleRevokePermissionRequest, b: Buffer, start: number): number {
  let p = start;
  if (m.role.length !== 0) {
    b[p++] = 10;
    p = writeString(b, p, m.role);
  }
  if (m.key.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.key);
  }
  if (m.rangeEnd.length !== 0) {
    b[p++] = 26;
    p = writeBytes(b, p, m.rangeEnd);
  }
  return p;
}

export function readAuthRoleRevokePermissionRequest(m: AuthRoleRevokePermissionRequest, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.role = readString(b, p, l);
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.key = viewBytes(b, p, l);
        p += l;
        break;
      }
      case 26: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.rangeEnd = viewBytes(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.AuthRoleRevokePermissionRequest');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleRevokePermissionRequest');
}

export const AuthRoleRevokePermissionRequest: MessageType<AuthRoleRevokePermissionRequest> = /*#__PURE__*/ new MessageType<AuthRoleRevokePermissionRequest>('etcdserverpb.AuthRoleRevokePermissionRequest', {
  empty: emptyAuthRoleRevokePermissionRequest,
  assign: assignAuthRoleRevokePermissionRequest,
  size: sizeAuthRoleRevokePermissionRequest,
  write: writeAuthRoleRevokePermissionRequest,
  read: readAuthRoleRevokePermissionRequest,
  fields: () => [
    fieldInfo('role', 'role', 1, 'string'),
    fieldInfo('key', 'key', 2, 'bytes'),
    fieldInfo('range_end', 'rangeEnd', 3, 'bytes'),
  ],
});

export interface AuthEnableResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthEnableResponse(): AuthEnableResponse {
  return {
    header: undefined,
  };
}

function assignAuthEnableResponse(m: AuthEnableResponse, init: Partial<AuthEnableResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthEnableResponse(m: AuthEnableResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthEnableResponse(m: AuthEnableResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthEnableResponse(m: AuthEnableResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthEnableResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthEnableResponse');
}

export const AuthEnableResponse: MessageType<AuthEnableResponse> = /*#__PURE__*/ new MessageType<AuthEnableResponse>('etcdserverpb.AuthEnableResponse', {
  empty: emptyAuthEnableResponse,
  assign: assignAuthEnableResponse,
  size: sizeAuthEnableResponse,
  write: writeAuthEnableResponse,
  read: readAuthEnableResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthDisableResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthDisableResponse(): AuthDisableResponse {
  return {
    header: undefined,
  };
}

function assignAuthDisableResponse(m: AuthDisableResponse, init: Partial<AuthDisableResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthDisableResponse(m: AuthDisableResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthDisableResponse(m: AuthDisableResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthDisableResponse(m: AuthDisableResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthDisableResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthDisableResponse');
}

export const AuthDisableResponse: MessageType<AuthDisableResponse> = /*#__PURE__*/ new MessageType<AuthDisableResponse>('etcdserverpb.AuthDisableResponse', {
  empty: emptyAuthDisableResponse,
  assign: assignAuthDisableResponse,
  size: sizeAuthDisableResponse,
  write: writeAuthDisableResponse,
  read: readAuthDisableResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthStatusResponse {
  header: ResponseHeader | undefined;
  enabled: boolean;
  authRevision: number;
}

export function emptyAuthStatusResponse(): AuthStatusResponse {
  return {
    header: undefined,
    enabled: false,
    authRevision: 0,
  };
}

function assignAuthStatusResponse(m: AuthStatusResponse, init: Partial<AuthStatusResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.enabled !== undefined) m.enabled = init.enabled;
  if (init.authRevision !== undefined) m.authRevision = init.authRevision;
}

export function sizeAuthStatusResponse(m: AuthStatusResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.enabled) {
    n += 1 + 1;
  }
  if (m.authRevision !== 0) {
    n += 1 + varintSize(m.authRevision);
  }
  return n;
}

export function writeAuthStatusResponse(m: AuthStatusResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.enabled) {
    b[p++] = 16;
    b[p++] = m.enabled ? 1 : 0;
  }
  if (m.authRevision !== 0) {
    b[p++] = 24;
    p = writeVarint(b, p, m.authRevision);
  }
  return p;
}

export function readAuthStatusResponse(m: AuthStatusResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 16: {
        const v = b[p] as number;
        if (v < 128) {
          m.enabled = v !== 0;
          p++;
        } else {
          m.enabled = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      case 24: {
        const v = b[p] as number;
        if (v < 128) {
          m.authRevision = v;
          p++;
        } else {
          m.authRevision = readUint64Number(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'etcdserverpb.AuthStatusResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthStatusResponse');
}

export const AuthStatusResponse: MessageType<AuthStatusResponse> = /*#__PURE__*/ new MessageType<AuthStatusResponse>('etcdserverpb.AuthStatusResponse', {
  empty: emptyAuthStatusResponse,
  assign: assignAuthStatusResponse,
  size: sizeAuthStatusResponse,
  write: writeAuthStatusResponse,
  read: readAuthStatusResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('enabled', 'enabled', 2, 'bool'),
    fieldInfo('authRevision', 'authRevision', 3, 'uint64'),
  ],
});

export interface AuthenticateResponse {
  header: ResponseHeader | undefined;
  token: string;
}

export function emptyAuthenticateResponse(): AuthenticateResponse {
  return {
    header: undefined,
    token: '',
  };
}

function assignAuthenticateResponse(m: AuthenticateResponse, init: Partial<AuthenticateResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.token !== undefined) m.token = init.token;
}

export function sizeAuthenticateResponse(m: AuthenticateResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  if (m.token.length !== 0) {
    const length = stringSize(m.token);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthenticateResponse(m: AuthenticateResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  if (m.token.length !== 0) {
    b[p++] = 18;
    p = writeString(b, p, m.token);
  }
  return p;
}

export function readAuthenticateResponse(m: AuthenticateResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.token = readString(b, p, l);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AuthenticateResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthenticateResponse');
}

export const AuthenticateResponse: MessageType<AuthenticateResponse> = /*#__PURE__*/ new MessageType<AuthenticateResponse>('etcdserverpb.AuthenticateResponse', {
  empty: emptyAuthenticateResponse,
  assign: assignAuthenticateResponse,
  size: sizeAuthenticateResponse,
  write: writeAuthenticateResponse,
  read: readAuthenticateResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('token', 'token', 2, 'string'),
  ],
});

export interface AuthUserAddResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthUserAddResponse(): AuthUserAddResponse {
  return {
    header: undefined,
  };
}

function assignAuthUserAddResponse(m: AuthUserAddResponse, init: Partial<AuthUserAddResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthUserAddResponse(m: AuthUserAddResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserAddResponse(m: AuthUserAddResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthUserAddResponse(m: AuthUserAddResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthUserAddResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserAddResponse');
}

export const AuthUserAddResponse: MessageType<AuthUserAddResponse> = /*#__PURE__*/ new MessageType<AuthUserAddResponse>('etcdserverpb.AuthUserAddResponse', {
  empty: emptyAuthUserAddResponse,
  assign: assignAuthUserAddResponse,
  size: sizeAuthUserAddResponse,
  write: writeAuthUserAddResponse,
  read: readAuthUserAddResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthUserGetResponse {
  header: ResponseHeader | undefined;
  roles: string[];
}

export function emptyAuthUserGetResponse(): AuthUserGetResponse {
  return {
    header: undefined,
    roles: [],
  };
}

function assignAuthUserGetResponse(m: AuthUserGetResponse, init: Partial<AuthUserGetResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.roles !== undefined) m.roles = init.roles;
}

export function sizeAuthUserGetResponse(m: AuthUserGetResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.roles) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserGetResponse(m: AuthUserGetResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.roles) {
    b[p++] = 18;
    p = writeString(b, p, item);
  }
  return p;
}

export function readAuthUserGetResponse(m: AuthUserGetResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.roles.push(readString(b, p, l));
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AuthUserGetResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserGetResponse');
}

export const AuthUserGetResponse: MessageType<AuthUserGetResponse> = /*#__PURE__*/ new MessageType<AuthUserGetResponse>('etcdserverpb.AuthUserGetResponse', {
  empty: emptyAuthUserGetResponse,
  assign: assignAuthUserGetResponse,
  size: sizeAuthUserGetResponse,
  write: writeAuthUserGetResponse,
  read: readAuthUserGetResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('roles', 'roles', 2, 'string', 1),
  ],
});

export interface AuthUserDeleteResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthUserDeleteResponse(): AuthUserDeleteResponse {
  return {
    header: undefined,
  };
}

function assignAuthUserDeleteResponse(m: AuthUserDeleteResponse, init: Partial<AuthUserDeleteResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthUserDeleteResponse(m: AuthUserDeleteResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserDeleteResponse(m: AuthUserDeleteResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthUserDeleteResponse(m: AuthUserDeleteResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthUserDeleteResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserDeleteResponse');
}

export const AuthUserDeleteResponse: MessageType<AuthUserDeleteResponse> = /*#__PURE__*/ new MessageType<AuthUserDeleteResponse>('etcdserverpb.AuthUserDeleteResponse', {
  empty: emptyAuthUserDeleteResponse,
  assign: assignAuthUserDeleteResponse,
  size: sizeAuthUserDeleteResponse,
  write: writeAuthUserDeleteResponse,
  read: readAuthUserDeleteResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthUserChangePasswordResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthUserChangePasswordResponse(): AuthUserChangePasswordResponse {
  return {
    header: undefined,
  };
}

function assignAuthUserChangePasswordResponse(m: AuthUserChangePasswordResponse, init: Partial<AuthUserChangePasswordResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthUserChangePasswordResponse(m: AuthUserChangePasswordResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserChangePasswordResponse(m: AuthUserChangePasswordResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthUserChangePasswordResponse(m: AuthUserChangePasswordResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthUserChangePasswordResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserChangePasswordResponse');
}

export const AuthUserChangePasswordResponse: MessageType<AuthUserChangePasswordResponse> = /*#__PURE__*/ new MessageType<AuthUserChangePasswordResponse>('etcdserverpb.AuthUserChangePasswordResponse', {
  empty: emptyAuthUserChangePasswordResponse,
  assign: assignAuthUserChangePasswordResponse,
  size: sizeAuthUserChangePasswordResponse,
  write: writeAuthUserChangePasswordResponse,
  read: readAuthUserChangePasswordResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthUserGrantRoleResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthUserGrantRoleResponse(): AuthUserGrantRoleResponse {
  return {
    header: undefined,
  };
}

function assignAuthUserGrantRoleResponse(m: AuthUserGrantRoleResponse, init: Partial<AuthUserGrantRoleResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthUserGrantRoleResponse(m: AuthUserGrantRoleResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserGrantRoleResponse(m: AuthUserGrantRoleResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthUserGrantRoleResponse(m: AuthUserGrantRoleResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthUserGrantRoleResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserGrantRoleResponse');
}

export const AuthUserGrantRoleResponse: MessageType<AuthUserGrantRoleResponse> = /*#__PURE__*/ new MessageType<AuthUserGrantRoleResponse>('etcdserverpb.AuthUserGrantRoleResponse', {
  empty: emptyAuthUserGrantRoleResponse,
  assign: assignAuthUserGrantRoleResponse,
  size: sizeAuthUserGrantRoleResponse,
  write: writeAuthUserGrantRoleResponse,
  read: readAuthUserGrantRoleResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthUserRevokeRoleResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthUserRevokeRoleResponse(): AuthUserRevokeRoleResponse {
  return {
    header: undefined,
  };
}

function assignAuthUserRevokeRoleResponse(m: AuthUserRevokeRoleResponse, init: Partial<AuthUserRevokeRoleResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthUserRevokeRoleResponse(m: AuthUserRevokeRoleResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserRevokeRoleResponse(m: AuthUserRevokeRoleResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthUserRevokeRoleResponse(m: AuthUserRevokeRoleResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthUserRevokeRoleResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserRevokeRoleResponse');
}

export const AuthUserRevokeRoleResponse: MessageType<AuthUserRevokeRoleResponse> = /*#__PURE__*/ new MessageType<AuthUserRevokeRoleResponse>('etcdserverpb.AuthUserRevokeRoleResponse', {
  empty: emptyAuthUserRevokeRoleResponse,
  assign: assignAuthUserRevokeRoleResponse,
  size: sizeAuthUserRevokeRoleResponse,
  write: writeAuthUserRevokeRoleResponse,
  read: readAuthUserRevokeRoleResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthRoleAddResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthRoleAddResponse(): AuthRoleAddResponse {
  return {
    header: undefined,
  };
}

function assignAuthRoleAddResponse(m: AuthRoleAddResponse, init: Partial<AuthRoleAddResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthRoleAddResponse(m: AuthRoleAddResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleAddResponse(m: AuthRoleAddResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthRoleAddResponse(m: AuthRoleAddResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthRoleAddResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleAddResponse');
}

export const AuthRoleAddResponse: MessageType<AuthRoleAddResponse> = /*#__PURE__*/ new MessageType<AuthRoleAddResponse>('etcdserverpb.AuthRoleAddResponse', {
  empty: emptyAuthRoleAddResponse,
  assign: assignAuthRoleAddResponse,
  size: sizeAuthRoleAddResponse,
  write: writeAuthRoleAddResponse,
  read: readAuthRoleAddResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthRoleGetResponse {
  header: ResponseHeader | undefined;
  perm: Permission[];
}

export function emptyAuthRoleGetResponse(): AuthRoleGetResponse {
  return {
    header: undefined,
    perm: [],
  };
}

function assignAuthRoleGetResponse(m: AuthRoleGetResponse, init: Partial<AuthRoleGetResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.perm !== undefined) m.perm = init.perm;
}

export function sizeAuthRoleGetResponse(m: AuthRoleGetResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.perm) {
    const slot = reserveLength();
    const length = sizePermission(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleGetResponse(m: AuthRoleGetResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.perm) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writePermission(item, b, p);
  }
  return p;
}

export function readAuthRoleGetResponse(m: AuthRoleGetResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = emptyPermission();
        readPermission(item, b, p, p + l, depth + 1);
        m.perm.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AuthRoleGetResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleGetResponse');
}

export const AuthRoleGetResponse: MessageType<AuthRoleGetResponse> = /*#__PURE__*/ new MessageType<AuthRoleGetResponse>('etcdserverpb.AuthRoleGetResponse', {
  empty: emptyAuthRoleGetResponse,
  assign: assignAuthRoleGetResponse,
  size: sizeAuthRoleGetResponse,
  write: writeAuthRoleGetResponse,
  read: readAuthRoleGetResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('perm', 'perm', 2, 'message', 1, () => Permission),
  ],
});

export interface AuthRoleListResponse {
  header: ResponseHeader | undefined;
  roles: string[];
}

export function emptyAuthRoleListResponse(): AuthRoleListResponse {
  return {
    header: undefined,
    roles: [],
  };
}

function assignAuthRoleListResponse(m: AuthRoleListResponse, init: Partial<AuthRoleListResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.roles !== undefined) m.roles = init.roles;
}

export function sizeAuthRoleListResponse(m: AuthRoleListResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.roles) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleListResponse(m: AuthRoleListResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.roles) {
    b[p++] = 18;
    p = writeString(b, p, item);
  }
  return p;
}

export function readAuthRoleListResponse(m: AuthRoleListResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.roles.push(readString(b, p, l));
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AuthRoleListResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleListResponse');
}

export const AuthRoleListResponse: MessageType<AuthRoleListResponse> = /*#__PURE__*/ new MessageType<AuthRoleListResponse>('etcdserverpb.AuthRoleListResponse', {
  empty: emptyAuthRoleListResponse,
  assign: assignAuthRoleListResponse,
  size: sizeAuthRoleListResponse,
  write: writeAuthRoleListResponse,
  read: readAuthRoleListResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('roles', 'roles', 2, 'string', 1),
  ],
});

export interface AuthUserListResponse {
  header: ResponseHeader | undefined;
  users: string[];
}

export function emptyAuthUserListResponse(): AuthUserListResponse {
  return {
    header: undefined,
    users: [],
  };
}

function assignAuthUserListResponse(m: AuthUserListResponse, init: Partial<AuthUserListResponse>): void {
  if (init.header !== undefined) m.header = init.header;
  if (init.users !== undefined) m.users = init.users;
}

export function sizeAuthUserListResponse(m: AuthUserListResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.users) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthUserListResponse(m: AuthUserListResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  for (const item of m.users) {
    b[p++] = 18;
    p = writeString(b, p, item);
  }
  return p;
}

export function readAuthUserListResponse(m: AuthUserListResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      case 18: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        m.users.push(readString(b, p, l));
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'etcdserverpb.AuthUserListResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthUserListResponse');
}

export const AuthUserListResponse: MessageType<AuthUserListResponse> = /*#__PURE__*/ new MessageType<AuthUserListResponse>('etcdserverpb.AuthUserListResponse', {
  empty: emptyAuthUserListResponse,
  assign: assignAuthUserListResponse,
  size: sizeAuthUserListResponse,
  write: writeAuthUserListResponse,
  read: readAuthUserListResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
    fieldInfo('users', 'users', 2, 'string', 1),
  ],
});

export interface AuthRoleDeleteResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthRoleDeleteResponse(): AuthRoleDeleteResponse {
  return {
    header: undefined,
  };
}

function assignAuthRoleDeleteResponse(m: AuthRoleDeleteResponse, init: Partial<AuthRoleDeleteResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthRoleDeleteResponse(m: AuthRoleDeleteResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleDeleteResponse(m: AuthRoleDeleteResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthRoleDeleteResponse(m: AuthRoleDeleteResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthRoleDeleteResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleDeleteResponse');
}

export const AuthRoleDeleteResponse: MessageType<AuthRoleDeleteResponse> = /*#__PURE__*/ new MessageType<AuthRoleDeleteResponse>('etcdserverpb.AuthRoleDeleteResponse', {
  empty: emptyAuthRoleDeleteResponse,
  assign: assignAuthRoleDeleteResponse,
  size: sizeAuthRoleDeleteResponse,
  write: writeAuthRoleDeleteResponse,
  read: readAuthRoleDeleteResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthRoleGrantPermissionResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthRoleGrantPermissionResponse(): AuthRoleGrantPermissionResponse {
  return {
    header: undefined,
  };
}

function assignAuthRoleGrantPermissionResponse(m: AuthRoleGrantPermissionResponse, init: Partial<AuthRoleGrantPermissionResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthRoleGrantPermissionResponse(m: AuthRoleGrantPermissionResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleGrantPermissionResponse(m: AuthRoleGrantPermissionResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthRoleGrantPermissionResponse(m: AuthRoleGrantPermissionResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthRoleGrantPermissionResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleGrantPermissionResponse');
}

export const AuthRoleGrantPermissionResponse: MessageType<AuthRoleGrantPermissionResponse> = /*#__PURE__*/ new MessageType<AuthRoleGrantPermissionResponse>('etcdserverpb.AuthRoleGrantPermissionResponse', {
  empty: emptyAuthRoleGrantPermissionResponse,
  assign: assignAuthRoleGrantPermissionResponse,
  size: sizeAuthRoleGrantPermissionResponse,
  write: writeAuthRoleGrantPermissionResponse,
  read: readAuthRoleGrantPermissionResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

export interface AuthRoleRevokePermissionResponse {
  header: ResponseHeader | undefined;
}

export function emptyAuthRoleRevokePermissionResponse(): AuthRoleRevokePermissionResponse {
  return {
    header: undefined,
  };
}

function assignAuthRoleRevokePermissionResponse(m: AuthRoleRevokePermissionResponse, init: Partial<AuthRoleRevokePermissionResponse>): void {
  if (init.header !== undefined) m.header = init.header;
}

export function sizeAuthRoleRevokePermissionResponse(m: AuthRoleRevokePermissionResponse): number {
  let n = 0;
  if (m.header !== undefined) {
    const slot = reserveLength();
    const length = sizeResponseHeader(m.header);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeAuthRoleRevokePermissionResponse(m: AuthRoleRevokePermissionResponse, b: Buffer, start: number): number {
  let p = start;
  if (m.header !== undefined) {
    b[p++] = 10;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeResponseHeader(m.header, b, p);
  }
  return p;
}

export function readAuthRoleRevokePermissionResponse(m: AuthRoleRevokePermissionResponse, b: Uint8Array, start: number, end: number, depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 10: {
        let l = b[p] as number;
        if (l < 128 && l < end - p) p++;
        else {
          l = readLength(b, p, end);
          p = cursor.pos;
        }
        const item = m.header ?? emptyResponseHeader();
        readResponseHeader(item, b, p, p + l, depth + 1);
        m.header = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'etcdserverpb.AuthRoleRevokePermissionResponse');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('etcdserverpb.AuthRoleRevokePermissionResponse');
}

export const AuthRoleRevokePermissionResponse: MessageType<AuthRoleRevokePermissionResponse> = /*#__PURE__*/ new MessageType<AuthRoleRevokePermissionResponse>('etcdserverpb.AuthRoleRevokePermissionResponse', {
  empty: emptyAuthRoleRevokePermissionResponse,
  assign: assignAuthRoleRevokePermissionResponse,
  size: sizeAuthRoleRevokePermissionResponse,
  write: writeAuthRoleRevokePermissionResponse,
  read: readAuthRoleRevokePermissionResponse,
  fields: () => [
    fieldInfo('header', 'header', 1, 'message', 0, () => ResponseHeader),
  ],
});

