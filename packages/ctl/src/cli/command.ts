/** Trees of commands: finding the one that was typed, and giving help. */
import { SUGGESTION_DISTANCE } from '../limits.ts';
import type { FlagDefinition, Flags } from './flag-set.ts';

/** What a command is called with. */
export interface Invocation {
  readonly args: readonly string[];
  /** How many arguments stood before `--`; -1: there was none. */
  readonly dashAt: number;
  readonly flags: Flags;
}

export type Run = (invocation: Invocation) => Promise<void> | void;

export interface Command {
  readonly name: string;
  /** What follows the name in the usage line. */
  readonly synopsis?: string;
  readonly summary: string;
  /** Further lines of help. */
  readonly description?: string;
  /** Flags of this command alone. */
  readonly flags?: readonly FlagDefinition[];
  /** Flags of this command and those below it. */
  readonly sharedFlags?: readonly FlagDefinition[];
  readonly commands?: readonly Command[];
  /** Loads the code; absent for commands that only group others. */
  readonly load?: () => Promise<Run>;
}

/** No command of this name. */
export class UnknownCommandError extends Error {
  override readonly name = 'UnknownCommandError';
}

/** A command found in a tree, with its ancestors, and the arguments that are left. */
export interface Found {
  /** From the root to the command. */
  readonly path: readonly Command[];
  readonly args: readonly string[];
}

/** All flags a command knows: its own and those its ancestors share. */
export function flagsOf(path: readonly Command[]): FlagDefinition[] {
  return [...path.flatMap((command) => command.sharedFlags ?? []), ...(path.at(-1)?.flags ?? [])];
}

/**
 * Walks down the tree by the arguments that are no flags. A name may be shortened as long as it fits one command
 * only. Throws UnknownCommandError if the first word names no command of the root.
 */
export function findCommand(root: Command, args: readonly string[]): Found {
  let path: readonly Command[] = [root];
  let rest = args;
  for (;;) {
    const command = path.at(-1) as Command;
    const children = command.commands ?? [];
    if (children.length === 0) return { path, args: rest };
    const at = firstWord(rest, flagsOf(path));
    if (at === -1) return { path, args: rest };
    const word = rest[at] as string;
    const child = matchName(children, word);
    if (child === undefined) {
      if (path.length === 1) throw new UnknownCommandError(unknownText(root, word));
      return { path, args: rest };
    }
    path = [...path, child];
    rest = [...rest.slice(0, at), ...rest.slice(at + 1)];
  }
}

/** Index of the first argument that is neither a flag nor a flag's value; -1 if there is none. */
function firstWord(args: readonly string[], flags: readonly FlagDefinition[]): number {
  const takesNoValue = (test: (flag: FlagDefinition) => boolean): boolean =>
    flags.some((flag) => flag.kind === 'bool' && test(flag));
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] as string;
    if (argument === '--') return -1;
    if (argument.startsWith('--')) {
      const name = argument.slice(2);
      if (name !== 'help' && !name.includes('=') && !takesNoValue((flag) => flag.name === name)) i++;
    } else if (argument.startsWith('-') && argument.length === 2) {
      const letter = argument.slice(1);
      if (letter !== 'h' && !takesNoValue((flag) => flag.short === letter)) i++;
    } else if (!(argument.startsWith('-') && argument.length > 1)) {
      return i;
    }
  }
  return -1;
}

function matchName(commands: readonly Command[], word: string): Command | undefined {
  const exact = commands.find((command) => command.name === word);
  if (exact !== undefined || word === '') return exact;
  const fitting = commands.filter((command) => command.name.startsWith(word));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function unknownText(root: Command, word: string): string {
  const near = (root.commands ?? [])
    .map((command) => command.name)
    .filter(
      (name) =>
        name.startsWith(word.toLowerCase()) || editDistance(word.toLowerCase(), name) <= SUGGESTION_DISTANCE,
    )
    .sort();
  const text = `unknown command ${JSON.stringify(word)} for "${root.name}"`;
  return near.length === 0
    ? text
    : `${text}\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    previous = row;
  }
  return previous[b.length] as number;
}
