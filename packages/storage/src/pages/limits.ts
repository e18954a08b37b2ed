// Bounds of stores that are read and written page by page.

/** Pages go from part to part in pieces of this many bytes, a multiple of any page size. */
export const pieceBytes = 512 * 1024;
/** How often a moment of the store is looked for anew because a commit came in between. */
export const maxPinTries = 100;
/** Levels of a tree. LMDB's own bound. */
export const maxDepth = 32;
/** A store that comes in is written to stable storage each time so many bytes of it have come. */
export const syncEveryBytes = 32 * 2 ** 20;
/** Pages read at once where they follow each other. */
export const pagesAhead = 16;
