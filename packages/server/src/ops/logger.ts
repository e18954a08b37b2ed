// Structured logs with etcd's field names: one JSON object a line (level, ts, caller, msg, fields), or, for
// people, one coloured line.
import { closeSync, openSync, writeSync } from 'node:fs';
import { FatalError } from '@quorate/base';
import { RotatingFile, type RotationSettings } from './log-rotation.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'panic' | 'fatal';
export type LogFields = Readonly<Record<string, unknown>>;

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'panic', 'fatal'];
const COLOURS: Readonly<Record<LogLevel, string>> = {
  debug: '\u001b[90m',
  info: '\u001b[36m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  panic: '\u001b[35m',
  fatal: '\u001b[35m',
};

/** Writes log lines; made for one part of the program by `named`. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log, with another `caller`. */
  named(caller: string): Logger;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** `default`, `stderr`, `stdout`, `systemd/journal` or file paths. */
  readonly outputs: readonly string[];
  /** Undefined: console lines on a terminal, JSON elsewhere. */
  readonly format: 'json' | 'console' | undefined;
  /** How log files are rotated; undefined: they are not. */
  readonly rotation?: RotationSettings | undefined;
}

/** JSON.stringify, but for values that it refuses. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return item.toString(16);
    return item instanceof Error ? item.message : item;
  });
}

function jsonLine(level: LogLevel, caller: string, message: string, fields: LogFields): string {
  const head = toJson({ level, ts: new Date().toISOString(), caller, msg: message });
  const tail = toJson(fields);
  return tail === '{}' ? `${head}\n` : `${head.slice(0, -1)},${tail.slice(1)}\n`;
}

function consoleLine(
  level: LogLevel,
  caller: string,
  message: string,
  fields: LogFields,
  colour: boolean,
): string {
  const time = new Date().toISOString().slice(11, 23);
  const details = Object.entries(fields)
    .map(
      ([name, value]) => `${name}=${typeof value === 'string' && !/\s/.test(value) ? value : toJson(value)}`,
    )
    .join(' ');
  if (!colour) return `${time} ${level.toUpperCase().padEnd(5)} ${caller}  ${message}  ${details}\n`;
  return `\u001b[90m${time}\u001b[0m ${COLOURS[level]}${level.toUpperCase().padEnd(5)}\u001b[0m \u001b[90m${caller}\u001b[0m  ${message}  \u001b[90m${details}\u001b[0m\n`;
}

interface Target {
  write(line: string): void;
  close(): void;
  readonly format: 'json' | 'console';
  readonly colour: boolean;
}

function openTarget(output: string, { format, rotation }: LogOptions): Target {
  if (output === 'stdout' || output === 'stderr' || output === 'default' || output === 'systemd/journal') {
    const stream = output === 'stdout' ? process.stdout : process.stderr;
    const isTerminal = stream.isTTY === true;
    return {
      write: (line) => writeLine(stream.fd, line),
      close: () => {},
      format: format ?? (isTerminal ? 'console' : 'json'),
      colour: isTerminal,
    };
  }
  try {
    const shared = { format: format ?? 'json', colour: false } as const;
    if (rotation !== undefined) {
      const file = new RotatingFile(output, rotation);
      return { ...shared, write: (line) => writeRotating(file, line), close: () => file.close() };
    }
    const fd = openSync(output, 'a', 0o600);
    return { ...shared, write: (line) => writeLine(fd, line), close: () => closeSync(fd) };
  } catch (error) {
    throw new FatalError(`cannot open log output ${output}: ${(error as Error).message}`);
  }
}

/** Writes all of a line, waiting out a full pipe; a log that is gone is no reason to end the process. */
function writeLine(fd: number, line: string): void {
  let rest = Buffer.from(line);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}

/** Likewise: a disk that is full must not end the member. */
function writeRotating(file: RotatingFile, line: string): void {
  try {
    file.write(Buffer.from(line));
  } catch {
    // The place to tell it is gone.
  }
}

/** Opens the outputs and makes the root logger. @throws FatalError when a file cannot be opened */
export function createLogger(options: LogOptions): Logger & { close(): void } {
  const least = ORDER.indexOf(options.level);
  const targets = (options.outputs.length === 0 ? ['default'] : options.outputs).map((output) =>
    openTarget(output, options),
  );
  const write = (level: LogLevel, caller: string, message: string, fields: LogFields): void => {
    if (ORDER.indexOf(level) < least) return;
    for (const target of targets) {
      const { format, colour } = target;
      target.write(
        format === 'json'
          ? jsonLine(level, caller, message, fields)
          : consoleLine(level, caller, message, fields, colour),
      );
    }
  };
  const named = (caller: string): Logger => ({
    debug: (message, fields = {}) => write('debug', caller, message, fields),
    info: (message, fields = {}) => write('info', caller, message, fields),
    warn: (message, fields = {}) => write('warn', caller, message, fields),
    error: (message, fields = {}) => write('error', caller, message, fields),
    named,
  });
  return {
    ...named('embed/etcd'),
    close: () => {
      for (const target of targets) target.close();
    },
  };
}

/** A logger that keeps quiet. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  named: () => silentLogger,
};
