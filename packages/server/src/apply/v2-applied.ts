// What applying one v2 request gives: an event of the store or a v2 error. The v2 API turns it into HTTP.
import type { V2Error, V2Event } from '@quorate/v2store';

/** Exactly one of the two, or neither for entries nobody waits for (SYNC, publish, cluster version). */
export interface V2Applied {
  readonly event: V2Event | undefined;
  readonly error: V2Error | undefined;
}
