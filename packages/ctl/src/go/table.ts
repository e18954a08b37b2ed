/** Tables with a frame: upper-case headers in the middle, cells to the right, long texts wrapped. */
import { TABLE_CELL_WIDTH } from '../limits.ts';

/** Columns a text takes: wide East Asian characters count twice, combining marks not at all. */
function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) {
    if (/[\p{M}\p{Cf}\p{Cc}]/u.test(char)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        char,
      )
        ? 2
        : 1;
  }
  return width;
}

/** Breaks words into lines so that the squares of the space left at their ends sum up to the least. */
function wrapWords(words: readonly string[], limit: number): string[] {
  const count = words.length;
  const cost = new Array<number>(count + 1).fill(Number.POSITIVE_INFINITY);
  const breakAfter = new Array<number>(count).fill(count);
  const widths = words.map(displayWidth);
  cost[count] = 0;
  for (let first = count - 1; first >= 0; first--) {
    let width = -1;
    for (let next = first + 1; next <= count; next++) {
      width += 1 + (widths[next - 1] as number);
      if (width > limit && next > first + 1) break;
      // The last line may end anywhere.
      const raggedness = next === count && width <= limit ? 0 : (limit - width) ** 2;
      const total = raggedness + (cost[next] as number);
      if (total < (cost[first] as number)) {
        cost[first] = total;
        breakAfter[first] = next;
      }
    }
  }
  const lines: string[] = [];
  for (let first = 0; first < count; first = breakAfter[first] as number) {
    lines.push(words.slice(first, breakAfter[first]).join(' '));
  }
  return lines;
}

function cellLines(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [''];
  const longest = Math.max(...words.map(displayWidth));
  return wrapWords(words, Math.max(longest, Math.min(displayWidth(text), TABLE_CELL_WIDTH)));
}

/** The whole table, with a newline after every line. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const headerLines = header.map((title) => cellLines(title.replace(/[_.]/g, ' ').trim().toUpperCase()));
  const rowLines = rows.map((row) => row.map(cellLines));
  const widths = header.map((_, column) =>
    Math.max(
      ...[headerLines, ...rowLines].map((row) => Math.max(...(row[column] as string[]).map(displayWidth))),
    ),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const emit = (row: readonly string[][], align: (text: string, width: number) => string): string => {
    const height = Math.max(...row.map((lines) => lines.length));
    let text = '';
    for (let line = 0; line < height; line++) {
      text += `|${row.map((lines, i) => ` ${align(lines[line] ?? '', widths[i] as number)} `).join('|')}|\n`;
    }
    return text;
  };
  const body = rowLines.map((row) => emit(row, alignRight)).join('');
  return rule + emit(headerLines, center) + rule + (rows.length === 0 ? '' : body + rule);
}

function alignRight(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

function center(text: string, width: number): string {
  const gap = Math.max(0, width - displayWidth(text));
  const left = Math.floor(gap / 2);
  return ' '.repeat(left) + text + ' '.repeat(gap - left);
}
