import { styleText } from 'node:util';
import { Listr, type ListrTaskWrapper, type DefaultRenderer, type SimpleRenderer } from 'listr2';
import { secondsText } from '../seconds.ts';
import type { Rows, Screen } from './screen.ts';

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** Rows that are repainted in place while a chapter is played. */
export function terminalScreen(): Screen {
  let painting: Rows | undefined;
  const write = (text: string) => void process.stdout.write(`${text}\n`);
  return {
    heading: (text) => write(`\n${styleText('bold', text)}`),
    line: (text) => write(text.startsWith('  $ ') ? styleText('cyan', text) : text),
    check: (text) => write(`  ${styleText('green', '✔')} ${text}`),
    failure: (text) => write(`\n${styleText(['red', 'bold'], '✖')} ${text}`),
    rows: (names) => (painting = paintRows(names)),
    close: () => void painting?.end(),
  };
}

interface Row {
  readonly name: string;
  title: string;
  readonly words: string[];
  task?: Task;
  readonly through: PromiseWithResolvers<void>;
}

/** The rows are listr2 tasks, run one after the other: what comes next is seen to wait. */
function paintRows(names: readonly string[]): Rows {
  const width = Math.max(...names.map((name) => name.length));
  const rows: readonly Row[] = names.map((name) => ({
    name,
    title: name,
    words: [],
    through: Promise.withResolvers<void>(),
  }));
  for (const { through } of rows) through.promise.catch(() => undefined);
  const tasks = rows.map((row) => ({
    title: row.name,
    task: (_: unknown, task: Task) => {
      row.task = task;
      task.title = row.title;
      return row.through.promise;
    },
  }));
  const listr = new Listr(tasks, {
    concurrent: false,
    exitOnError: true,
    registerSignalListeners: false,
    rendererOptions: { formatOutput: 'truncate', showErrorMessage: false, collapseErrors: false },
  });
  const painted = listr.run().catch(() => undefined);
  const tell = (index: number, text: string) => {
    const row = rows[index];
    if (row === undefined) return;
    row.words.push(text);
    row.title = `${row.name.padEnd(width)}  ${row.words.join(' · ')}`;
    if (row.task !== undefined) row.task.title = row.title;
  };
  return {
    tell,
    finish(index, text, ms) {
      tell(index, `${text}  ${styleText('gray', secondsText(ms))}`);
      rows[index]?.through.resolve();
    },
    note(text) {
      const current = rows.findLast(({ task }) => task !== undefined)?.task;
      if (current !== undefined) current.output = text;
    },
    async end() {
      for (const { through } of rows) through.reject(new Error('not through'));
      await painted;
    },
  };
}
