import type { Point } from './growth.ts';
import { bySeries, exponentOf } from './growth-table.ts';

const width = 480;
const height = 340;
const left = 58;
const top = 34;
const colours = ['#1b6ca8', '#d1495b', '#2e8b57', '#8e6bbf', '#c98a1b'];

interface Axis {
  readonly from: number;
  readonly to: number;
}

/** An SVG of two log-log plots beside each other: the time for each ordinal, and the memory of a worker, against how many there are. */
export function growthPlot(points: readonly Point[]): string {
  const plots = [
    plot(points, 'ms for each ordinal', ({ n, seconds }) => (1_000 * seconds) / n, true),
    plot(points, 'peak memory of a worker, MiB', ({ peakMiB }) => peakMiB, false),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${2 * width}" height="${height}" fill="#fff"/>`,
    ...plots.map((each, index) => `<g transform="translate(${index * width} 0)">${each}</g>`),
    '</svg>',
    '',
  ].join('\n');
}

function plot(points: readonly Point[], title: string, value: (point: Point) => number, withSlope: boolean): string {
  const xAxis = decades(points.map(({ n }) => n));
  const yAxis = decades(points.map(value));
  const right = width - 16;
  const bottom = height - 40;
  const place = (axis: Axis, from: number, to: number) => (number: number) =>
    from + ((to - from) * (Math.log10(number) - axis.from)) / (axis.to - axis.from);
  const x = place(xAxis, left, right);
  const y = place(yAxis, bottom, top);
  const parts = [`<text x="${left}" y="18" font-size="13" font-weight="bold">${title}</text>`];
  for (const tick of ticks(xAxis)) {
    parts.push(line(x(tick), top, x(tick), bottom), text(x(tick), bottom + 16, 'middle', tick));
  }
  for (const tick of ticks(yAxis))
    parts.push(line(left, y(tick), right, y(tick)), text(left - 6, y(tick) + 4, 'end', tick));
  parts.push(`<text x="${(left + right) / 2}" y="${height - 8}" text-anchor="middle">ordinals, or sets of one</text>`);
  for (const [index, [series, some]] of [...bySeries(points)].entries()) {
    const colour = colours[index % colours.length];
    const spots = some.map((point) => [x(point.n), y(value(point))] as const);
    const exponent = withSlope ? exponentOf(some) : undefined;
    const label = exponent === undefined ? series : `${series}, total ~ n^${exponent.toFixed(2)}`;
    parts.push(
      `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${spots.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(' ')}"/>`,
      ...spots.map(([a, b]) => `<circle cx="${a.toFixed(1)}" cy="${b.toFixed(1)}" r="3" fill="${colour}"/>`),
      `<text x="${right - 4}" y="${top + 14 + 14 * index}" text-anchor="end" fill="${colour}">${label}</text>`,
    );
  }
  return parts.join('\n');
}

/** Whole powers of ten around all values, as exponents. */
function decades(values: readonly number[]): Axis {
  const from = Math.floor(Math.log10(Math.min(...values)));
  return { from, to: Math.max(Math.ceil(Math.log10(Math.max(...values))), from + 1) };
}

function ticks({ from, to }: Axis): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#ddd"/>`;
}

function text(x: number, y: number, anchor: 'middle' | 'end', value: number): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${value.toLocaleString('en')}</text>`;
}
