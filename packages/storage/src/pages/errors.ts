// What is wrong with a file of pages.

/** The pages are not those of a store: damaged, cut off, or not in the order in which they are sent. */
export class PageError extends Error {
  override readonly name = 'PageError';
}
