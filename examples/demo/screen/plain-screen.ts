import { secondsText } from '../seconds.ts';
import type { Screen } from './screen.ts';

/** A line for each event, with the time since the rows began: for pipes and build logs. */
export function plainScreen(write: (line: string) => void): Screen {
  return {
    heading: (text) => write(`\n== ${text}`),
    line: write,
    check: (text) => write(`  ok: ${text}`),
    failure: (text) => write(`\nFAILED: ${text}`),
    close: () => undefined,
    rows(names) {
      const from = performance.now();
      const say = (text: string) => write(`  ${secondsText(performance.now() - from).padStart(7)}  ${text}`);
      return {
        tell: (row, text) => say(`${names[row]}  ${text}`),
        finish: (row, text, ms) => say(`${names[row]}  ${text}  [${secondsText(ms)}]`),
        note: (text) => say(text),
        end: () => Promise.resolve(),
      };
    },
  };
}
