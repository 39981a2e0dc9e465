import type { Run } from './compare.ts';
import { spreadOf } from './statistics.ts';
import { type SystemName, systemNames } from './systems.ts';

/** A table for each scenario: a line for each system, and how Ordinal compares. */
export function comparisonTable(runs: readonly Run[]): string {
  const ids = [...new Set(runs.map(({ scenario }) => scenario))];
  return ids.map((id) => scenarioTable(runs.filter(({ scenario }) => scenario === id))).join('\n\n');
}

function scenarioTable(runs: readonly Run[]): string {
  const [first] = runs;
  if (first === undefined) return '';
  const lines = systemNames.flatMap((system) => {
    const own = runs.filter((run) => run.system === system);
    return own.length === 0 ? [] : [systemLine(system, own)];
  });
  const ratios = ratiosOf(runs);
  return [
    `(${first.scenario}) ${first.title}, N = ${first.size}`,
    'system      seconds: min / median / max   pods/s   writes  controller CPU s  Temporal CPU s  memory MiB',
    ...lines,
    ...(ratios === '' ? [] : [`Ordinal is ${ratios}`]),
  ].join('\n');
}

function systemLine(system: SystemName, runs: readonly Run[]): string {
  const seconds = runs.flatMap((run) => (run.seconds === undefined ? [] : [run.seconds]));
  const time =
    seconds.length < runs.length
      ? `not within ${runs[0]?.limit} s (${runs.length - seconds.length} of ${runs.length})`
      : timeText(seconds);
  const rate = middle(runs.map(({ podsPerSecond }) => podsPerSecond ?? 0));
  const writes = middle(runs.map(({ calls }) => Object.values(calls).reduce((sum, count) => sum + count, 0)));
  return [
    system.padEnd(11),
    time.padEnd(29),
    (rate === 0 ? '' : rate.toFixed(1)).padStart(6),
    writes.toFixed(0).padStart(8),
    middle(runs.map(({ controllerSeconds }) => controllerSeconds))
      .toFixed(2)
      .padStart(16),
    middle(runs.map(({ temporalSeconds }) => temporalSeconds))
      .toFixed(2)
      .padStart(15),
    middle(runs.map(({ memoryMiB }) => memoryMiB))
      .toFixed(0)
      .padStart(11),
  ].join(' ');
}

function timeText(seconds: readonly number[]): string {
  const { min, median, max } = spreadOf(seconds);
  return [min, median, max].map((value) => value.toFixed(2)).join(' / ');
}

/** How many times faster Ordinal's median is than each of the others'. */
function ratiosOf(runs: readonly Run[]): string {
  const medianOf = (name: SystemName): number | undefined => {
    const times = runs.flatMap(({ system, seconds }) => (system === name && seconds !== undefined ? [seconds] : []));
    return times.length === 0 ? undefined : spreadOf(times).median;
  };
  const ours = medianOf('ordinal');
  if (ours === undefined || runs.every(({ podsPerSecond }) => podsPerSecond === undefined)) return '';
  return systemNames
    .filter((name) => name !== 'ordinal')
    .flatMap((name) => {
      const theirs = medianOf(name);
      return theirs === undefined ? [] : [`${(theirs / ours).toFixed(2)} x ${name}`];
    })
    .join(', ');
}

function middle(values: readonly number[]): number {
  return spreadOf(values).median;
}
