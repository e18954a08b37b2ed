// Parser for the subset of the .proto language our own files use: packages, imports, messages, enums,
// oneofs, services, `quorate.*` options, line comments. Anything else is a syntax error.

/** Splits source text into tokens, dropping comments. */
function tokenize(text, file) {
  const pattern = /\s+|\/\/[^\n]*|"[^"\n]*"|[A-Za-z_][\w.]*|-?\d+|[{}()[\]=;,]/gy;
  const tokens = [];
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null)
      throw new Error(`${file}: unexpected character at offset ${start}: ${text.slice(start, start + 20)}`);
    if (!/^(\s|\/\/)/.test(match[0])) tokens.push(match[0]);
  }
  return tokens;
}

/** Parses one file into {file, syntax, package, imports, messages, enums, services}. */
export function parseProto(text, file) {
  const tokens = tokenize(text, file);
  let at = 0;
  const peek = () => tokens[at];
  const next = () => {
    if (at >= tokens.length) throw new Error(`${file}: unexpected end`);
    return tokens[at++];
  };
  const expect = (...wanted) => {
    for (const token of wanted) {
      const got = next();
      if (got !== token) throw new Error(`${file}: expected ${token}, got ${got} (token ${at})`);
    }
  };
  const string = () => {
    const token = next();
    if (!token.startsWith('"')) throw new Error(`${file}: expected a string, got ${token}`);
    return token.slice(1, -1);
  };
  const value = () => {
    const token = next();
    if (token.startsWith('"')) return token.slice(1, -1);
    if (token === 'true' || token === 'false') return token === 'true';
    return /^-?\d+$/.test(token) ? Number(token) : token;
  };
  /** `(quorate.name) = value`, or a plain name; returns [name, value]. */
  const option = () => {
    let name = next();
    if (name === '(') {
      name = next();
      expect(')');
    }
    expect('=');
    return [name.replace(/^quorate\./, ''), value()];
  };

  const parsed = { file, syntax: 'proto2', package: '', imports: [], messages: [], enums: [], services: [] };

  const parseEnum = (scope) => {
    const result = { name: next(), scope, options: {}, values: [] };
    expect('{');
    while (peek() !== '}') {
      const name = next();
      if (name === 'option') {
        const [key, val] = option();
        result.options[key] = val;
      } else {
        expect('=');
        result.values.push({ name, number: Number(next()) });
      }
      expect(';');
    }
    expect('}');
    parsed.enums.push(result);
  };

  const parseField = (label, type, oneof) => {
    const field = { label, type, oneof, name: next(), number: 0, options: {} };
    expect('=');
    field.number = Number(next());
    if (peek() === '[') {
      do {
        next();
        const [key, val] = option();
        field.options[key] = val;
      } while (peek() === ',');
      expect(']');
    }
    expect(';');
    return field;
  };

  const parseMessage = (scope) => {
    const result = { name: next(), scope, options: {}, fields: [], syntax: parsed.syntax };
    const inner = [...scope, result.name];
    expect('{');
    while (peek() !== '}') {
      const token = next();
      if (token === 'message') parseMessage(inner);
      else if (token === 'enum') parseEnum(inner);
      else if (token === 'option') {
        const [key, val] = option();
        result.options[key] = val;
        expect(';');
      } else if (token === 'oneof') {
        const name = next();
        expect('{');
        while (peek() !== '}') result.fields.push(parseField('optional', next(), name));
        expect('}');
      } else if (token === 'repeated' || token === 'optional')
        result.fields.push(parseField(token, next(), undefined));
      else result.fields.push(parseField('optional', token, undefined));
    }
    expect('}');
    parsed.messages.push(result);
  };

  const parseService = () => {
    const service = { name: next(), methods: [] };
    expect('{');
    while (peek() !== '}') {
      expect('rpc');
      const method = {
        name: next(),
        request: '',
        response: '',
        clientStreaming: false,
        serverStreaming: false,
        http: [],
      };
      const side = () => {
        expect('(');
        const streaming = peek() === 'stream';
        if (streaming) next();
        const type = next();
        expect(')');
        return [type, streaming];
      };
      [method.request, method.clientStreaming] = side();
      expect('returns');
      [method.response, method.serverStreaming] = side();
      if (peek() === '{') {
        next();
        while (peek() !== '}') {
          expect('option');
          const [key, val] = option();
          if (key !== 'http') throw new Error(`${file}: unknown method option ${key}`);
          method.http.push(val);
          expect(';');
        }
        expect('}');
      } else expect(';');
      service.methods.push(method);
    }
    expect('}');
    parsed.services.push(service);
  };

  while (at < tokens.length) {
    const token = next();
    if (token === 'syntax') {
      expect('=');
      parsed.syntax = string();
      expect(';');
    } else if (token === 'package') {
      parsed.package = next();
      expect(';');
    } else if (token === 'import') {
      parsed.imports.push(string());
      expect(';');
    } else if (token === 'message') parseMessage([]);
    else if (token === 'enum') parseEnum([]);
    else if (token === 'service') parseService();
    else throw new Error(`${file}: unexpected ${token}`);
  }
  return parsed;
}
