// Failures of the log: all of them end the member, with a message that says where and why.
import { FatalError } from '@quorate/base';

/**
 * - `TORN_TAIL`: the last segment ends in a half-written record; `Wal.repair` removes it.
 * - `CORRUPT`: a record that was whole once is not what was written, or segments are missing.
 * - `METADATA_CONFLICT`: segments of different members or clusters in one directory.
 * - `SNAPSHOT_NOT_FOUND`, `SNAPSHOT_MISMATCH`: no record of the snapshot asked for, or one of another term.
 * - `SLICE_OUT_OF_RANGE`: entries are missing between the position asked for and the first one there.
 * - `NOT_FOUND`: no log, or none that reaches back to the position. `EXISTS`: `create` over a log.
 * - `DISK`: an operation failed. `POISONED`: refused because of an earlier `DISK` failure.
 */
export type WalErrorCode =
  | 'TORN_TAIL'
  | 'CORRUPT'
  | 'METADATA_CONFLICT'
  | 'SNAPSHOT_NOT_FOUND'
  | 'SNAPSHOT_MISMATCH'
  | 'SLICE_OUT_OF_RANGE'
  | 'NOT_FOUND'
  | 'EXISTS'
  | 'DISK'
  | 'POISONED';

export interface WalErrorPlace {
  readonly file?: string | undefined;
  readonly offset?: number | undefined;
  readonly cause?: unknown;
}

/** A failure of the log. `file` and `offset` say where, when a place is to blame. */
export class WalError extends FatalError {
  readonly code: WalErrorCode;
  readonly file: string | undefined;
  readonly offset: number | undefined;
  constructor(code: WalErrorCode, reason: string, place: WalErrorPlace = {}) {
    const where =
      place.file === undefined
        ? ''
        : ` (${place.file}${place.offset === undefined ? '' : `, offset ${place.offset}`})`;
    super(`write-ahead log: ${reason}${where}`, { cause: place.cause });
    this.code = code;
    this.file = place.file;
    this.offset = place.offset;
  }
}
