import { InvalidArgumentError } from 'commander';
import { usageError } from './exit.ts';

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

/** The greatest that the API takes, for example of replicas. */
const greatest = 2 ** 31 - 1;

export function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value) || Number(value) > greatest) {
    throw new InvalidArgumentError(`a whole number from 0 to ${greatest} is wanted.`);
  }
  return Number(value);
}

/** As `wholeNumber`, without 0. */
export function atLeastOne(value: string): number {
  const number = wholeNumber(value);
  if (number === 0) throw new InvalidArgumentError('a whole number, 1 or more, is wanted.');
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

const shorts: Readonly<Record<string, string>> = {
  '-w': 'watch',
  '-A': 'all-namespaces',
  '-R': 'recursive',
  '-n': 'namespace',
  '-o': 'output',
  '-f': 'filename',
};

/**
 * Writes flags as kubectl's users do in the form that the parser knows: `-n=shop` becomes `--namespace=shop`, `-w=false` `--no-watch`, and
 * `--dry-run=server` `--dry-run`, except for `install`, which can print without asking the API server. Throws a usage error for another dry run.
 */
export function normalizeFlags(args: readonly string[]): string[] {
  const isInstall = verbOf(args) === 'install';
  return args.flatMap((arg) => {
    const [, short, long, value = ''] = /^(?:(-[a-zA-Z])|--([a-z-]+))=(.*)$/s.exec(arg) ?? [];
    const name = short === undefined ? long : shorts[short];
    if (name === undefined) return [arg];
    if (name === 'dry-run') return isInstall && !isOff(value) ? [arg] : dryRun(value);
    if (!switches.includes(name)) return [`--${name}=${value}`];
    if (value === 'false') return onlyOn.includes(name) ? [] : [`--no-${name}`];
    return value === 'true' ? [`--${name}`] : [arg];
  });
}

const isOff = (value: string) => value === 'none' || value === 'false';

function dryRun(value: string): string[] {
  if (isOff(value)) return [];
  if (['server', 'client', 'true'].includes(value)) return ['--dry-run'];
  throw usageError(`--dry-run=${value}: none, server or client is wanted`);
}

/** Flags of the program itself, which may stand before the verb and have a value. */
const beforeVerb = ['-n', '--namespace', '--context', '--kubeconfig', '--payload-keys'];

function verbOf(args: readonly string[]): string | undefined {
  return args.find((arg, index) => !arg.startsWith('-') && !beforeVerb.includes(args[index - 1] ?? ''));
}
