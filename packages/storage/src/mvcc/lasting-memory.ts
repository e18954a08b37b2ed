// Memory of the index, which grows with the store and stays.

/**
 * Zeroed memory that lives as long as the index. It is shared memory, though nothing shares it: V8 counts plain memory
 * outside of its heap as if it were garbage to be, and begins a collection, which finds nothing, each time a few megabytes have been added.
 */
export function lastingMemory(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}
