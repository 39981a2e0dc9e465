/** The moment right before a side effect, and the one right after it, before anything of the worker has heard of it. */
export type Phase = 'before' | 'after';

/** One side effect of a worker: what it is, and the how manieth of its name in a run, from 1. */
interface Point {
  readonly label: string;
  readonly hit: number;
}

/** A point at which a worker dies. */
export interface Crash extends Point {
  readonly phase: Phase;
}

/** A moment that a worker has been through. */
export interface Hit extends Crash {
  /** The worker's process. */
  readonly pid: number;
  /** ms since the epoch. */
  readonly at: number;
}

/** What a side effect acts on; the columns of the report. */
export const pointKinds = [
  'pod',
  'claim',
  'revision',
  'set',
  'status',
  'event',
  'dry run',
  'signal',
  'activity start',
  'activity result',
  'workflow task',
] as const;
export type PointKind = (typeof pointKinds)[number];

const firstWords: Readonly<Record<string, PointKind>> = {
  try: 'dry run',
  signal: 'signal',
  start: 'activity start',
  complete: 'activity result',
  fail: 'activity result',
  decide: 'workflow task',
};

/** The kind of a point by its label: `create pod web-2`, `write status web`, `start settlePods web-2`, `signal web`, ... */
export function kindOf(label: string): PointKind {
  const [first = '', second] = label.split(' ');
  const kind = firstWords[first] ?? pointKinds.find((kind) => kind === second);
  if (kind === undefined) throw new TypeError(`no kind of side effect begins like ${JSON.stringify(label)}`);
  return kind;
}

/** `create pod web-2 #1 after` */
export function crashText({ label, hit, phase }: Crash): string {
  return `${label} #${hit} ${phase}`;
}

/** The reverse of `crashText`. Throws `TypeError` for what is none. */
export function parseCrash(text: string): Crash {
  const [, label, hit, phase] = /^(.+) #([1-9]\d*) (before|after)$/.exec(text.trim()) ?? [];
  if (label === undefined || hit === undefined)
    throw new TypeError(`${JSON.stringify(text)} is no point: write it like 'create pod web-2 #1 after'`);
  kindOf(label);
  return { label, hit: Number(hit), phase: phase as Phase };
}
