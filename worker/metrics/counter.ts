import type { Family, Labels } from './exposition.ts';

/** What happened so often, or took so long in all, since the start of the process; by labels. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #series = new Map<string, { readonly labels: Labels; value: number }>();

  /** `name` ends in `_total`. One without labels begins with 0. */
  constructor(name: `${string}_total`, help: string, start: readonly Labels[] = []) {
    this.#name = name;
    this.#help = help;
    for (const labels of start) this.add(0, labels);
  }

  add(value: number, labels: Labels = {}): void {
    const key = JSON.stringify(labels);
    const series = this.#series.get(key);
    if (series === undefined) this.#series.set(key, { labels, value });
    else series.value += value;
  }

  read(): Family {
    const samples = [...this.#series.values()].map((series) => ({ ...series }));
    return { name: this.#name, type: 'counter', help: this.#help, samples };
  }
}
