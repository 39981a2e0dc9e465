import type { Family, Labels, Sample } from './exposition.ts';

interface Series {
  readonly labels: Labels;
  /** Values up to each bound, without those of the bounds before. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** How values are spread, since the start of the process; by labels. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  /** `bounds` in ascending order, without +Inf. */
  constructor(name: `${string}_seconds`, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
  }

  observe(value: number, labels: Labels = {}): void {
    const key = JSON.stringify(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
      this.#series.set(key, series);
    }
    const index = this.#bounds.findIndex((bound) => value <= bound);
    if (index >= 0) series.counts[index] = (series.counts[index] ?? 0) + 1;
    series.sum += value;
    series.count += 1;
  }

  read(): Family {
    const samples = [...this.#series.values()].flatMap((series) => this.#samples(series));
    return { name: this.#name, type: 'histogram', help: this.#help, samples };
  }

  #samples({ labels, counts, sum, count }: Series): readonly Sample[] {
    let below = 0;
    const buckets = this.#bounds.map((bound, index) => {
      below += counts[index] ?? 0;
      return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below };
    });
    return [
      ...buckets,
      { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
      { suffix: '_sum', labels, value: sum },
      { suffix: '_count', labels, value: count },
    ];
  }
}
