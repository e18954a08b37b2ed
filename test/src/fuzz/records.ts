// What campaigns have had: one line of JSON for each run that found no failure, with the commit whose readers it ran.
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FuzzFigures } from './protocol.ts';
import { loadTarget, targetNames } from './targets/index.ts';

const RECORDS = fileURLToPath(new URL('../../fuzz/campaigns.jsonl', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** What an input's way goes through. */
const CODE = ['packages', 'test/src/fuzz'];
/** Asked for of each reader. */
const ENOUGH_INPUTS = 10_000_000;

export interface RunRecord {
  readonly target: string;
  readonly inputs: number;
  readonly commit: string;
  readonly seed: number;
  readonly cpuSeconds: number;
  readonly blocks: number;
  readonly worstMs: number;
  readonly worstBytes: number;
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

/** The commit that is checked out. @throws Error when there are changes on top of it, which no record could name */
export function testedCommit(): string {
  const changes = git('status', '--porcelain', '--', ...CODE);
  if (changes !== '') throw new Error(`a record names a commit, but these are in none:\n${changes}`);
  return git('rev-parse', 'HEAD');
}

/** All runs recorded; with `since`, those of that commit and of its descendants. @throws Error: no such commit */
export function readRecords(since?: string): RunRecord[] {
  if (!existsSync(RECORDS)) return [];
  const lines = readFileSync(RECORDS, 'utf8').split('\n');
  const records = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RunRecord);
  if (since === undefined) return records;
  const first = git('rev-parse', '--verify', `${since}^{commit}`);
  const counted = new Map<string, boolean>();
  return records.filter(({ commit }) => {
    let isCounted = counted.get(commit);
    if (isCounted === undefined) {
      const told = spawnSync('git', ['merge-base', '--is-ancestor', first, commit], { cwd: ROOT });
      isCounted = told.status === 0; // a commit that is gone is nobody's descendant
      counted.set(commit, isCounted);
    }
    return isCounted;
  });
}

export function appendRecord(figures: FuzzFigures, commit: string, seed: number): void {
  const { target, inputs, cpuSeconds, blocks, worstMs, worstBytes } = figures;
  const record: RunRecord = { target, inputs, commit, seed, cpuSeconds, blocks, worstMs, worstBytes };
  appendFileSync(RECORDS, `${JSON.stringify(record)}\n`);
}

export function inputsOf(records: readonly RunRecord[], target: string): number {
  return records.reduce((sum, record) => sum + (record.target === target ? record.inputs : 0), 0);
}

/** The table of docs/RELIABILITY.md. */
export async function table(records: readonly RunRecord[]): Promise<string> {
  const lines = [
    '| target | inputs | per CPU second | blocks | slowest, ms | most for one input, MiB | its bound, MiB |',
    '|---|--:|--:|--:|--:|--:|--:|',
  ];
  const spaced = (count: number): string => count.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ' ');
  for (const target of await targetNames()) {
    const runs = records.filter((record) => record.target === target);
    const inputs = inputsOf(runs, target);
    const most = (figure: (run: RunRecord) => number): number => Math.max(0, ...runs.map(figure));
    const cpuSeconds = runs.reduce((sum, run) => sum + run.cpuSeconds, 0);
    const cells = [
      inputs >= ENOUGH_INPUTS ? `${target} *` : target,
      spaced(inputs),
      inputs === 0 ? '–' : spaced(inputs / cpuSeconds),
      spaced(most((run) => run.blocks)),
      most((run) => run.worstMs).toFixed(2),
      (most((run) => run.worstBytes) / 2 ** 20).toFixed(2),
      String((await loadTarget(target)).memoryBytes / 2 ** 20),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
  }
  return lines.join('\n');
}
