// The multi-version store as one would write it without a thought for speed: every revision keeps a copy of the whole
// map. For tests, which compare the real one with it.

export interface NaiveRecord {
  readonly key: string;
  readonly value: string;
  readonly create: number;
  readonly mod: number;
  readonly version: number;
  readonly lease: bigint;
}

export interface NaiveEvent {
  readonly key: string;
  readonly mod: number;
  readonly sub: number;
  readonly record: NaiveRecord | undefined;
}

/** end null: the one key; undefined: no end. */
export type NaiveEnd = string | null | undefined;

export class NaiveStore {
  revision = 1;
  compactRevision = -1;
  /** State after each revision. */
  private readonly states = new Map<number, Map<string, NaiveRecord>>([[1, new Map()]]);
  readonly events: NaiveEvent[] = [];
  private working: Map<string, NaiveRecord> | undefined;
  private sub = 0;

  begin(): void {
    this.working = new Map(this.states.get(this.revision));
    this.sub = 0;
  }

  put(key: string, value: string, lease: bigint): NaiveRecord | undefined {
    const working = this.working as Map<string, NaiveRecord>;
    const before = working.get(key);
    const mod = this.revision + 1;
    const record = {
      key,
      value,
      create: before?.create ?? mod,
      mod,
      version: (before?.version ?? 0) + 1,
      lease,
    };
    working.set(key, record);
    this.events.push({ key, mod, sub: this.sub++, record });
    return before;
  }

  delete(key: string, end: NaiveEnd): NaiveRecord[] {
    const working = this.working as Map<string, NaiveRecord>;
    const gone = select(working, key, end);
    for (const record of gone) {
      working.delete(record.key);
      this.events.push({ key: record.key, mod: this.revision + 1, sub: this.sub++, record: undefined });
    }
    return gone;
  }

  /** State seen inside the txn. */
  inTxn(key: string, end: NaiveEnd): NaiveRecord[] {
    return select(this.working as Map<string, NaiveRecord>, key, end);
  }

  end(): void {
    if (this.sub > 0) {
      this.revision++;
      this.states.set(this.revision, this.working as Map<string, NaiveRecord>);
    }
    this.working = undefined;
  }

  range(key: string, end: NaiveEnd, revision: number): NaiveRecord[] {
    return select(
      this.states.get(revision === 0 ? this.revision : revision) as Map<string, NaiveRecord>,
      key,
      end,
    );
  }

  /** Revisions a store compacted at compactRevision holds, as (mod, sub) strings in order. */
  storedRevisions(): string[] {
    const kept = this.states.get(this.compactRevision) ?? new Map<string, NaiveRecord>();
    return this.events
      .filter((event) => {
        if (event.mod > this.compactRevision) return true;
        if (event.record !== undefined) return kept.get(event.key) === event.record;
        return event.mod === this.compactRevision && !this.overwrittenInTxn(event);
      })
      .map((event) => `${event.mod}/${event.sub}${event.record === undefined ? 't' : ''}`);
  }

  private overwrittenInTxn(event: NaiveEvent): boolean {
    return this.events.some(
      (other) => other.key === event.key && other.mod === event.mod && other.sub > event.sub,
    );
  }
}

function select(state: Map<string, NaiveRecord>, key: string, end: NaiveEnd): NaiveRecord[] {
  const found = [...state.values()].filter((record) =>
    end === null ? record.key === key : record.key >= key && (end === undefined || record.key < end),
  );
  return found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}
