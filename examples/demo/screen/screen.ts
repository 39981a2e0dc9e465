import { plainScreen } from './plain-screen.ts';
import { terminalScreen } from './terminal-screen.ts';

/** Where the demo shows itself. */
export interface Screen {
  heading(text: string): void;
  line(text: string): void;
  /** Something that was checked, and held. */
  check(text: string): void;
  failure(text: string): void;
  /** Shows a row for each name, in this order, until `end`. Only one group of rows at a time. */
  rows(names: readonly string[]): Rows;
  /** Stops painting. */
  close(): void;
}

export interface Rows {
  /** One more thing of this row. */
  tell(row: number, text: string): void;
  /** The last thing of this row, and how long all of it took. */
  finish(row: number, text: string, ms: number): void;
  /** Something that happened beside the rows. */
  note(text: string): void;
  /** No more news: rows that are not through are shown so. */
  end(): Promise<void>;
}

/** Repainted rows with colours on a terminal, else a line for each event. */
export function processScreen(): Screen {
  return process.stdout.isTTY ? terminalScreen() : plainScreen((line) => void process.stdout.write(`${line}\n`));
}
