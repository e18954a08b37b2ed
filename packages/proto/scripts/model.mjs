// Resolves parsed .proto files into the model the emitter writes from: every type gets its TypeScript name,
// every field its property, kind and wire type.

const SCALAR_KINDS = new Set(['int64', 'uint64', 'int32', 'uint32', 'bool', 'string', 'bytes']);

/** snake_case to camelCase; a leading capital is lowered if a lower-case letter follows (NodeID: nodeID, ID: ID). */
export function propertyName(name) {
  const camel = name.replace(/_([A-Za-z0-9])/g, (_, letter) => letter.toUpperCase());
  return /^[A-Z][a-z]/.test(camel) ? camel[0].toLowerCase() + camel.slice(1) : camel;
}

/** Builds {files: [{module, messages, enums}], services} from parsed files. */
export function buildModel(parsedFiles) {
  const types = new Map();
  const files = [];
  for (const parsed of parsedFiles) {
    const module = `${parsed.package.replaceAll('.', '-')}-${parsed.file
      .replace(/^.*\//, '')
      .replace(/\.proto$/, '')
      .replaceAll('_', '-')}`;
    const file = { module, source: parsed.file, messages: [], enums: [] };
    const fullName = (item) => [parsed.package, ...item.scope, item.name].join('.');
    for (const item of parsed.enums) {
      const own = item.name === 'Type' ? `${item.scope.at(-1)}Type` : item.name;
      const entry = {
        type: 'enum',
        fullName: fullName(item),
        tsName: item.options.ts_enum_name ?? own,
        module,
        values: item.values,
      };
      types.set(entry.fullName, entry);
      file.enums.push(entry);
    }
    for (const item of parsed.messages) {
      const entry = {
        type: 'message',
        fullName: fullName(item),
        tsName: item.options.ts_name ?? item.name,
        module,
        syntax: item.syntax,
        fields: [],
        raw: item,
      };
      types.set(entry.fullName, entry);
      file.messages.push(entry);
    }
    files.push(file);
  }
  const seen = new Map();
  for (const entry of types.values()) {
    const other = seen.get(entry.tsName);
    if (other !== undefined)
      throw new Error(`${entry.fullName} and ${other} are both exported as ${entry.tsName}`);
    seen.set(entry.tsName, entry.fullName);
  }

  /** Looks a type name up from the innermost scope outwards. */
  const resolve = (name, scope) => {
    for (let depth = scope.length; depth >= 0; depth--) {
      const found = types.get([...scope.slice(0, depth), name].join('.'));
      if (found !== undefined) return found;
    }
    throw new Error(`unknown type ${name} in ${scope.join('.')}`);
  };

  for (const file of files) {
    for (const message of file.messages) {
      const scope = message.fullName.split('.');
      for (const raw of message.raw.fields) {
        const scalar = SCALAR_KINDS.has(raw.type);
        const reference = scalar ? undefined : resolve(raw.type, scope);
        const kind = scalar ? raw.type : reference.type;
        const repeated = raw.label === 'repeated';
        const bigint = raw.options.bigint === true;
        if (bigint && kind !== 'int64' && kind !== 'uint64')
          throw new Error(`${message.fullName}.${raw.name}: bigint on ${kind}`);
        const wireType = kind === 'string' || kind === 'bytes' || kind === 'message' ? 2 : 0;
        message.fields.push({
          name: raw.name,
          property: propertyName(raw.name),
          number: raw.number,
          kind,
          reference,
          repeated,
          packed: repeated && wireType === 0 && message.syntax === 'proto3',
          bigint,
          wireType,
          oneof: raw.oneof,
          presence: kind !== 'message' && (raw.oneof !== undefined || raw.options.presence === true),
          nonnull: raw.options.nonnull === true,
          always: raw.options.always === true,
        });
      }
      message.fields.sort((a, b) => a.number - b.number);
      delete message.raw;
    }
  }
  for (const message of types.values())
    if (message.type === 'message') message.recursive = reaches(message, message);

  const services = [];
  for (const parsed of parsedFiles) {
    for (const service of parsed.services) {
      const scope = parsed.package.split('.');
      services.push({
        name: service.name,
        fullName: `${parsed.package}.${service.name}`,
        methods: service.methods.map((method) => ({
          ...method,
          request: resolve(method.request, scope),
          response: resolve(method.response, scope),
        })),
      });
    }
  }
  return { files, services };
}

/** True if values of `from` may contain a `target`. */
function reaches(from, target, visited = new Set()) {
  for (const field of from.fields) {
    if (field.kind !== 'message') continue;
    if (field.reference === target) return true;
    if (visited.has(field.reference)) continue;
    visited.add(field.reference);
    if (reaches(field.reference, target, visited)) return true;
  }
  return false;
}
