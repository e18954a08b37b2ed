// Where the commands of an interaction write: indented, and silent at log level none.

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'none'];

/** Output of one directive. Log lines are not written at all: transcripts are compared without them. */
export class Output {
  #text = '';
  #indent = '';
  #level = 'debug';

  /** Whether nothing but errors is shown. */
  get quiet(): boolean {
    return this.#level === 'none';
  }

  get level(): string {
    return this.#level;
  }

  /** Sets the log level; returns what is wrong with the name, if anything. */
  setLevel(level: string): string | undefined {
    const name = level.toLowerCase();
    if (!LEVELS.includes(name)) return `log levels must be either of [${LEVELS.join(' ').toUpperCase()}]`;
    this.#level = name;
    return undefined;
  }

  /** Writes lines, each with the indentation in force. */
  write(text: string): void {
    if (this.quiet || text === '') return;
    const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
    for (const line of lines) this.#text += `${this.#indent}${line}\n`;
  }

  /** Runs `action` with its output indented by two more columns. */
  indented(action: () => void): void {
    const before = this.#indent;
    this.#indent = `${before}  `;
    try {
      action();
    } finally {
      this.#indent = before;
    }
  }

  /** What was written since the last call. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
