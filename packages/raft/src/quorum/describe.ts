// A picture of how far each voter is, for transcripts and debugging.
import type { AckedIndex } from './majority.ts';

/**
 * One line a voter, by id: a bar as long as the number of voters strictly behind it, its index and its id;
 * a question mark for a voter that has not reported.
 */
export function describeVoters(voters: readonly bigint[], acked: AckedIndex): string {
  if (voters.length === 0) return '<empty majority quorum>';
  const width = voters.length;
  const indexes = voters.map((id) => acked(id) ?? 0);
  const lines = [`${' '.repeat(width)}    idx\n`];
  for (const [at, id] of voters.entries()) {
    const index = indexes[at] as number;
    const behind = indexes.filter((other) => other < index).length;
    const bar = acked(id) === undefined ? '?'.padEnd(width + 1) : `${'x'.repeat(behind)}>`.padEnd(width + 1);
    lines.push(`${bar} ${String(index).padStart(5)}    (id=${id})\n`);
  }
  return lines.join('');
}
