// Writes the TypeScript of one .proto file: per message an interface, its default value, the two encoding
// passes, the merging decoder, and the MessageType that ties them together.

const RUNTIME = '../runtime/';

class Code {
  lines = [];
  indent = '';
  line(text = '') {
    this.lines.push(text === '' ? '' : this.indent + text);
  }
  block(head, body, tail = '}') {
    this.line(head);
    this.indent += '  ';
    body();
    this.indent = this.indent.slice(2);
    this.line(tail);
  }
  toString() {
    return `${this.lines.join('\n')}\n`;
  }
}

function elementType(field) {
  if (field.bigint) return 'bigint';
  switch (field.kind) {
    case 'bool':
      return 'boolean';
    case 'string':
      return 'string';
    case 'bytes':
      return 'Uint8Array';
    case 'enum':
    case 'message':
      return field.reference.tsName;
    default:
      return 'number';
  }
}

/** May the property be undefined? */
const isOptional = (field) =>
  !field.repeated && (field.presence || (field.kind === 'message' && !field.nonnull));

function propertyType(field) {
  const element = elementType(field);
  if (field.repeated) return `${element}[]`;
  return isOptional(field) ? `${element} | undefined` : element;
}

function defaultValue(field, use) {
  if (field.repeated) return '[]';
  if (isOptional(field)) return 'undefined';
  if (field.bigint) return '0n';
  switch (field.kind) {
    case 'bool':
      return 'false';
    case 'string':
      return "''";
    case 'bytes':
      return use('reader.ts', 'EMPTY_BYTES');
    case 'message':
      return `empty${field.reference.tsName}()`;
    default:
      return '0';
  }
}

/** The bytes of a tag. */
function tagBytes(tag) {
  const bytes = [];
  for (let rest = tag; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      bytes.push(rest);
      return bytes;
    }
    bytes.push((rest % 128) + 128);
  }
}

/** Text of one generated module. */
export function emitFile(file) {
  const imports = new Map();
  /** Notes that `name` is needed from `module`; returns it. */
  const useFrom = (module, name) => {
    if (!imports.has(module)) imports.set(module, new Set());
    imports.get(module).add(name);
    return name;
  };
  const use = (module, name) => useFrom(RUNTIME + module, name);
  /** A function of another message's codec. */
  const codec = (prefix, type) => {
    const name = prefix + type.tsName;
    return type.module === file.module ? name : useFrom(`./${type.module}.ts`, name);
  };

  const code = new Code();
  for (const item of file.enums) emitEnum(code, item, use);
  for (const message of file.messages)
    emitMessage(code, message, { use, codec, useFrom, module: file.module });

  const head = new Code();
  head.line(`// Generated from proto/${file.source} by scripts/generate.mjs. Do not edit.`);
  for (const [module, names] of [...imports].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const needed = [...names].filter((name) => !(name.startsWith('type ') && names.has(name.slice(5))));
    head.line(`import { ${needed.sort().join(', ')} } from '${module}';`);
  }
  head.line();
  return head.toString() + code.toString();
}

function emitEnum(code, item, use) {
  const name = item.tsName;
  code.block(
    `export const ${name} = {`,
    () => {
      for (const value of item.values) code.line(`${value.name}: ${value.number},`);
    },
    '} as const;',
  );
  code.line(`export type ${name} = number;`);
  use('message-type.ts', 'type EnumInfo');
  code.line(
    `export const ${name}Info: EnumInfo = /*#__PURE__*/ ${use('message-type.ts', 'enumInfo')}('${item.fullName}', ${name});`,
  );
  code.line(`export const ${name}Names: Readonly<Record<number, string>> = ${name}Info.names;`);
  code.line();
}

