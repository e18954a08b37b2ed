// JSON text as Go's encoder writes it: `<`, `>`, `&`, U+2028 and U+2029 escaped, control characters as \u00xx
// but for \n, \r and \t.

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that need an escape
const needsEscape = /[\u0000-\u001f"\\<>&\u2028\u2029\ud800-\udfff]/;
const goEscapes = /[<>&\u2028\u2029]/g;
const shortControls = /\\(?:\\|"|[bf])/g;

/** A JSON string literal, quotes included. */
export function jsonString(text: string): string {
  if (!needsEscape.test(text)) return `"${text}"`;
  return escapeSlowly(text);
}

function escapeSlowly(text: string): string {
  return JSON.stringify(text)
    .replace(shortControls, (found) => (found === '\\b' ? '\\u0008' : found === '\\f' ? '\\u000c' : found))
    .replace(goEscapes, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
