// Transcripts of legal and illegal membership changes, with the configuration and progress they lead to.
import {
  ConfChangeError,
  type ConfChangeResult,
  changeSimply,
  enterJoint,
  leaveJoint,
} from '../confchange/changes.ts';
import { parseConfChanges } from '../confchange/codec.ts';
import { NO_LIMIT } from '../limits.ts';
import { describeMembership } from '../tracker/membership.ts';
import { ProgressTracker } from '../tracker/tracker.ts';
import type { ConfChangeSingle } from '../types.ts';
import { booleanArgument, type Directive, TranscriptError } from './datadriven.ts';

const MAX_INFLIGHT_MESSAGES = 10;

/** The state of one transcript. The last index counts directives, so that `next` tells when a member joined. */
export class ConfChangeSession {
  readonly #tracker = new ProgressTracker(MAX_INFLIGHT_MESSAGES, NO_LIMIT);
  #lastIndex = 0;

  /** Runs one directive. @throws TranscriptError */
  run(directive: Directive): string {
    const lastIndex = this.#lastIndex++;
    const changes = parseConfChanges(directive.input);
    try {
      const { membership, dropped } = this.#change(directive, changes);
      this.#tracker.install(membership, dropped, lastIndex);
    } catch (error) {
      if (error instanceof ConfChangeError) return `${error.message}\n`;
      throw error;
    }
    return `${describeMembership(this.#tracker.membership)}\n${this.#tracker.describe()}`;
  }

  #change(directive: Directive, changes: readonly ConfChangeSingle[]): ConfChangeResult {
    const { membership } = this.#tracker;
    switch (directive.command) {
      case 'simple':
        return changeSimply(membership, changes);
      case 'enter-joint':
        return enterJoint(membership, changes, { autoLeave: booleanArgument(directive, 'autoleave') });
      case 'leave-joint':
        if (changes.length > 0) throw new ConfChangeError('this command takes no input');
        return leaveJoint(membership);
      default:
        throw new TranscriptError(`unknown command: ${directive.command}`);
    }
  }
}