function emitMessage(code, message, context) {
  const { use } = context;
  const name = message.tsName;
  for (const field of message.fields) {
    if ((field.kind === 'message' || field.kind === 'enum') && field.reference.module !== context.module) {
      context.useFrom(`./${field.reference.module}.ts`, `type ${field.reference.tsName}`);
    }
  }
  code.block(`export interface ${name} {`, () => {
    for (const field of message.fields) code.line(`${field.property}: ${propertyType(field)};`);
  });
  code.line();
  code.block(`export function empty${name}(): ${name} {`, () => {
    if (message.fields.length === 0) code.line('return {};');
    else
      code.block(
        'return {',
        () => {
          for (const field of message.fields) {
            if (field.kind === 'message' && field.nonnull && !field.repeated)
              context.codec('empty', field.reference);
            code.line(`${field.property}: ${defaultValue(field, use)},`);
          }
        },
        '};',
      );
  });
  code.line();
  const unused = message.fields.length === 0 ? '_' : '';
  code.block(`function assign${name}(${unused}m: ${name}, ${unused}init: Partial<${name}>): void {`, () => {
    for (const field of message.fields) {
      code.line(`if (init.${field.property} !== undefined) m.${field.property} = init.${field.property};`);
    }
  });
  code.line();
  emitSize(code, message, context);
  emitWrite(code, message, context);
  emitRead(code, message, context);
  code.block(
    `export const ${name}: ${use('message-type.ts', 'MessageType')}<${name}> = /*#__PURE__*/ new MessageType<${name}>('${message.fullName}', {`,
    () => {
      for (const part of ['empty', 'assign', 'size', 'write', 'read']) code.line(`${part}: ${part}${name},`);
      if (message.fields.length === 0) code.line('fields: () => [],');
      else
        code.block(
          'fields: () => [',
          () => {
            for (const field of message.fields) code.line(`${fieldDescription(field, context)},`);
          },
          '],',
        );
    },
    '});',
  );
  code.line();
}

function fieldDescription(field, context) {
  const flags = (field.repeated ? 1 : 0) + (field.bigint ? 2 : 0) + (field.presence ? 4 : 0);
  const parts = [`'${field.name}'`, `'${field.property}'`, field.number, `'${field.kind}'`, flags];
  const reference = (name) =>
    field.reference.module === context.module
      ? name
      : context.useFrom(`./${field.reference.module}.ts`, name);
  if (field.kind === 'message') {
    if (field.reference.module !== context.module) {
      context.useFrom(`./${field.reference.module}.ts`, field.reference.tsName);
    }
    parts.push(`() => ${field.reference.tsName}`);
  } else parts.push('undefined');
  if (field.kind === 'enum') parts.push(reference(`${field.reference.tsName}Info`));
  else parts.push('undefined');
  if (field.oneof !== undefined) parts.push(`'${field.oneof}'`);
  while (parts.at(-1) === 'undefined') parts.pop();
  if (parts.length === 5 && flags === 0) parts.pop();
  return `${context.use('message-type.ts', 'fieldInfo')}(${parts.join(', ')})`;
}

/** Condition under which a singular field is written; '' for always. */
function presentCondition(field, value) {
  if (field.nonnull || field.always) return '';
  if (field.kind === 'message' || field.presence) return `${value} !== undefined`;
  if (field.bigint) return `${value} !== 0n`;
  if (field.kind === 'bool') return value;
  if (field.kind === 'string' || field.kind === 'bytes') return `${value}.length !== 0`;
  return `${value} !== 0`;
}

/** Expression for the bytes a varint-kind value takes. */
function varintSizeOf(field, value, use) {
  if (field.bigint) return `${use('writer.ts', 'bigintSize')}(${value})`;
  if (field.kind === 'bool') return '1';
  if (field.kind === 'uint64' || field.kind === 'uint32')
    return `${use('writer.ts', 'varintSize')}(${value})`;
  return `${use('writer.ts', 'int64Size')}(${value})`;
}

function varintWrite(field, value, use) {
  if (field.bigint) return `p = ${use('writer.ts', 'writeBigint')}(b, p, ${value});`;
  if (field.kind === 'bool') return `b[p++] = ${value} ? 1 : 0;`;
  if (field.kind === 'uint64' || field.kind === 'uint32')
    return `p = ${use('writer.ts', 'writeVarint')}(b, p, ${value});`;
  return `p = ${use('writer.ts', 'writeInt64')}(b, p, ${value});`;
}

