import type { Phase } from '../../client/summary.ts';
import type { SlotState } from '../../model/slots.ts';
import type { Colour, Console } from '../console.ts';

type Mark = 'good' | 'bad' | 'warning' | 'progressing' | 'waiting' | 'paused' | 'neutral';

const icons: Readonly<Record<Mark, string>> = {
  good: '✔',
  bad: '✖',
  warning: '⚠',
  progressing: '◌',
  waiting: '◷',
  paused: '॥',
  neutral: '•',
};

const colours: Readonly<Record<Mark, Colour>> = {
  good: 'green',
  bad: 'red',
  warning: 'yellow',
  progressing: 'cyan',
  waiting: 'yellow',
  paused: 'blue',
  neutral: 'gray',
};

const phases: Readonly<Record<Phase, Mark>> = {
  Healthy: 'good',
  Pending: 'waiting',
  Progressing: 'progressing',
  Stuck: 'bad',
  Paused: 'paused',
  Aborted: 'warning',
  Deleting: 'progressing',
};

const states: Readonly<Record<SlotState, Mark>> = {
  settled: 'good',
  missing: 'waiting',
  starting: 'progressing',
  terminating: 'progressing',
  failed: 'bad',
  outdated: 'neutral',
  unwell: 'warning',
  broken: 'bad',
};

/** How phases and pods are marked: with an icon and a colour on a terminal, with the bare word elsewhere. */
export interface Marks {
  phase(phase: Phase): string;
  state(state: SlotState): string;
  /** Only the icon, and a space; nothing where there are no icons. */
  icon(of: Phase | SlotState): string;
}

export function marksFor(console: Pick<Console, 'isTerminal' | 'colour'>): Marks {
  const mark = (kind: Mark, word: string) =>
    console.isTerminal ? console.colour(colours[kind], `${icons[kind]} ${word}`) : word;
  const kindOf = (of: Phase | SlotState): Mark => (of in phases ? phases[of as Phase] : states[of as SlotState]);
  return {
    phase: (phase) => mark(phases[phase], phase),
    state: (state) => mark(states[state], state),
    icon: (of) => (console.isTerminal ? `${console.colour(colours[kindOf(of)], icons[kindOf(of)])} ` : ''),
  };
}
