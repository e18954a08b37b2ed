// Transcripts of commit indexes and votes of majority and joint configurations.
import { describeVoters } from '../quorum/describe.ts';
import { type JointVoters, jointIds, jointIndexOf, jointVoteOf } from '../quorum/joint.ts';
import {
  describeVoteResult,
  majorityIndexOf,
  majorityOf,
  majorityVoteOf,
  UNBOUNDED_INDEX,
} from '../quorum/majority.ts';
import { type Directive, TranscriptError } from './datadriven.ts';

interface Question {
  readonly voters: JointVoters;
  readonly isJoint: boolean;
  readonly answers: Map<bigint, string>;
}

function parseQuestion(directive: Directive): Question {
  const incoming: bigint[] = [];
  const outgoing: bigint[] = [];
  const given: string[] = [];
  let isJoint = false;
  for (const { key, values } of directive.args) {
    switch (key) {
      case 'cfg':
        incoming.push(...values.map(BigInt));
        break;
      case 'cfgj':
        isJoint = true;
        if (values[0] !== 'zero') outgoing.push(...values.map(BigInt));
        break;
      case 'idx':
      case 'votes':
        given.push(...values);
        break;
      default:
        throw new TranscriptError(`unknown arg: ${key}`);
    }
  }
  // Answers belong to the voters in the order of their first mention.
  const order = [...new Set([...incoming, ...outgoing])];
  const voters: JointVoters = { incoming: sorted(incoming), outgoing: sorted(outgoing) };
  if (given.length !== order.length) {
    throw new TranscriptError(
      `error: mismatched input (explicit or _) for voters ${order.join(' ')}: ${given.join(' ')}`,
    );
  }
  const answers = new Map<bigint, string>();
  for (const [at, id] of order.entries()) {
    const answer = given[at] as string;
    if (answer !== '_') answers.set(id, answer);
  }
  return { voters, isJoint, answers };
}

function sorted(ids: readonly bigint[]): bigint[] {
  return [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1));
}

function describeIndex(index: number): string {
  return index === UNBOUNDED_INDEX ? '∞' : String(index);
}

/** The definition, word for word: the largest index that at least a majority has reached. */
export function naiveMajorityIndex(
  voters: readonly bigint[],
  acked: (id: bigint) => number | undefined,
): number {
  if (voters.length === 0) return UNBOUNDED_INDEX;
  let best = 0;
  for (const candidate of voters) {
    const index = acked(candidate) ?? 0;
    const reached = voters.filter((id) => (acked(id) ?? 0) >= index).length;
    if (reached >= majorityOf(voters.length)) best = Math.max(best, index);
  }
  return best;
}

function committed(question: Question): string {
  const { voters, isJoint, answers } = question;
  const acked = (id: bigint): number | undefined => {
    const answer = answers.get(id);
    return answer === undefined ? undefined : Number(answer);
  };
  let output = describeVoters(jointIds(voters), acked);
  const check = (actual: number, expected: number, how: string): void => {
    if (actual !== expected) output += `${describeIndex(actual)} <-- via ${how}\n`;
  };
  if (isJoint) {
    const index = jointIndexOf(voters, acked);
    check(jointIndexOf({ incoming: voters.outgoing, outgoing: voters.incoming }, acked), index, 'symmetry');
    return `${output}${describeIndex(index)}\n`;
  }
  const { incoming } = voters;
  const index = majorityIndexOf(incoming, acked);
  check(naiveMajorityIndex(incoming, acked), index, 'alternative computation');
  check(jointIndexOf({ incoming, outgoing: [] }, acked), index, 'zero-joint quorum');
  check(jointIndexOf({ incoming, outgoing: incoming }, acked), index, 'self-joint quorum');
  for (const lowered of incoming) {
    const known = acked(lowered);
    if (known === undefined || known === 0 || index <= known) continue;
    // A voter behind the commit index does not matter: going back further must not change anything.
    for (const lower of [known - 1, 0]) {
      const overlay = (id: bigint): number | undefined => (id === lowered ? lower : acked(id));
      check(majorityIndexOf(incoming, overlay), index, `overlaying ${lowered}->${lower}`);
    }
  }
  return `${output}${describeIndex(index)}\n`;
}

function vote(question: Question): string {
  const { voters, isJoint, answers } = question;
  const cast = (id: bigint): boolean | undefined => {
    const answer = answers.get(id);
    return answer === undefined ? undefined : answer === 'y';
  };
  if (!isJoint) return `${describeVoteResult(majorityVoteOf(voters.incoming, cast))}\n`;
  const result = jointVoteOf(voters, cast);
  const mirrored = jointVoteOf({ incoming: voters.outgoing, outgoing: voters.incoming }, cast);
  const problem = mirrored === result ? '' : `${describeVoteResult(mirrored)} <-- via symmetry\n`;
  return `${problem}${describeVoteResult(result)}\n`;
}

/** Runs one directive. @throws TranscriptError */
export function runQuorumCommand(directive: Directive): string {
  switch (directive.command) {
    case 'committed':
      return committed(parseQuestion(directive));
    case 'vote':
      return vote(parseQuestion(directive));
    default:
      throw new TranscriptError(`unknown command: ${directive.command}`);
  }
}
