/**
 * Command-line flags in the GNU style etcdctl uses: `--name value`, `--name=value`, `-w json`, `-wjson`; flags and
 * arguments in any order, `--` ends the flags. Error texts are those users know from etcdctl.
 */
import { formatDuration, parseDuration } from '../go/duration.ts';

export type FlagKind = 'bool' | 'string' | 'int' | 'duration' | 'list';

export interface FlagDefinition {
  readonly name: string;
  /** One-letter form. */
  readonly short?: string;
  readonly kind: FlagKind;
  /** As it would be typed; default: false, "", 0. */
  readonly defaultText?: string;
  readonly usage: string;
}

/** A flag that does not exist, or a value that does not fit. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** `--help` or `-h` was given. */
export class HelpRequested extends Error {
  override readonly name = 'HelpRequested';
}

type FlagValue = boolean | string | bigint | string[];

const ZERO_TEXT: Readonly<Record<FlagKind, string>> = {
  bool: 'false',
  string: '',
  int: '0',
  duration: '0s',
  list: '',
};

/** The flags of one command with their values. */
export class Flags {
  readonly #definitions = new Map<string, FlagDefinition>();
  readonly #shorts = new Map<string, FlagDefinition>();
  readonly #values = new Map<string, FlagValue>();
  readonly #changed = new Set<string>();

  constructor(definitions: readonly FlagDefinition[]) {
    for (const definition of definitions) {
      this.#definitions.set(definition.name, definition);
      if (definition.short !== undefined) this.#shorts.set(definition.short, definition);
      this.#values.set(
        definition.name,
        parseValue(definition, definition.defaultText ?? ZERO_TEXT[definition.kind]),
      );
    }
  }

  get definitions(): readonly FlagDefinition[] {
    return [...this.#definitions.values()];
  }

  /** True if the flag was given on the command line. */
  changed(name: string): boolean {
    return this.#changed.has(name);
  }

  bool(name: string): boolean {
    return this.#get(name) as boolean;
  }

  string(name: string): string {
    return this.#get(name) as string;
  }

  list(name: string): readonly string[] {
    return this.#get(name) as string[];
  }

  /** An integer; beyond 2^53 the nearest double. */
  int(name: string): number {
    return Number(this.#get(name) as bigint);
  }

  /** A duration in milliseconds. */
  durationMs(name: string): number {
    return Number(this.#get(name) as bigint) / 1e6;
  }

  /** The value as text. */
  text(name: string): string {
    const value = this.#get(name);
    if (Array.isArray(value)) return `[${value.join(',')}]`;
    if (this.#definitions.get(name)?.kind === 'duration') return formatDuration(value as bigint);
    return String(value);
  }

  /** Sets a value from the environment. Throws FlagError. */
  setDefault(name: string, text: string): void {
    const definition = this.#definitions.get(name);
    if (definition === undefined) throw new FlagError(`unknown flag: --${name}`);
    this.#values.set(name, parseValue(definition, text));
  }

  /** Reads the arguments; returns those that are no flags, and how many of them stood before `--` (-1: no `--`). */
  parse(args: readonly string[]): { positional: string[]; dashAt: number } {
    const positional: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const argument = args[i] as string;
      if (argument === '--') {
        const dashAt = positional.length;
        positional.push(...args.slice(i + 1));
        return { positional, dashAt };
      }
      if (argument.startsWith('--')) i += this.#long(argument, args[i + 1]);
      else if (argument.startsWith('-') && argument.length > 1) i += this.#shortGroup(argument, args[i + 1]);
      else positional.push(argument);
    }
    return { positional, dashAt: -1 };
  }

  /** Handles `--name…`; returns how many further arguments were used. */
  #long(argument: string, next: string | undefined): number {
    const [name, inline] = split(argument.slice(2));
    if (name === '' || name.startsWith('-') || name.startsWith('='))
      throw new FlagError(`bad flag syntax: ${argument}`);
    const definition = this.#definitions.get(name);
    if (definition === undefined) {
      if (name === 'help') throw new HelpRequested();
      throw new FlagError(`unknown flag: --${name}`);
    }
    if (inline !== undefined) {
      this.#set(definition, inline);
      return 0;
    }
    if (definition.kind === 'bool') {
      this.#set(definition, 'true');
      return 0;
    }
    if (next === undefined) throw new FlagError(`flag needs an argument: --${name}`);
    this.#set(definition, next);
    return 1;
  }

  /** Handles `-abc`, `-w json`, `-wjson`, `-w=json`. */
  #shortGroup(argument: string, next: string | undefined): number {
    for (let i = 1; i < argument.length; i++) {
      const letter = argument[i] as string;
      const definition = this.#shorts.get(letter);
      if (definition === undefined) {
        if (letter === 'h') throw new HelpRequested();
        throw new FlagError(`unknown shorthand flag: '${letter}' in ${argument}`);
      }
      const rest = argument.slice(i + 1);
      if (rest.startsWith('=')) {
        this.#set(definition, rest.slice(1));
        return 0;
      }
      if (definition.kind === 'bool') {
        this.#set(definition, 'true');
        continue;
      }
      if (rest !== '') {
        this.#set(definition, rest);
        return 0;
      }
      if (next === undefined) throw new FlagError(`flag needs an argument: '${letter}' in ${argument}`);
      this.#set(definition, next);
      return 1;
    }
    return 0;
  }

  #set(definition: FlagDefinition, text: string): void {
    let value: FlagValue;
    try {
      value = parseValue(definition, text);
    } catch (error) {
      const shown = definition.short === undefined ? '' : `-${definition.short}, `;
      const reason = (error as Error).message;
      throw new FlagError(
        `invalid argument ${JSON.stringify(text)} for "${shown}--${definition.name}" flag: ${reason}`,
      );
    }
    const previous = this.#values.get(definition.name);
    const appended = definition.kind === 'list' && this.#changed.has(definition.name);
    this.#values.set(definition.name, appended ? [...(previous as string[]), ...(value as string[])] : value);
    this.#changed.add(definition.name);
  }

  #get(name: string): FlagValue {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`flag --${name} is not defined`);
    return value;
  }
}

function split(text: string): [string, string | undefined] {
  const at = text.indexOf('=', 1);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

const TRUE_WORDS = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE_WORDS = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

function parseValue(definition: FlagDefinition, text: string): FlagValue {
  switch (definition.kind) {
    case 'bool':
      if (TRUE_WORDS.has(text)) return true;
      if (FALSE_WORDS.has(text)) return false;
      throw new FlagError(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
    case 'int':
      return parseInteger(text);
    case 'duration': {
      const duration = parseDuration(text);
      if (duration === undefined) throw new FlagError(`time: invalid duration ${JSON.stringify(text)}`);
      return duration;
    }
    case 'list':
      return text === '' ? [] : text.split(',');
    case 'string':
      return text;
  }
}

/** A 64-bit integer, decimal or with a 0x, 0o or 0b prefix. */
function parseInteger(text: string): bigint {
  const fail = (reason: string): FlagError =>
    new FlagError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${reason}`);
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|\d+)$/.exec(text);
  if (match === null) throw fail('invalid syntax');
  const digits = match[2] as string;
  const octal = /^0[0-7]+$/.test(digits);
  const magnitude = BigInt(octal ? `0o${digits.slice(1)}` : digits);
  const value = match[1] === '-' ? -magnitude : magnitude;
  if (value !== BigInt.asIntN(64, value)) throw fail('value out of range');
  return value;
}
