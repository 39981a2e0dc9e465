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
  let lines = 0;
  let dirty = false;
  let paintedAt = 0;
  const repaint = (): void => {
    if (paint === undefined) return;
    dirty = false;
    paintedAt = performance.now();
    const text = paint();
    // Up to where the last paint began, and clear from there.
    const back = lines > 0 ? `\u001b[${lines}F\u001b[0J` : '';
    lines = text.split('\n').length;
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
