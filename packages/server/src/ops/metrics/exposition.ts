// The metrics page in Prometheus' text format 0.0.4. A family knows where its numbers are and reads them when the page
// is asked for; nothing is stored here.
import type { Histogram } from './histogram.ts';

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Readonly<Record<string, string>>;

/** One number with its labels. */
export type Sample = readonly [labels: Labels, value: number];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  write(lines: string[]): void;
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
}

/** Go's spelling of numbers. */
function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

/** `a="1",b="2"`, names in order. */
function labelText(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .map((name) => `${name}="${escapeLabel(labels[name] as string)}"`)
    .join(',');
}

function sampleLine(name: string, labels: string, value: number): string {
  return labels === '' ? `${name} ${number(value)}` : `${name}{${labels}} ${number(value)}`;
}

function histogramLines(name: string, labels: Labels, histogram: Histogram, lines: string[]): void {
  const text = labelText(labels);
  const prefix = text === '' ? '' : `${text},`;
  let count = 0;
  for (const [at, bound] of histogram.bounds.entries()) {
    count += histogram.counts[at] as number;
    lines.push(`${name}_bucket{${prefix}le="${number(bound)}"} ${count}`);
  }
  count += histogram.counts[histogram.bounds.length] as number;
  lines.push(`${name}_bucket{${prefix}le="+Inf"} ${count}`);
  lines.push(sampleLine(`${name}_sum`, text, histogram.sum), sampleLine(`${name}_count`, text, count));
}

/**
 * All families of a page. One that is added again replaces the one before: it reads another member. A family with
 * labels and without samples is left out, as client_golang leaves it out.
 */
export class Exposition {
  readonly #families = new Map<string, Family>();

  counter(name: string, help: string, read: () => number): void {
    this.#add({ name, help, type: 'counter', write: (lines) => lines.push(sampleLine(name, '', read())) });
  }

  gauge(name: string, help: string, read: () => number): void {
    this.#add({ name, help, type: 'gauge', write: (lines) => lines.push(sampleLine(name, '', read())) });
  }

  counters(name: string, help: string, read: () => Iterable<Sample>): void {
    this.#labelled('counter', name, help, read);
  }

  gauges(name: string, help: string, read: () => Iterable<Sample>): void {
    this.#labelled('gauge', name, help, read);
  }

  histogram(name: string, help: string, histogram: Histogram): Histogram {
    this.histograms(name, help, () => [[{}, histogram]]);
    return histogram;
  }

  histograms(name: string, help: string, read: () => Iterable<readonly [Labels, Histogram]>): void {
    const write = (lines: string[]): void => {
      for (const [labels, histogram] of read()) histogramLines(name, labels, histogram, lines);
    };
    this.#add({ name, help, type: 'histogram', write });
  }

  /** The page, families by name. */
  render(): string {
    const page: string[] = [];
    for (const name of [...this.#families.keys()].sort()) {
      const { help, type, write } = this.#families.get(name) as Family;
      const lines: string[] = [];
      write(lines);
      if (lines.length === 0) continue;
      page.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const line of lines) page.push(line);
    }
    page.push('');
    return page.join('\n');
  }

  #labelled(type: 'counter' | 'gauge', name: string, help: string, read: () => Iterable<Sample>): void {
    const write = (lines: string[]): void => {
      for (const [labels, value] of read()) lines.push(sampleLine(name, labelText(labels), value));
    };
    this.#add({ name, help, type, write });
  }

  #add(family: Family): void {
    this.#families.set(family.name, family);
  }
}
