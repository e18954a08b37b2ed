// One workload: what is sent, what is read off, and the goal that the architecture sets for it.
import type { RunningCluster, RunningServer } from './servers.ts';

/** One figure of a workload. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

/** What every workload has. */
interface WorkloadBase {
  readonly name: string;
  readonly what: string;
  /** Goals by figure name: ours divided by Go's, at least (`>=`) or at most (`<=`). */
  readonly goals: Readonly<Record<string, string>>;
  /** Bounds of our own figures, whatever Go does, by the end of their names. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Takes long: one round is enough. */
  readonly once?: boolean;
  /** Runs only when asked for by name. */
  readonly onDemand?: boolean;
  /** A page of its own under docs/, made from the figures of each contender. */
  readonly page?: {
    readonly file: string;
    readonly render: (results: ReadonlyMap<string, readonly Figure[]>) => string;
  };
}

/** A workload. A fresh server is started for each run of it. */
export interface Workload extends WorkloadBase {
  /** Flags for Node.js when it runs our server. */
  readonly nodeFlags?: readonly string[];
  run(server: RunningServer, seconds: number): Promise<Figure[]>;
}

/** A workload on three members. */
export interface ClusterWorkload extends WorkloadBase {
  /** Flags of all members. */
  readonly flags?: readonly string[];
  runCluster(cluster: RunningCluster, seconds: number): Promise<Figure[]>;
}