function emitSize(code, message, { use, codec }) {
  const name = message.tsName;
  if (message.fields.length === 0) {
    code.block(`export function size${name}(_m: ${name}): number {`, () => code.line('return 0;'));
    code.line();
    return;
  }
  const one = (field, value) => {
    const tagSize = tagBytes(field.number * 8 + field.wireType).length;
    if (field.kind === 'message') {
      code.line(`const slot = ${use('writer.ts', 'reserveLength')}();`);
      code.line(`const length = ${codec('size', field.reference)}(${value});`);
      code.line(`${use('writer.ts', 'lengths')}.slots[slot] = length;`);
      code.line(`n += ${tagSize} + ${use('writer.ts', 'varintSize')}(length) + length;`);
    } else if (field.kind === 'string') {
      code.line(`const length = ${use('writer.ts', 'stringSize')}(${value});`);
      code.line(`n += ${tagSize} + ${use('writer.ts', 'varintSize')}(length) + length;`);
    } else if (field.kind === 'bytes') {
      code.line(`const length = ${value}.length;`);
      code.line(`n += ${tagSize} + ${use('writer.ts', 'varintSize')}(length) + length;`);
    } else code.line(`n += ${tagSize} + ${varintSizeOf(field, value, use)};`);
  };
  code.block(`export function size${name}(m: ${name}): number {`, () => {
    code.line('let n = 0;');
    for (const field of message.fields) {
      const value = `m.${field.property}`;
      if (field.packed) {
        code.block(`if (${value}.length !== 0) {`, () => {
          code.line(`const slot = ${use('writer.ts', 'reserveLength')}();`);
          code.line('let length = 0;');
          code.line(`for (const item of ${value}) length += ${varintSizeOf(field, 'item', use)};`);
          code.line(`${use('writer.ts', 'lengths')}.slots[slot] = length;`);
          code.line(
            `n += ${tagBytes(field.number * 8 + 2).length} + ${use('writer.ts', 'varintSize')}(length) + length;`,
          );
        });
      } else if (field.repeated) {
        code.block(`for (const item of ${value}) {`, () => one(field, 'item'));
      } else {
        const condition = presentCondition(field, value);
        const operand = field.always ? `(${value} ?? default${field.reference.tsName})` : value;
        code.block(condition === '' ? '{' : `if (${condition}) {`, () => one(field, operand));
      }
    }
    code.line('return n;');
  });
  code.line();
}

function emitWrite(code, message, { use, codec }) {
  const name = message.tsName;
  if (message.fields.length === 0) {
    code.block(`export function write${name}(_m: ${name}, _b: Buffer, start: number): number {`, () =>
      code.line('return start;'),
    );
    code.line();
    return;
  }
  for (const field of message.fields) {
    if (field.always)
      code.line(`const default${field.reference.tsName} = ${codec('empty', field.reference)}();`);
  }
  const tag = (number, wireType) => {
    for (const byte of tagBytes(number * 8 + wireType)) code.line(`b[p++] = ${byte};`);
  };
  const one = (field, value) => {
    tag(field.number, field.wireType);
    if (field.kind === 'message') {
      const lengths = use('writer.ts', 'lengths');
      code.line(
        `p = ${use('writer.ts', 'writeVarint')}(b, p, ${lengths}.slots[${lengths}.next++] as number);`,
      );
      code.line(`p = ${codec('write', field.reference)}(${value}, b, p);`);
    } else if (field.kind === 'string') code.line(`p = ${use('writer.ts', 'writeString')}(b, p, ${value});`);
    else if (field.kind === 'bytes') code.line(`p = ${use('writer.ts', 'writeBytes')}(b, p, ${value});`);
    else code.line(varintWrite(field, value, use));
  };
  code.block(`export function write${name}(m: ${name}, b: Buffer, start: number): number {`, () => {
    code.line('let p = start;');
    for (const field of message.fields) {
      const value = `m.${field.property}`;
      if (field.packed) {
        code.block(`if (${value}.length !== 0) {`, () => {
          tag(field.number, 2);
          const lengths = use('writer.ts', 'lengths');
          code.line(
            `p = ${use('writer.ts', 'writeVarint')}(b, p, ${lengths}.slots[${lengths}.next++] as number);`,
          );
          code.block(`for (const item of ${value}) {`, () => code.line(varintWrite(field, 'item', use)));
        });
      } else if (field.repeated) {
        code.block(`for (const item of ${value}) {`, () => one(field, 'item'));
      } else {
        const condition = presentCondition(field, value);
        const operand = field.always ? `${value} ?? default${field.reference.tsName}` : value;
        code.block(condition === '' ? '{' : `if (${condition}) {`, () => one(field, operand));
      }
    }
    code.line('return p;');
  });
  code.line();
}

/** The reader for a varint of more than one byte. */
function slowReader(field, use) {
  if (field.bigint) return use('reader.ts', field.kind === 'int64' ? 'readInt64BigInt' : 'readUint64BigInt');
  const readers = {
    int64: 'readInt64Number',
    uint64: 'readUint64Number',
    int32: 'readInt32',
    enum: 'readInt32',
    uint32: 'readUint32',
    bool: 'readBool',
  };
  return use('reader.ts', readers[field.kind]);
}

