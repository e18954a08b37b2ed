// Runs a whole transcript: quorum, membership changes or interaction, told apart by its commands.
import { ConfChangeSession } from './confchange-commands.ts';
import { type Directive, type Piece, parseTranscript, TranscriptError } from './datadriven.ts';
import { InteractionSession } from './interaction-commands.ts';
import { runQuorumCommand } from './quorum-commands.ts';

/** A directive that did not produce what it must. */
export interface Mismatch {
  readonly line: number;
  readonly command: string;
  readonly expected: string;
  readonly actual: string;
}

/** Outcome of a transcript. */
export interface TranscriptResult {
  readonly directives: number;
  readonly mismatches: readonly Mismatch[];
  /** The same file with the output that was produced. */
  readonly rewritten: string;
}

const LOG_LINE = /^\s*(DEBUG|INFO|WARN|ERROR|FATAL|PANIC)\b/;

/** Output without its log lines; a directive that shows nothing else shows `ok`. */
function comparable(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !LOG_LINE.test(line));
  return lines.length === 0 ? 'ok' : lines.map((line) => line.trimEnd()).join('\n');
}

function sessionFor(pieces: readonly Piece[]): (directive: Directive) => string {
  const first = pieces.find((piece) => piece.kind === 'directive');
  switch (first?.kind === 'directive' ? first.directive.command : '') {
    case 'committed':
    case 'vote':
      return runQuorumCommand;
    case 'simple':
    case 'enter-joint':
    case 'leave-joint': {
      const session = new ConfChangeSession();
      return (directive) => session.run(directive);
    }
    default: {
      const session = new InteractionSession();
      return (directive) => session.run(directive);
    }
  }
}

/** Runs a transcript from its text. A directive that fails hard ends it. @throws TranscriptError if it does not parse */
export function runTranscript(text: string): TranscriptResult {
  const pieces = parseTranscript(text);
  const run = sessionFor(pieces);
  const mismatches: Mismatch[] = [];
  const rewritten: string[] = [];
  let directives = 0;
  for (const piece of pieces) {
    if (piece.kind === 'text') {
      rewritten.push(...piece.lines);
      continue;
    }
    const { directive } = piece;
    directives++;
    let actual: string;
    let fatal = false;
    try {
      actual = run(directive);
    } catch (error) {
      actual = error instanceof TranscriptError ? `${error.message}\n` : `${String(error)}\n`;
      fatal = !(error instanceof TranscriptError);
    }
    if (comparable(actual) !== comparable(directive.expected)) {
      mismatches.push({
        line: directive.line,
        command: directive.command,
        expected: directive.expected,
        actual,
      });
    }
    rewritten.push(...piece.head, ...actual.trimEnd().split('\n'));
    if (fatal) break;
  }
  return { directives, mismatches, rewritten: `${rewritten.join('\n')}\n` };
}
