// The network between the members of a run: where each of them lives, and what is wrong with the links between them.

/** What a network can do to a link. */
export type LinkTrouble = 'cut' | 'delay' | 'loss' | 'bandwidth';

/** What befalls everything that a member sends to the others. */
export interface Impairment {
  readonly delayMs: number;
  /** Part of the packets that is lost. */
  readonly loss: number;
  /** Infinity: no limit. */
  readonly bytesPerSecond: number;
}

export const UNIMPAIRED: Impairment = { delayMs: 0, loss: 0, bytesPerSecond: Number.POSITIVE_INFINITY };

/** The state of all links. Everything that is not named is well. */
export interface Conditions {
  /** Directed links that carry nothing, as `linkName` says them. */
  readonly cuts: ReadonlySet<string>;
  /** By the name of the member that sends. */
  readonly impaired: ReadonlyMap<string, Impairment>;
}

export const FAIR: Conditions = { cuts: new Set(), impaired: new Map() };

export function linkName(from: string, to: string): string {
  return `${from}>${to}`;
}

/** Where a member lives. */
export interface Place {
  readonly clientURL: string;
  readonly peerListenURL: string;
  /** What the others dial. */
  readonly peerURL: string;
  /** A command that runs the member there; its arguments follow. */
  readonly inside: readonly string[];
}

export interface Network {
  readonly name: string;
  readonly can: ReadonlySet<LinkTrouble>;
  addMember(name: string): Promise<Place>;
  /** Tells which process the member is now. */
  started(name: string, pid: number): void;
  apply(conditions: Conditions): Promise<void>;
  dispose(): Promise<void>;
}
