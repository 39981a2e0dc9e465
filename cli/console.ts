import { styleText } from 'node:util';
import { exitCodes } from './exit.ts';

export type Colour = 'green' | 'red' | 'yellow' | 'blue' | 'cyan' | 'gray' | 'bold';

/** Where a command writes. Results go to `out`, messages to `err`; both take whole lines. */
export interface Console {
  out(text: string): void;
  err(text: string): void;
  /** Whether stdout is a terminal: only then there are icons and repainting. */
  readonly isTerminal: boolean;
  /** Characters and lines that the terminal has. */
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** Leaves the text as it is where there is to be no colour. */
  colour(colour: Colour, text: string): string;
  /** While this runs, the process does not end because nobody reads stdout any more: `isClosed` is to be asked between the steps. */
  staying<T>(work: () => Promise<T>): Promise<T>;
  /** Whether nobody reads stdout any more. */
  isClosed(): boolean;
}

/** The process's own console; colour by `NO_COLOR`, `FORCE_COLOR` and the terminal, unless `color` is false. */
export function processConsole(color = true): Console {
  const isTerminal = process.stdout.isTTY;
  let isClosed = false;
  let stays = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // Every further write fails as well.
    if (isClosed) return;
    isClosed = true;
    if (!stays) process.exit(exitCodes.closed);
  });
  // Nobody is left to be told.
  process.stderr.on('error', () => undefined);
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    isTerminal,
    size: () => ({ columns: process.stdout.columns || 80, rows: process.stdout.rows || 24 }),
    colour: (colour, text) => (color && isTerminal ? styleText(colour, text, { stream: process.stdout }) : text),
    async staying(work) {
      stays = true;
      try {
        return await work();
      } finally {
        stays = false;
      }
    },
    isClosed: () => isClosed,
  };
}
