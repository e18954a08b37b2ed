// Generated from proto/authpb/auth.proto by scripts/generate.mjs. Do not edit.
import { MessageType, enumInfo, fieldInfo, type EnumInfo } from '../runtime/message-type.ts';
import { EMPTY_BYTES, cursor, misplacedEnd, readBool, readInt32, readLength, readString, readTag, skipField, viewBytes, wrongWireType } from '../runtime/reader.ts';
import { int64Size, lengths, reserveLength, stringSize, varintSize, writeBytes, writeInt64, writeString, writeVarint } from '../runtime/writer.ts';

export const PermissionType = {
  READ: 0,
  WRITE: 1,
  READWRITE: 2,
} as const;
export type PermissionType = number;
export const PermissionTypeInfo: EnumInfo = /*#__PURE__*/ enumInfo('authpb.Permission.Type', PermissionType);
export const PermissionTypeNames: Readonly<Record<number, string>> = PermissionTypeInfo.names;

export interface UserAddOptions {
  noPassword: boolean;
}

export function emptyUserAddOptions(): UserAddOptions {
  return {
    noPassword: false,
  };
}

function assignUserAddOptions(m: UserAddOptions, init: Partial<UserAddOptions>): void {
  if (init.noPassword !== undefined) m.noPassword = init.noPassword;
}

export function sizeUserAddOptions(m: UserAddOptions): number {
  let n = 0;
  if (m.noPassword) {
    n += 1 + 1;
  }
  return n;
}

export function writeUserAddOptions(m: UserAddOptions, b: Buffer, start: number): number {
  let p = start;
  if (m.noPassword) {
    b[p++] = 8;
    b[p++] = m.noPassword ? 1 : 0;
  }
  return p;
}

export function readUserAddOptions(m: UserAddOptions, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 8: {
        const v = b[p] as number;
        if (v < 128) {
          m.noPassword = v !== 0;
          p++;
        } else {
          m.noPassword = readBool(b, p, end);
          p = cursor.pos;
        }
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 1) throw wrongWireType(tag, 'authpb.UserAddOptions');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('authpb.UserAddOptions');
}

export const UserAddOptions: MessageType<UserAddOptions> = /*#__PURE__*/ new MessageType<UserAddOptions>('authpb.UserAddOptions', {
  empty: emptyUserAddOptions,
  assign: assignUserAddOptions,
  size: sizeUserAddOptions,
  write: writeUserAddOptions,
  read: readUserAddOptions,
  fields: () => [
    fieldInfo('no_password', 'noPassword', 1, 'bool'),
  ],
});

export interface User {
  name: Uint8Array;
  password: Uint8Array;
  roles: string[];
  options: UserAddOptions | undefined;
}

export function emptyUser(): User {
  return {
    name: EMPTY_BYTES,
    password: EMPTY_BYTES,
    roles: [],
    options: undefined,
  };
}

function assignUser(m: User, init: Partial<User>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.password !== undefined) m.password = init.password;
  if (init.roles !== undefined) m.roles = init.roles;
  if (init.options !== undefined) m.options = init.options;
}

export function sizeUser(m: User): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = m.name.length;
    n += 1 + varintSize(length) + length;
  }
  if (m.password.length !== 0) {
    const length = m.password.length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.roles) {
    const length = stringSize(item);
    n += 1 + varintSize(length) + length;
  }
  if (m.options !== undefined) {
    const slot = reserveLength();
    const length = sizeUserAddOptions(m.options);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeUser(m: User, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.name);
  }
  if (m.password.length !== 0) {
    b[p++] = 18;
    p = writeBytes(b, p, m.password);
  }
  for (const item of m.roles) {
    b[p++] = 26;
    p = writeString(b, p, item);
  }
  if (m.options !== undefined) {
    b[p++] = 34;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writeUserAddOptions(m.options, b, p);
  }
  return p;
}

export function readUser(m: User, b: Uint8Array, start: number, end: number, depth: number): void {
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
        m.name = viewBytes(b, p, l);
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
        m.password = viewBytes(b, p, l);
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
        m.roles.push(readString(b, p, l));
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
        const item = m.options ?? emptyUserAddOptions();
        readUserAddOptions(item, b, p, p + l, depth + 1);
        m.options = item;
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 4) throw wrongWireType(tag, 'authpb.User');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('authpb.User');
}

