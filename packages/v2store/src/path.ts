// Slash-separated paths: absolute, no empty, `.` or `..` segment, no slash at the end.

/** The shortest equal absolute path (`//a/./b/../c/` → `/a/c`); `..` stops at the root. */
export function cleanPath(path: string): string {
  if (
    path.length > 1 &&
    path.charCodeAt(0) === 0x2f &&
    path.charCodeAt(path.length - 1) !== 0x2f &&
    path.indexOf('//') < 0 &&
    path.indexOf('/.') < 0
  ) {
    return path; // by far the usual case
  }
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(segment);
  }
  return `/${kept.join('/')}`;
}

/** Whether the last segment starts with `_`: such nodes are left out of listings. */
export function isHiddenName(name: string): boolean {
  return name.charCodeAt(0) === 0x5f;
}

/** Whether, seen from a watch on `watchPath`, the node at `keyPath` is hidden or below a hidden directory. */
export function isHiddenBelow(watchPath: string, keyPath: string): boolean {
  if (watchPath.length > keyPath.length) return false; // a parent of the watched path was deleted
  return cleanPath(`/${keyPath.slice(watchPath.length)}`).includes('/_');
}

/** Order of two strings by their UTF-8 bytes, which is Go's; differs from JavaScript's only beyond U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    if (x >= 0xd800 && y >= 0xd800) {
      // Surrogates stand for code points above U+FFFF, so they go after U+E000–U+FFFF.
      return (x < 0xe000 ? x + 0x2000 : x - 0x800) - (y < 0xe000 ? y + 0x2000 : y - 0x800);
    }
    return x - y;
  }
  return a.length - b.length;
}
