/** Sizes for people, in powers of 1000: `20 kB`, `1.2 MB`. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** A number of bytes with its unit; one decimal below ten. */
export function humanBytes(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const power = Math.floor(Math.log(bytes) / Math.log(1000));
  const value = Math.floor((bytes / 1000 ** power) * 10 + 0.5) / 10;
  return `${value < 10 ? value.toFixed(1) : roundHalfEven(value)} ${UNITS[power]}`;
}

/** Without decimals, halves to the even neighbour, as C's and Go's formatting do. */
function roundHalfEven(value: number): string {
  const low = Math.floor(value);
  if (value - low !== 0.5) return value.toFixed(0);
  return String(low % 2 === 0 ? low : low + 1);
}
