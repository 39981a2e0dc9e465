import { InvalidArgumentError } from 'commander';

/** Flags that every verb takes. */
export interface GlobalFlags {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly color?: boolean;
  readonly payloadKeys?: string;
}

export type OutputFormat = 'json' | 'yaml' | 'name' | 'wide';

export interface OutputFlag {
  readonly output?: OutputFormat;
}

/** Flags of the verbs that change a set. */
export interface RequestFlags extends OutputFlag {
  readonly dryRun?: boolean;
  readonly reason?: string;
  readonly requestId?: string;
}

export function wholeNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError('a whole number, 0 or more, is wanted.');
  }
  return number;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `5m`, `1h30m`, or a number of seconds, as ms. */
export function duration(value: string): number {
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) {
    throw new InvalidArgumentError('a duration is wanted, for example 90s, 5m or 1h30m.');
  }
  let ms = 0;
  for (const [, number = '0', , unit = 's'] of value.matchAll(/(\d+(\.\d+)?)(ms|s|m|h)/g)) {
    ms += Number(number) * (units[unit] ?? 0);
  }
  return ms;
}

const switches = [
  'watch',
  'wait',
  'force',
  'force-conflicts',
  'color',
  'all-namespaces',
  'recursive',
  'ignore-not-found',
];
/** Of them, those that are off unless given and have no opposite. */
const onlyOn = ['all-namespaces', 'force', 'force-conflicts', 'recursive', 'ignore-not-found'];

const shorts: Readonly<Record<string, string>> = { '-w': 'watch', '-A': 'all-namespaces', '-R': 'recursive' };

/**
 * Writes flags as kubectl's users do in the form that the parser knows: `-w=false` becomes `--no-watch`, `--dry-run=server` `--dry-run`,
 * except for `install`, which can print without asking the API server.
 */
export function normalizeFlags(args: readonly string[]): string[] {
  return args.flatMap((arg) => {
    const [, short, long, value] = /^(?:(-w|-A|-R)|--([a-z-]+))=(.*)$/.exec(arg) ?? [];
    const name = short === undefined ? long : shorts[short];
    if (name === 'dry-run' && (value === 'none' || value === 'false')) return [];
    if (name === 'dry-run') return args.includes('install') ? [arg] : ['--dry-run'];
    if (name === undefined || !switches.includes(name)) return [arg];
    if (value === 'false') return onlyOn.includes(name) ? [] : [`--no-${name}`];
    return value === 'true' ? [`--${name}`] : [arg];
  });
}
