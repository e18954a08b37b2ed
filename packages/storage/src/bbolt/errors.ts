// What can be wrong with a bbolt file, or with what is to become one.

/**
 * - `NOT_BBOLT`: no valid meta page, wrong version, too short.
 * - `CORRUPT`: a page or tree is not as it must be. `HASH_MISMATCH`: a snapshot's SHA-256 is not its own.
 * - `INVALID_INPUT`: entries out of order, empty or oversized.
 */
export type BboltErrorCode = 'NOT_BBOLT' | 'CORRUPT' | 'HASH_MISMATCH' | 'INVALID_INPUT';

export class BboltError extends Error {
  override readonly name = 'BboltError';
  readonly code: BboltErrorCode;
  /** The page to blame, if one is. */
  readonly page: number | undefined;
  constructor(code: BboltErrorCode, reason: string, page?: number) {
    super(page === undefined ? `bbolt: ${reason}` : `bbolt: page ${page}: ${reason}`);
    this.code = code;
    this.page = page;
  }
}
