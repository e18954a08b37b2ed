// The console blocks of a Markdown page: what is typed, and what is printed.

/** A command of a console block and the lines that follow it. */
export interface Example {
  readonly command: string;
  readonly output: string;
}

/** All commands of a page, in their order. */
export function consoleExamples(markdown: string): Example[] {
  const found: Example[] = [];
  for (const [, block = ''] of markdown.matchAll(/```console\n([\s\S]*?)```/g)) {
    for (const part of block.split(/^\$ /m).slice(1)) {
      const end = part.indexOf('\n');
      found.push({ command: part.slice(0, end), output: part.slice(end + 1) });
    }
  }
  return found;
}
