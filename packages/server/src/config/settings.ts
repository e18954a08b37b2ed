// Raw settings: the text of every flag, gathered from the command line, ETCD_* variables or a config file,
// each value checked against its row of the flag table.
import type { FlagSpec } from './flag-spec.ts';
import { flagByName, flagTable } from './flag-table.ts';
import { parseGoBool, parseGoDuration, parseGoInt } from './go-values.ts';

/** A mistake in the settings. `exitCode` is etcd's: 2 for a malformed command line, 1 for anything else. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The text of each setting, by canonical flag name, and which of them somebody set. */
export class Settings {
  readonly #values = new Map<string, string>();
  readonly warnings: string[] = [];

  /** Whether the setting was given by the user. */
  isSet(name: string): boolean {
    return this.#values.has(name);
  }

  /** Whether the setting was given and differs from its default. */
  isChanged(name: string): boolean {
    const value = this.#values.get(name);
    return value !== undefined && value !== (flagByName.get(name) as FlagSpec).fallback;
  }

  text(name: string): string {
    return this.#values.get(name) ?? this.#spec(name).fallback;
  }

  bool(name: string): boolean {
    return parseGoBool(this.text(name)) as boolean;
  }

  int(name: string): number {
    return parseGoInt(this.text(name)) as number;
  }

  /** A duration in milliseconds. */
  durationMs(name: string): number {
    return parseGoDuration(this.text(name)) as number;
  }

  list(name: string): string[] {
    const text = this.text(name);
    return text === '' ? [] : text.split(',').map((item) => item.trim());
  }

  /** Takes a value. @throws Error whose message is Go's reason, for the caller to put into its own words */
  set(spec: FlagSpec, value: string): void {
    const reason = problemWith(spec, value);
    if (reason !== undefined) throw new Error(reason);
    this.#values.set(spec.name, value);
    if (spec.status === 'ignored') this.warnings.push(`ignored flag "${spec.name}"`);
  }

  #spec(name: string): FlagSpec {
    const spec = flagByName.get(name);
    if (spec === undefined) throw new TypeError(`no flag is named ${name}`);
    return spec;
  }
}

/** Why a value does not fit its flag; undefined when it does. */
function problemWith(spec: FlagSpec, value: string): string | undefined {
  const { kind } = spec;
  switch (kind.type) {
    case 'bool':
      return parseGoBool(value) === undefined ? 'parse error' : undefined;
    case 'int': {
      const number = parseGoInt(value);
      if (number === undefined) return 'parse error';
      if (number < (kind.min ?? -(2 ** 63)) || number > (kind.max ?? 2 ** 63)) return 'value out of range';
      return undefined;
    }
    case 'duration':
      return parseGoDuration(value) === undefined ? 'parse error' : undefined;
    case 'choice':
      return kind.choices.includes(value) ? undefined : 'invalid value';
    case 'urls':
      return value === '' ? undefined : problemWithUrls(value);
    default:
      return undefined;
  }
}

function problemWithUrls(value: string): string | undefined {
  for (const text of value.split(',').map((item) => item.trim())) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (/[\s\0-\x1f\x7f]/.test(text)) return `invalid character in URL: ${JSON.stringify(text)}`;
    const match = /^([a-z]+):\/\/([^/?#]*)(.*)$/.exec(text);
    if (match === null || !['http', 'https', 'unix', 'unixs'].includes(match[1] as string)) {
      return `URL scheme must be http, https, unix, or unixs: ${text}`;
    }
    if ((match[1] as string).startsWith('http')) {
      if (!/^(\[[0-9a-fA-F:.%]+\]|[^:[\]]*):\d+$/.test(match[2] as string)) {
        return `URL address does not have the form "host:port": ${text}`;
      }
      if (match[3] !== '' && match[3] !== '/') return `URL must not contain a path: ${text}`;
    }
  }
  return undefined;
}

/** Reads a command line in the manner of Go's flag package: `-x v`, `--x v`, `--x=v`, `--bool`, `--bool=false`. */
export function readArguments(settings: Settings, args: readonly string[]): void {
  for (let at = 0; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '--' || !word.startsWith('-') || word === '-') {
      const rest = word === '--' ? args[at + 1] : word;
      if (rest === undefined) return;
      throw new SettingsError(`'${rest}' is not a valid flag`);
    }
    const body = word.replace(/^--?/, '');
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    if (name === '' || name.startsWith('-')) throw new SettingsError(`bad flag syntax: ${word}`, 2);
    const spec = flagByName.get(name);
    if (spec === undefined) throw new SettingsError(`flag provided but not defined: -${name}`, 2);
    const isBool = spec.kind.type === 'bool';
    let value = equals < 0 ? (isBool ? 'true' : args[++at]) : body.slice(equals + 1);
    if (value === undefined) throw new SettingsError(`flag needs an argument: -${name}`, 2);
    if (name === 'debug' && value === '') value = 'true';
    try {
      settings.set(spec, value);
    } catch (error) {
      const what = isBool
        ? `invalid boolean value ${JSON.stringify(value)} for`
        : `invalid value ${JSON.stringify(value)} for flag`;
      throw new SettingsError(`${what} -${name}: ${(error as Error).message}`, 2);
    }
  }
}

/** Variables named ETCD_… that are not settings of the server. */
const OTHER_VARIABLES = new Set(['ETCD_CONFIG_FILE', 'ETCD_VERSION', 'ETCD_VERIFY', 'ETCD_UNSUPPORTED_ARCH']);

/** The variable that stands for a flag. */
export function variableOf(flagName: string): string {
  return `ETCD_${flagName.toUpperCase().replaceAll('-', '_')}`;
}

const flagByVariable = new Map([...flagByName].map(([name, spec]) => [variableOf(name), spec] as const));

/** Adds the settings found in ETCD_* variables; a flag set both ways is a mistake, as in etcd. */
export function readEnvironment(settings: Settings, env: Readonly<Record<string, string | undefined>>): void {
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('ETCD_') || value === undefined || value === '') continue;
    if (OTHER_VARIABLES.has(variable)) continue;
    const spec = flagByVariable.get(variable);
    if (spec === undefined) {
      settings.warnings.push(`unrecognized environment variable ${variable}=${value}`);
      continue;
    }
    if (settings.isSet(spec.name)) {
      throw new SettingsError(
        `conflicting environment variable ${JSON.stringify(variable)} is shadowed by corresponding command-line flag (either unset environment variable or disable flag)`,
      );
    }
    try {
      settings.set(spec, value);
    } catch (error) {
      throw new SettingsError(
        `invalid value ${JSON.stringify(value)} for ${variable}: ${(error as Error).message}`,
      );
    }
  }
}

/** Settings of flags that this release does not serve yet, and that would break a promise if passed over. */
export function refusePlanned(settings: Settings): void {
  for (const spec of flagTable) {
    if (spec.status === 'planned' && settings.isChanged(spec.name)) {
      throw new SettingsError(`--${spec.name} is not supported by this release`);
    }
  }
}
