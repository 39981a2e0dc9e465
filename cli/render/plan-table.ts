import type { PlannedStep, PlannedWork } from '../../client/planned-work.ts';
import { table } from './table.ts';

/** The steps of a plan in order, or that there is nothing to do. */
export function planTable(work: PlannedWork): string {
  const { operation, steps, waiting } = work;
  if (steps.length === 0) {
    return waiting === undefined
      ? 'nothing to do: the set is as its spec asks'
      : `nothing to do now: ${waiting.message}`;
  }
  const title = `${operation ?? 'nothing'}: ${steps.length} ${steps.length === 1 ? 'pod' : 'pods'}`;
  const held = waiting === undefined ? [] : [`waits: ${waiting.message}`];
  return [title, ...held, stepTable(steps)].join('\n');
}

export function stepTable(steps: readonly PlannedStep[]): string {
  const rows = steps.map(({ pod, action, from, to, now }, index) => [
    String(index + 1),
    action,
    pod,
    from ?? '-',
    to ?? '-',
    now ? 'now' : 'later',
  ]);
  return table(['STEP', 'ACTION', 'POD', 'FROM', 'TO', 'WHEN'], rows);
}
