/**
 * Flags in the style of Go's flag package, which etcdctl's API 2 has: `-name value`, `--name=value`, `-bool`,
 * `-bool=false`. Within a command flags and arguments may be mixed; `--` ends the flags.
 */
import { parseDuration } from '../go/duration.ts';

export interface GoFlag {
  /** The name, then its other spellings. */
  readonly names: readonly [string, ...string[]];
  readonly kind: 'bool' | 'string' | 'int' | 'duration' | 'list';
  /** As it would be typed. */
  readonly defaultText?: string;
  readonly usage: string;
}

/** A flag that does not exist, or a value that does not fit. */
export class GoFlagError extends Error {
  override readonly name = 'GoFlagError';
}

/** Values of flags by their main name. */
export class GoFlags {
  readonly #values = new Map<string, string[]>();
  readonly #definitions: readonly GoFlag[];

  constructor(definitions: readonly GoFlag[]) {
    this.#definitions = definitions;
  }

  bool(name: string): boolean {
    return this.#text(name, 'false') === 'true';
  }

  string(name: string): string {
    return this.#text(name, '');
  }

  list(name: string): readonly string[] {
    return (this.#values.get(name) ?? []).flatMap((text) => text.split(','));
  }

  int(name: string): number {
    return Number(this.#text(name, '0'));
  }

  durationMs(name: string): number {
    return Number(parseDuration(this.#text(name, '0')) ?? 0n) / 1e6;
  }

  #text(name: string, zero: string): string {
    const given = this.#values.get(name)?.at(-1);
    return given ?? this.#definitions.find((flag) => flag.names[0] === name)?.defaultText ?? zero;
  }

  /**
   * Reads flags and returns the arguments. `mixed`: flags may follow arguments; otherwise the first argument ends
   * the flags. Throws GoFlagError; `-h` and `--help` throw GoHelpRequested.
   */
  parse(args: readonly string[], mixed: boolean): string[] {
    const rest: string[] = [];
    for (let i = 0; i < args.length; i++) {
      const argument = args[i] as string;
      if (argument === '--') return [...rest, ...args.slice(i + 1)];
      if (!argument.startsWith('-') || argument === '-') {
        if (!mixed) return args.slice(i);
        rest.push(argument);
        continue;
      }
      i += this.#flag(argument, args[i + 1]);
    }
    return rest;
  }

  /** Reads one flag; returns how many further arguments it used. */
  #flag(argument: string, next: string | undefined): number {
    const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument);
    if (match === null) throw new GoFlagError(`bad flag syntax: ${argument}`);
    const name = match[1] as string;
    const inline = match[2];
    const flag = this.#definitions.find((candidate) => candidate.names.includes(name));
    if (flag === undefined) {
      if (name === 'h' || name === 'help') throw new GoHelpRequested();
      throw new GoFlagError(`flag provided but not defined: -${name}`);
    }
    if (flag.kind === 'bool' && inline === undefined) {
      this.#set(flag, name, 'true');
      return 0;
    }
    const text = inline ?? next;
    if (text === undefined) throw new GoFlagError(`flag needs an argument: -${name}`);
    this.#set(flag, name, text);
    return inline === undefined ? 1 : 0;
  }

  #set(flag: GoFlag, name: string, text: string): void {
    const fail = (reason: string): GoFlagError =>
      new GoFlagError(`invalid value ${JSON.stringify(text)} for flag -${name}: ${reason}`);
    let value = text;
    if (flag.kind === 'bool') {
      if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) value = 'true';
      else if (/^(?:0|f|F|false|FALSE|False)$/.test(text)) value = 'false';
      else throw fail('parse error');
    } else if (flag.kind === 'int') {
      if (!/^[+-]?\d+$/.test(text)) throw fail('parse error');
    } else if (flag.kind === 'duration' && parseDuration(text) === undefined) {
      throw fail('parse error');
    }
    const main = flag.names[0];
    this.#values.set(main, [...(this.#values.get(main) ?? []), value]);
  }
}

/** `-h` or `--help` was given. */
export class GoHelpRequested extends Error {
  override readonly name = 'GoHelpRequested';
}
