// Reads transcripts: text files of directives with the output each of them must produce. A directive is a line of a
// command and its arguments, then input lines, a line `----`, and the output up to an empty line (or, when the
// output has empty lines, between two lines `----` twice).

/** An argument `key` or `key=value` or `key=(value, value)`. */
export interface Argument {
  readonly key: string;
  readonly values: readonly string[];
}

/** One step of a transcript. */
export interface Directive {
  /** Line number of the command, from 1. */
  readonly line: number;
  readonly command: string;
  readonly args: readonly Argument[];
  readonly input: string;
  readonly expected: string;
}

/** A transcript or one of its directives that does not parse. */
export class TranscriptError extends Error {
  override readonly name = 'TranscriptError';
}

const SEPARATOR = '----';

/** A piece of the file: lines kept as they are, or a directive with the lines before its output. */
export type Piece =
  | { readonly kind: 'text'; readonly lines: readonly string[] }
  | { readonly kind: 'directive'; readonly head: readonly string[]; readonly directive: Directive };

function parseArguments(text: string, line: number): Argument[] {
  const args: Argument[] = [];
  const pattern = /\s*([^\s=()]+)(?:=(\([^)]*\)|[^\s()]*))?/y;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null)
      throw new TranscriptError(`line ${line}: cannot read arguments "${text.slice(at).trim()}"`);
    at = pattern.lastIndex;
    args.push({ key: match[1] as string, values: parseValues(match[2]) });
  }
  return args;
}

function parseValues(text: string | undefined): string[] {
  if (text === undefined) return [];
  if (!text.startsWith('(')) return [text];
  const inner = text.slice(1, -1).trim();
  return inner === '' ? [] : inner.split(/\s*,\s*|\s+/);
}

/** Splits a file into its pieces. @throws TranscriptError */
export function parseTranscript(text: string): Piece[] {
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  const pieces: Piece[] = [];
  let at = 0;
  while (at < lines.length) {
    const first = lines[at] as string;
    if (first.trim() === '' || first.trimStart().startsWith('#')) {
      pieces.push({ kind: 'text', lines: [first] });
      at++;
      continue;
    }
    const start = at;
    let commandLine = first;
    at++;
    while (commandLine.endsWith('\\') && at < lines.length) {
      commandLine = `${commandLine.slice(0, -1)} ${(lines[at] as string).trim()}`;
      at++;
    }
    const input: string[] = [];
    while (at < lines.length && lines[at] !== SEPARATOR) {
      if ((lines[at] as string).trim() === '' && /^subtest\b/.test(commandLine)) break;
      input.push(lines[at] as string);
      at++;
    }
    const [command, rest] = splitCommand(commandLine);
    if (at >= lines.length || lines[at] !== SEPARATOR) {
      // `subtest name` … `subtest end` only group.
      if (command !== 'subtest')
        throw new TranscriptError(`line ${start + 1}: no ${SEPARATOR} after ${command}`);
      pieces.push({ kind: 'text', lines: lines.slice(start, at) });
      continue;
    }
    at++;
    const head = lines.slice(start, at);
    const expected: string[] = [];
    const doubled = lines[at] === SEPARATOR;
    if (doubled) {
      at++;
      while (at < lines.length && !(lines[at] === SEPARATOR && lines[at + 1] === SEPARATOR)) {
        expected.push(lines[at] as string);
        at++;
      }
      at += 2;
    } else {
      while (at < lines.length && (lines[at] as string).trim() !== '') {
        expected.push(lines[at] as string);
        at++;
      }
    }
    const directive: Directive = {
      line: start + 1,
      command,
      args: parseArguments(rest, start + 1),
      input: input.join('\n'),
      expected: expected.map((line) => `${line}\n`).join(''),
    };
    pieces.push({ kind: 'directive', head, directive });
  }
  return pieces;
}

function splitCommand(line: string): [string, string] {
  const trimmed = line.trim();
  const space = trimmed.search(/\s/);
  return space < 0 ? [trimmed, ''] : [trimmed.slice(0, space), trimmed.slice(space)];
}

/** The first value of `key`, undefined if it is not given. */
export function argument(directive: Directive, key: string): string | undefined {
  return directive.args.find((arg) => arg.key === key && arg.values.length > 0)?.values[0];
}

/** A boolean argument, false if it is not given. @throws TranscriptError */
export function booleanArgument(directive: Directive, key: string): boolean {
  const value = argument(directive, key);
  if (value === undefined || value === 'false') return false;
  if (value === 'true') return true;
  throw new TranscriptError(`${key}=${value} is not a boolean`);
}

/** The arguments that are plain numbers. */
export function numberArguments(directive: Directive): number[] {
  return directive.args
    .filter((arg) => arg.values.length === 0 && /^\d+$/.test(arg.key))
    .map((arg) => Number(arg.key));
}

/** The first plain number. @throws TranscriptError if there is none */
export function firstNumber(directive: Directive): number {
  const first = numberArguments(directive)[0];
  if (first === undefined) throw new TranscriptError(`${directive.command} needs a number`);
  return first;
}

/** A decimal number. @throws TranscriptError */
export function parseNumber(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d+$/.test(text))
    throw new TranscriptError(`${what} must be a number, not ${text}`);
  return Number(text);
}
