// Runs the commands of docs/OPERATIONS.md in one shell, on free ports, and compares what they print.
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort, projectRoot, temporaryDirectory } from '../harness/process.ts';
import { consoleExamples } from './console-blocks.ts';

const COMMAND_TIMEOUT_MS = 60_000;

/** A shell that runs one command after the other. */
class Shell {
  readonly #process: ChildProcessWithoutNullStreams;
  #output = '';
  #serial = 0;

  constructor(directory: string) {
    this.#process = spawn('bash', [], { cwd: directory, stdio: 'pipe', detached: true });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
  }

  /** Runs a command. @returns what it printed, job messages of the shell left out */
  async run(command: string): Promise<string> {
    const marker = `--done-${this.#serial++}--`;
    this.#output = '';
    this.#process.stdin.write(`${command}\necho ${marker}\n`);
    const deadline = performance.now() + COMMAND_TIMEOUT_MS;
    while (!this.#output.includes(marker)) {
      if (performance.now() > deadline) throw new Error(`no end of: ${command}\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.#output
      .replace(`${marker}\n`, '')
      .split('\n')
      .filter((line) => !/^\[\d+\]|^bash: line \d+: .*Killed/.test(line))
      .join('\n');
  }

  /** Ends the shell and everything that it started. */
  async end(): Promise<void> {
    process.kill(-(this.#process.pid as number), 'SIGKILL');
    await new Promise((resolve) => this.#process.once('exit', resolve));
  }
}

/** Ids differ with the ports, and so does the order of members. */
function withoutIds(text: string): string {
  return text
    .replace(/ *\b[0-9a-f]{14,16}\b/g, (found) => (found.startsWith(' ') ? ' ID' : 'ID'))
    .replace(
      /(ETCD_INITIAL_CLUSTER=")([^"]*)"/g,
      (_all, head: string, list: string) => `${head}${list.split(',').sort().join(',')}"`,
    )
    .trim();
}

test('the commands of the operations page print what it shows', { timeout: 180_000 }, async () => {
  const found = consoleExamples(readFileSync(join(projectRoot, 'docs', 'OPERATIONS.md'), 'utf8'));
  assert.ok(found.length > 20, 'the page has examples');
  const directory = temporaryDirectory();
  symlinkSync(join(projectRoot, 'bin'), join(directory.path, 'bin'));
  const ports = new Map<string, string>();
  for (const { command } of found) {
    for (const [, port = ''] of command.matchAll(/127\.0\.0\.1:(\d+)/g)) {
      if (!ports.has(port)) ports.set(port, String(await freePort()));
    }
  }
  const back = new Map([...ports].map(([shown, real]) => [real, shown]));
  const translate = (text: string, table: ReadonlyMap<string, string>): string =>
    text.replace(/127\.0\.0\.1:(\d+)/g, (all, port: string) => `127.0.0.1:${table.get(port) ?? all}`);

  const shell = new Shell(directory.path);
  try {
    for (const { command, output } of found) {
      // Only the members of this very run may be killed, not others that go by the same name.
      const own = command.replace('pkill -KILL -f', () => 'pkill -KILL -P $$ -f');
      const printed = await shell.run(translate(own, ports));
      assert.equal(withoutIds(translate(printed, back)), withoutIds(output), command);
    }
  } finally {
    await shell.end();
    directory.dispose();
  }
});