export const User: MessageType<User> = /*#__PURE__*/ new MessageType<User>('authpb.User', {
  empty: emptyUser,
  assign: assignUser,
  size: sizeUser,
  write: writeUser,
  read: readUser,
  fields: () => [
    fieldInfo('name', 'name', 1, 'bytes'),
    fieldInfo('password', 'password', 2, 'bytes'),
    fieldInfo('roles', 'roles', 3, 'string', 1),
    fieldInfo('options', 'options', 4, 'message', 0, () => UserAddOptions),
  ],
});

export interface Permission {
  permType: PermissionType;
  key: Uint8Array;
  rangeEnd: Uint8Array;
}

export function emptyPermission(): Permission {
  return {
    permType: 0,
    key: EMPTY_BYTES,
    rangeEnd: EMPTY_BYTES,
  };
}

function assignPermission(m: Permission, init: Partial<Permission>): void {
  if (init.permType !== undefined) m.permType = init.permType;
  if (init.key !== undefined) m.key = init.key;
  if (init.rangeEnd !== undefined) m.rangeEnd = init.rangeEnd;
}

export function sizePermission(m: Permission): number {
  let n = 0;
  if (m.permType !== 0) {
    n += 1 + int64Size(m.permType);
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

export function writePermission(m: Permission, b: Buffer, start: number): number {
  let p = start;
  if (m.permType !== 0) {
    b[p++] = 8;
    p = writeInt64(b, p, m.permType);
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

export function readPermission(m: Permission, b: Uint8Array, start: number, end: number, _depth: number): void {
  let p = start;
  while (p < end) {
    let tag = b[p] as number;
    if (tag < 128) p++;
    else {
      tag = readTag(b, p, end);
      p = cursor.pos;
    }
    switch (tag) {
      case 8: {
        const v = b[p] as number;
        if (v < 128) {
          m.permType = v;
          p++;
        } else {
          m.permType = readInt32(b, p, end);
          p = cursor.pos;
        }
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
        if (tag >>> 3 !== 0 && tag >>> 3 <= 3) throw wrongWireType(tag, 'authpb.Permission');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('authpb.Permission');
}

export const Permission: MessageType<Permission> = /*#__PURE__*/ new MessageType<Permission>('authpb.Permission', {
  empty: emptyPermission,
  assign: assignPermission,
  size: sizePermission,
  write: writePermission,
  read: readPermission,
  fields: () => [
    fieldInfo('permType', 'permType', 1, 'enum', 0, undefined, PermissionTypeInfo),
    fieldInfo('key', 'key', 2, 'bytes'),
    fieldInfo('range_end', 'rangeEnd', 3, 'bytes'),
  ],
});

export interface Role {
  name: Uint8Array;
  keyPermission: Permission[];
}

export function emptyRole(): Role {
  return {
    name: EMPTY_BYTES,
    keyPermission: [],
  };
}

function assignRole(m: Role, init: Partial<Role>): void {
  if (init.name !== undefined) m.name = init.name;
  if (init.keyPermission !== undefined) m.keyPermission = init.keyPermission;
}

export function sizeRole(m: Role): number {
  let n = 0;
  if (m.name.length !== 0) {
    const length = m.name.length;
    n += 1 + varintSize(length) + length;
  }
  for (const item of m.keyPermission) {
    const slot = reserveLength();
    const length = sizePermission(item);
    lengths.slots[slot] = length;
    n += 1 + varintSize(length) + length;
  }
  return n;
}

export function writeRole(m: Role, b: Buffer, start: number): number {
  let p = start;
  if (m.name.length !== 0) {
    b[p++] = 10;
    p = writeBytes(b, p, m.name);
  }
  for (const item of m.keyPermission) {
    b[p++] = 18;
    p = writeVarint(b, p, lengths.slots[lengths.next++] as number);
    p = writePermission(item, b, p);
  }
  return p;
}

export function readRole(m: Role, b: Uint8Array, start: number, end: number, depth: number): void {
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
        m.name = viewBytes(b, p, l);
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
        m.keyPermission.push(item);
        p += l;
        break;
      }
      default: {
        if (tag >>> 3 !== 0 && tag >>> 3 <= 2) throw wrongWireType(tag, 'authpb.Role');
        p = skipField(b, p, end, tag);
      }
    }
  }
  if (p !== end) throw misplacedEnd('authpb.Role');
}

export const Role: MessageType<Role> = /*#__PURE__*/ new MessageType<Role>('authpb.Role', {
  empty: emptyRole,
  assign: assignRole,
  size: sizeRole,
  write: writeRole,
  read: readRole,
  fields: () => [
    fieldInfo('name', 'name', 1, 'bytes'),
    fieldInfo('keyPermission', 'keyPermission', 2, 'message', 1, () => Permission),
  ],
});

