// Runs the system's tools.
import { spawn, spawnSync } from 'node:child_process';

/** @returns what it printed. @throws Error with what it complained of when it fails */
export function run(command: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
    let [output, complaint] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(' ')}: ${complaint.trim() || `exit code ${code}`}`));
    });
    child.stdin?.end(input);
  });
}

/** Whether all of these commands can be found. */
export function hasCommands(...names: readonly string[]): boolean {
  return names.every(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0,
  );
}

export const isRoot = process.getuid?.() === 0;
