// What the clients of a durability run know: what they asked for, what was acknowledged, and at which revision.

/** One write of one client, identified by its value, which no other write has. */
export interface LedgerWrite {
  readonly keys: readonly string[];
  readonly value: string;
  /** Revision of the acknowledgement; 0 while there is none. */
  revision: number;
}

/** All v3 writes of a run. Each key is written by one client only, one write at a time. */
export class Ledger {
  readonly writes: LedgerWrite[] = [];
  /** Highest revision in any answer so far. */
  highestRevision = 0;
  /** Last acknowledged v2 index and value by key. */
  readonly v2Acknowledged = new Map<string, { readonly value: string; readonly index: number }>();
  /** v2 writes sent after the last acknowledged one, by key. */
  readonly v2Unanswered = new Map<string, Set<string>>();

  /** Notes a write before it is sent. */
  begin(keys: readonly string[], value: string): LedgerWrite {
    const write: LedgerWrite = { keys, value, revision: 0 };
    this.writes.push(write);
    return write;
  }

  /** Notes an acknowledgement. */
  acknowledge(write: LedgerWrite, revision: number): void {
    write.revision = revision;
    this.highestRevision = Math.max(this.highestRevision, revision);
  }

  get acknowledged(): number {
    return this.writes.reduce((count, { revision }) => count + (revision > 0 ? 1 : 0), 0);
  }
}
