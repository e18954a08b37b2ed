// What a checker found.

export interface Violation {
  /** Name of the checker. */
  readonly checker: string;
  readonly message: string;
  /** World time. */
  readonly atMs: number;
}

/** Takes what checkers find; the first one ends the run. */
export type Report = (checker: string, message: string) => void;
