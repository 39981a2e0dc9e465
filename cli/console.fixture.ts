import type { Console } from './console.ts';

/** A console that keeps what was written, for tests. */
export interface RecordedConsole extends Console {
  readonly written: { out: string; err: string };
}

export function recordedConsole(isTerminal = false): RecordedConsole {
  const written = { out: '', err: '' };
  return {
    written,
    isTerminal,
    size: () => ({ columns: 40, rows: 10 }),
    out: (text) => void (written.out += `${text}\n`),
    err: (text) => void (written.err += `${text}\n`),
    colour: (_, text) => text,
    staying: (work) => work(),
    isClosed: () => false,
  };
}
