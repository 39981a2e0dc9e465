import { stripVTControlCharacters } from 'node:util';
import type { Console } from './console.ts';

/** Time between two paints, in ms. */
const everyMs = 200;

/** A part of the terminal that is painted over; at most every 200 ms, and once a second so that ages go on. */
export interface Screen {
  show(paint: () => string): void;
  /** Paints what is still due, and stops. */
  end(): void;
}

export function createScreen(console: Console): Screen {
  let paint: (() => string) | undefined;
  let height = 0;
  let dirty = false;
  let paintedAt = 0;
  const repaint = (): void => {
    if (paint === undefined) return;
    dirty = false;
    paintedAt = performance.now();
    const text = paint();
    // Up to where the last paint began, and clear from there; what is taller than the screen is painted from its top, without the lines above it, which
    // are the terminal's to keep.
    const { columns, rows } = console.size();
    const back = height === 0 ? '' : height < rows ? `\u001b[${height}F\u001b[0J` : '\u001b[H\u001b[0J';
    height = heightOf(text, columns);
    console.out(back + text);
  };
  const timer = setInterval(() => {
    if (dirty || performance.now() - paintedAt >= 1_000) repaint();
  }, everyMs);
  timer.unref();
  return {
    show(next) {
      paint = next;
      dirty = true;
      if (performance.now() - paintedAt >= everyMs) repaint();
    },
    end() {
      clearInterval(timer);
      if (dirty) repaint();
    },
  };
}

/** Lines on the screen: long ones are wrapped. */
function heightOf(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split('\n');
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}