function fastValue(field) {
  if (field.bigint) return 'v === 0 ? 0n : BigInt(v)';
  return field.kind === 'bool' ? 'v !== 0' : 'v';
}

function emitRead(code, message, { use, codec }) {
  const name = message.tsName;
  const cursor = () => use('reader.ts', 'cursor');
  const needsDepth = message.recursive || message.fields.some((field) => field.kind === 'message');
  const depthName = needsDepth ? 'depth' : '_depth';
  for (const field of message.fields) {
    if (field.always) {
      const type = field.reference.tsName;
      if (field.reference.module !== message.module)
        throw new Error(`${message.fullName}.${field.name}: always across files`);
      code.line(`const defaultBytesOf${type} = ${type}.encode(default${type});`);
      code.line();
    }
  }
  const readVarint = (field, store) => {
    code.line('const v = b[p] as number;');
    code.block(
      'if (v < 128) {',
      () => {
        code.line(store(fastValue(field)));
        code.line('p++;');
      },
      '} else {',
    );
    code.indent += '  ';
    code.line(store(`${slowReader(field, use)}(b, p, end)`));
    code.line(`p = ${cursor()}.pos;`);
    code.indent = code.indent.slice(2);
    code.line('}');
  };
  const readLength = () => {
    code.line('let l = b[p] as number;');
    code.line('if (l < 128 && l < end - p) p++;');
    code.block('else {', () => {
      code.line(`l = ${use('reader.ts', 'readLength')}(b, p, end);`);
      code.line(`p = ${cursor()}.pos;`);
    });
  };
  const target = message.fields.length === 0 ? '_m' : 'm';
  code.block(
    `export function read${name}(${target}: ${name}, b: Uint8Array, start: number, end: number, ${depthName}: number): void {`,
    () => {
      if (message.recursive) {
        code.line(
          `if (depth > ${use('../limits.ts', 'MAX_DECODE_DEPTH')}) throw ${use('reader.ts', 'tooDeep')}('${message.fullName}');`,
        );
      }
      code.line('let p = start;');
      code.block('while (p < end) {', () => {
        code.line('let tag = b[p] as number;');
        code.line('if (tag < 128) p++;');
        code.block('else {', () => {
          code.line(`tag = ${use('reader.ts', 'readTag')}(b, p, end);`);
          code.line(`p = ${cursor()}.pos;`);
        });
        if (message.fields.length === 0) {
          code.line(`p = ${use('reader.ts', 'skipField')}(b, p, end, tag);`);
          return;
        }
        code.block('switch (tag) {', () => {
          for (const field of message.fields) {
            const value = `m.${field.property}`;
            code.block(`case ${field.number * 8 + field.wireType}: {`, () => {
              if (field.wireType === 0) {
                readVarint(field, (expression) =>
                  field.repeated ? `${value}.push(${expression});` : `${value} = ${expression};`,
                );
              } else {
                readLength();
                if (field.kind === 'message') {
                  const empty = codec('empty', field.reference);
                  const read = codec('read', field.reference);
                  if (field.repeated) {
                    code.line(`const item = ${empty}();`);
                    code.line(`${read}(item, b, p, p + l, depth + 1);`);
                    code.line(`${value}.push(item);`);
                  } else if (field.always) {
                    code.block(
                      `if (${value} !== undefined || !${use('reader.ts', 'sameBytes')}(b, p, l, defaultBytesOf${field.reference.tsName})) {`,
                      () => {
                        code.line(`const item = ${value} ?? ${empty}();`);
                        code.line(`${read}(item, b, p, p + l, depth + 1);`);
                        code.line(`${value} = item;`);
                      },
                    );
                  } else {
                    const fresh = field.oneof !== undefined;
                    if (field.nonnull) code.line(`${read}(${value}, b, p, p + l, depth + 1);`);
                    else {
                      code.line(fresh ? `const item = ${empty}();` : `const item = ${value} ?? ${empty}();`);
                      code.line(`${read}(item, b, p, p + l, depth + 1);`);
                      code.line(`${value} = item;`);
                    }
                  }
                } else {
                  const expression =
                    field.kind === 'string'
                      ? `${use('reader.ts', 'readString')}(b, p, l)`
                      : `${use('reader.ts', 'viewBytes')}(b, p, l)`;
                  code.line(field.repeated ? `${value}.push(${expression});` : `${value} = ${expression};`);
                }
                code.line('p += l;');
              }
              if (field.oneof !== undefined) {
                for (const other of message.fields) {
                  if (other.oneof === field.oneof && other !== field)
                    code.line(`m.${other.property} = undefined;`);
                }
              }
              code.line('break;');
            });
            if (field.repeated && field.wireType === 0) {
              code.block(`case ${field.number * 8 + 2}: {`, () => {
                readLength();
                code.line('const last = p + l;');
                code.block('while (p < last) {', () =>
                  readVarint(field, (expression) => `${value}.push(${expression});`),
                );
                code.line(
                  `if (p !== last) throw ${use('reader.ts', 'misplacedEnd')}('${message.fullName}');`,
                );
                code.line('break;');
              });
            }
          }
          code.block('default: {', () => {
            const cases = message.fields.map((field) => `tag >>> 3 === ${field.number}`);
            const numbers = message.fields.map((field) => field.number);
            const contiguous = numbers.every((number, index) => number === index + 1);
            const known = contiguous
              ? `tag >>> 3 !== 0 && tag >>> 3 <= ${numbers.length}`
              : cases.join(' || ');
            code.line(
              `if (${known}) throw ${use('reader.ts', 'wrongWireType')}(tag, '${message.fullName}');`,
            );
            code.line(`p = ${use('reader.ts', 'skipField')}(b, p, end, tag);`);
          });
        });
      });
      code.line(`if (p !== end) throw ${use('reader.ts', 'misplacedEnd')}('${message.fullName}');`);
    },
  );
  code.line();
}

