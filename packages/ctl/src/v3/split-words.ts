/** Splits a typed line into words, quotes respected. */
import { unquoteAt } from '../go/quote.ts';

const WORD = /"(?:[^"\\]|\\.)*"|'[^']*'|[^'"\s]\S*[^'"\s]?/g;

/** The words; undefined if a word in double quotes is not well formed. */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  for (const [word] of line.matchAll(WORD)) {
    if (word.startsWith("'")) words.push(word.slice(1, -1));
    else if (word.startsWith('"')) {
      const unquoted = unquoteAt(word, 0);
      if (unquoted === undefined) return undefined;
      words.push(unquoted.value);
    } else words.push(word);
  }
  return words;
}
