import type { WriteStream } from 'node:tty';
import type { Result } from './matrix.ts';
import { crashText } from './point.ts';

/** Tells how far a run is, how long it has still to go by what it took so far, and every failure at once. */
export interface Progress {
  begin(pairs: number): void;
  told(result: Result): void;
  end(): void;
}

/** On a terminal in one line that changes; else a line every tenth pair. */
export function progress(out: Pick<WriteStream, 'write' | 'isTTY'>): Progress {
  let all = 0;
  let done = 0;
  let failed = 0;
  let began = 0;
  return {
    begin(pairs) {
      [all, began] = [pairs, Date.now()];
      out.write(`${pairs} pairs to play\n`);
    },
    told({ scenario, crash, outcome }) {
      done += 1;
      if (outcome.kind === 'failed') {
        failed += 1;
        const why = outcome.why.split('\n')[0];
        out.write(`${out.isTTY ? '\r\u001B[K' : ''}failed: ${scenario.name} ${crashText(crash)}: ${why}\n`);
      }
      const left = Math.ceil((((Date.now() - began) / done) * (all - done)) / 60_000);
      const line = `${done}/${all} pairs, ${failed} failed, about ${left} min left`;
      if (out.isTTY) out.write(`\r\u001B[K${line}`);
      else if (done % 10 === 0 || done === all) out.write(`${line}\n`);
    },
    end() {
      if (out.isTTY) out.write('\r\u001B[K');
    },
  };
}
