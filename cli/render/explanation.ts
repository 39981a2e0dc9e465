import type { Explanation } from '../../client/explain.ts';
import type { Waiting } from '../../model/waiting.ts';
import { age } from './age.ts';
import type { Marks } from './marks.ts';
import { stepTable } from './plan-table.ts';

/** `ordinal explain`: what it is, what it waits for and since when, what comes next, what helps. */
export function explanationText(explanation: Explanation, marks: Marks, now: number): string {
  const { phase, message, waiting, troubles, next, remedies } = explanation;
  const others = troubles.filter(({ pod }) => pod !== waiting?.pod);
  const paragraphs = [
    `${marks.phase(phase)}: ${message}`,
    ...(waiting === undefined ? [] : [`Waits for:\n${waitingLine(waiting, now)}`]),
    ...(others.length === 0 ? [] : [`Also not right:\n${others.map((each) => waitingLine(each, now)).join('\n')}`]),
    ...(next.length === 0 ? [] : [`Next:\n${indented(stepTable(next))}`]),
    ...(remedies.length === 0 ? [] : [`What helps:\n${remedies.map((remedy) => `  ${remedy}`).join('\n')}`]),
  ];
  return paragraphs.join('\n\n');
}

function waitingLine({ reason, message, since, until, stuck }: Waiting, now: number): string {
  const times = [
    ...(since === undefined ? [] : [`for ${age(since, now)}`]),
    ...(until === undefined ? [] : [`${Math.ceil(Math.max(0, until - now) / 1_000)}s to go`]),
    ...(stuck ? ['will not pass by itself'] : []),
  ];
  return `  ${reason}: ${message}${times.length === 0 ? '' : ` (${times.join(', ')})`}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
