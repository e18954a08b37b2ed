// How long a cluster that has a quorum takes no writes. A majority of members that run, listen, are not paused and hear
// each other is picked; as long as it stays whole, a write must be acknowledged soon. Nothing is measured while links or
// disks are slow on purpose.

import { type Conditions, linkName } from './network.ts';

/** What is to be known of a member. */
export interface Voter {
  readonly name: string;
  /** Changes with every start. */
  readonly life: number;
}

export interface Gap {
  readonly ms: number;
  /** When it ended. */
  readonly atMs: number;
  /** How late this very process came to its turn meanwhile, at worst: tells of a machine that is too busy to judge by. */
  readonly lateMs: number;
}

export class Availability {
  readonly #nowMs: () => number;
  /** Of the majority that is looked at: names and lives. */
  #majority: ReadonlyMap<string, number> = new Map();
  #isMeasured = false;
  #sinceMs = 0;
  #lateMs = 0;
  #fairMs = 0;
  readonly gaps: Gap[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Something about members or links has changed. */
  changed(up: readonly Voter[], size: number, conditions: Conditions, isSlow: boolean): void {
    const hears: Hears = (a, b) =>
      !conditions.cuts.has(linkName(a.name, b.name)) && !conditions.cuts.has(linkName(b.name, a.name));
    const now = largestClique(up, hears);
    const before = up.filter((member) => this.#majority.get(member.name) === member.life);
    const isWhole =
      this.#majority.size > size / 2 && before.length === this.#majority.size && isClique(before, hears);
    const picked = isWhole && now.length <= before.length ? before : now;
    const isMeasured = picked.length > size / 2 && !isSlow;
    this.#majority = new Map(picked.map((member) => [member.name, member.life]));
    if (isWhole && isMeasured && this.#isMeasured) return;
    this.#isMeasured = isMeasured;
    this.#restart();
  }

  #restart(): void {
    this.#sinceMs = this.#nowMs();
    this.#lateMs = 0;
    this.#fairMs = 0;
  }

  /** This process meant to have its turn after `afterMs` and had it later by `lateMs`. */
  ticked(afterMs: number, lateMs: number): void {
    this.#lateMs = Math.max(this.#lateMs, lateMs);
    if (this.#isMeasured && lateMs < afterMs) this.#fairMs += afterMs;
  }

  /** From now on somebody tries to write. */
  begin(): void {
    this.#restart();
  }

  /** A write was acknowledged. @returns the time without one, where it was measured */
  acknowledged(): Gap | undefined {
    const atMs = this.#nowMs();
    const gap = this.#isMeasured ? { ms: atMs - this.#sinceMs, atMs, lateMs: this.#lateMs } : undefined;
    if (gap !== undefined) this.gaps.push(gap);
    this.#restart();
    return gap;
  }

  /** Time without a write so far, less the time in which the machine was too busy to judge by; 0 when none is owed. */
  get waitingMs(): number {
    return this.#isMeasured ? this.#fairMs : 0;
  }

  get worst(): Gap {
    return this.gaps.reduce((worst, gap) => (gap.ms > worst.ms ? gap : worst), { ms: 0, atMs: 0, lateMs: 0 });
  }
}

type Hears = (a: Voter, b: Voter) => boolean;

function isClique(members: readonly Voter[], hears: Hears): boolean {
  return members.every((a, at) => members.slice(at + 1).every((b) => hears(a, b)));
}

function largestClique(members: readonly Voter[], hears: Hears): Voter[] {
  let best: Voter[] = [];
  for (let set = 0; set < 1 << members.length; set++) {
    const chosen = members.filter((_, at) => (set >> at) & 1);
    if (chosen.length > best.length && isClique(chosen, hears)) best = chosen;
  }
  return best;
}
