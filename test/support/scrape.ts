export interface Exposed {
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly ExposedSample[];
}

interface ExposedSample {
  /** As written, with `_bucket`, `_sum` or `_count`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads a page in Prometheus' text format; throws at a line that is not. */
function readExposition(text: string): Exposed {
  const types = new Map<string, string>();
  const samples: ExposedSample[] = [];
  for (const line of text.split('\n')) {
    const [, typed, type] = /^# TYPE (\S+) (\w+)$/.exec(line) ?? [];
    if (typed !== undefined && type !== undefined) {
      if (types.has(typed)) throw new Error(`two families ${typed}`);
      types.set(typed, type);
    }
    if (line === '' || line.startsWith('#')) continue;
    const [, name, labels = '', value] = /^([a-zA-Z_]\w*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`no sample: ${line}`);
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]);
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value?.replace('Inf', 'Infinity')) });
  }
  return { types, samples };
}

export async function scrape(address: string): Promise<Exposed> {
  const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return readExposition(await answer.text());
}
