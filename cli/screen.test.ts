import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recordedConsole } from './console.fixture.ts';
import { createScreen } from './screen.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('paints at most every 200 ms, and the last state in the end', () => {
  vi.advanceTimersByTime(1_000);
  const console = recordedConsole(true);
  const screen = createScreen(console);
  for (const text of ['one', 'two', 'three']) screen.show(() => text);
  expect(console.written.out).toBe('one\n');
  vi.advanceTimersByTime(200);
  expect(console.written.out).toBe('one\n\u001b[1F\u001b[0Jthree\n');
  screen.show(() => 'four');
  screen.end();
  expect(console.written.out).toMatch(/four\n$/);
});

it('goes back over lines that the terminal has wrapped', () => {
  vi.advanceTimersByTime(1_000);
  const console = recordedConsole(true);
  const screen = createScreen(console);
  screen.show(() => `${'x'.repeat(90)}\nshort`);
  vi.advanceTimersByTime(1_200);
  expect(console.written.out).toContain('\u001b[4F');
  screen.end();
});

it('leaves what was scrolled out alone, also where the view is taller than the terminal', () => {
  vi.advanceTimersByTime(1_000);
  const console = recordedConsole(true);
  const screen = createScreen(console);
  screen.show(() => 'line\n'.repeat(20));
  vi.advanceTimersByTime(1_200);
  expect(console.written.out).toContain('\u001b[H\u001b[0J');
  expect(console.written.out).not.toContain('\u001b[3J');
  screen.end();
});
