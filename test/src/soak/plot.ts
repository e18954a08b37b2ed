// A run as an SVG: one panel a figure, time along the bottom.
import type { Sample } from './sampler.ts';

const WIDTH = 760;
const PANEL_HEIGHT = 120;
const LEFT = 70;
const TOP = 30;
const GAP = 34;

interface Panel {
  readonly title: string;
  readonly lines: readonly { readonly name: keyof Sample; readonly color: string }[];
}

const panels: readonly Panel[] = [
  { title: 'resident memory, MiB', lines: [{ name: 'rss', color: '#1f6feb' }] },
  { title: 'open files', lines: [{ name: 'files', color: '#8250df' }] },
  {
    title: 'latency, ms: get p50 (green), put p50 (blue), put p99 (grey), v2 set p50 (red)',
    lines: [
      { name: 'putP99', color: '#8c959f' },
      { name: 'getP50', color: '#1a7f37' },
      { name: 'putP50', color: '#1f6feb' },
      { name: 'v2P50', color: '#cf222e' },
    ],
  },
  { title: 'operations of the load, /s', lines: [{ name: 'operations', color: '#9a6700' }] },
];

/** The picture's text. */
export function plot(samples: readonly Sample[], title: string): string {
  const end = samples.at(-1)?.seconds ?? 1;
  const height = TOP + panels.length * (PANEL_HEIGHT + GAP);
  const parts = panels.map((panel, n) => drawPanel(panel, samples, end, TOP + 20 + n * (PANEL_HEIGHT + GAP)));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11">
<title>${title}</title>
<rect width="100%" height="100%" fill="white"/>
<text x="10" y="16" font-size="13">${title}</text>
${parts.join('\n')}
</svg>
`;
}

function drawPanel({ title, lines }: Panel, samples: readonly Sample[], end: number, top: number): string {
  const values = lines.flatMap(({ name }) => samples.map((sample) => sample[name])).filter(Number.isFinite);
  const most = Math.max(...values, 1e-9) * 1.1;
  const x = (seconds: number): string => (LEFT + (seconds / end) * (WIDTH - LEFT - 20)).toFixed(1);
  const y = (value: number): string => (top + PANEL_HEIGHT - (value / most) * PANEL_HEIGHT).toFixed(1);
  const grid = [0, 0.5, 1].map((share) => {
    const value = (most / 1.1) * share;
    return `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(value)}" y2="${y(value)}" stroke="#d0d7de"/><text x="${LEFT - 6}" y="${y(value)}" text-anchor="end" dominant-baseline="middle">${Number(value.toPrecision(3))}</text>`;
  });
  const times = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${x(end * share)}" y="${top + PANEL_HEIGHT + 13}" text-anchor="middle">${((end * share) / 60).toFixed(1)} min</text>`,
  );
  const curves = lines.map(({ name, color }) => {
    const points = samples.map((sample) => `${x(sample.seconds)},${y(sample[name])}`).join(' ');
    return `<polyline fill="none" stroke="${color}" stroke-width="1.2" points="${points}"/>`;
  });
  return [`<text x="${LEFT}" y="${top - 6}">${title}</text>`, ...grid, ...times, ...curves].join('\n');
}