/** Text of the table of services. */
export function emitServices(services) {
  const imports = new Map();
  for (const service of services) {
    for (const method of service.methods) {
      for (const type of [method.request, method.response]) {
        if (!imports.has(type.module)) imports.set(type.module, new Set());
        imports.get(type.module).add(type.tsName);
      }
    }
  }
  const code = new Code();
  code.line('// Generated from the services of proto/** by scripts/generate.mjs. Do not edit.');
  code.line(`import type { MethodInfo } from '${RUNTIME}message-type.ts';`);
  for (const [module, names] of [...imports].sort(([a], [b]) => (a < b ? -1 : 1))) {
    code.line(`import { ${[...names].sort().join(', ')} } from './${module}.ts';`);
  }
  code.line();
  code.block(
    `function method<Request, Response>(`,
    () => {
      code.line('path: string,');
      code.line("request: MethodInfo<Request, Response>['request'],");
      code.line("response: MethodInfo<Request, Response>['response'],");
      code.line("streaming: '' | 'client' | 'server' | 'both',");
      code.line('http: readonly string[],');
    },
    '): MethodInfo<Request, Response> {',
  );
  code.indent = '  ';
  code.line("const clientStreaming = streaming === 'client' || streaming === 'both';");
  code.line("const serverStreaming = streaming === 'server' || streaming === 'both';");
  code.line('return { path, request, response, clientStreaming, serverStreaming, http };');
  code.indent = '';
  code.line('}');
  code.line();
  code.line('/** Every gRPC service, by short name. */');
  code.block(
    'export const services = {',
    () => {
      for (const service of services) {
        code.block(
          `${service.name}: {`,
          () => {
            for (const method of service.methods) {
              const streaming = method.clientStreaming
                ? method.serverStreaming
                  ? 'both'
                  : 'client'
                : method.serverStreaming
                  ? 'server'
                  : '';
              const http = method.http.map((path) => `'${path}'`).join(', ');
              code.line(
                `${method.name}: method('/${service.fullName}/${method.name}', ${method.request.tsName}, ${method.response.tsName}, '${streaming}', [${http}]),`,
              );
            }
          },
          '},',
        );
      }
    },
    '} as const;',
  );
  return code.toString();
}

/** Text of the module that exports every type. */
export function emitIndex(files) {
  const code = new Code();
  code.line('// Generated from proto/** by scripts/generate.mjs. Do not edit.');
  for (const file of files) {
    const names = [
      ...file.enums.flatMap((item) => [item.tsName, `${item.tsName}Names`]),
      ...file.messages.map((item) => item.tsName),
    ];
    code.line(`export { ${names.sort().join(', ')} } from './${file.module}.ts';`);
  }
  code.line(`export { services } from './services.ts';`);
  return code.toString();
}
