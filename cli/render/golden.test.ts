import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { explain } from '../../client/explain.ts';
import { historyOf } from '../../client/history.ts';
import { aLook as lookAtIt, now, oldName, pullFails, type Situation } from '../../client/looks.fixture.ts';
import { plannedWork } from '../../client/planned-work.ts';
import type { SetLook } from '../../client/set-view.ts';
import { type Phase, summarize } from '../../client/summary.ts';
import { projectStatus } from '../../model/status.ts';
import { statusInputOf } from '../../model/status-input.ts';
import { revisionNames } from '../../model/revisions.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { historyTable } from '../commands/history.ts';
import { tableOf } from '../commands/list.ts';
import { recordedConsole } from '../console.fixture.ts';
import type { Console } from '../console.ts';
import { explanationText } from './explanation.ts';
import { marksFor } from './marks.ts';
import { documentOf, listOf, printed } from './output.ts';
import { planTable } from './plan-table.ts';
import { rolloutToken } from './rollout-tokens.ts';
import { setRow } from './set-row.ts';
import { setBlock } from './set-tree.ts';

/** To write the files anew: `vitest run --project unit cli/render/golden.test.ts -u`, and read what changed. */
const rolling = { observedGeneration: 1, currentRevision: oldName };
const starting = { status: { phase: 'Pending' as const, startTime: '2026-01-01T00:09:50Z' } };

const cases: readonly (readonly [string, Phase, Situation])[] = [
  ['settled', 'Healthy', {}],
  ['progressing', 'Progressing', { status: rolling, pods: ['old', 'old', 'new'] }],
  ['starting', 'Progressing', { pods: ['new', starting, 'none'] }],
  ['waiting', 'Progressing', { status: rolling, pods: ['old', 'none', 'new'], spec: { minReadySeconds: 700 } }],
  ['stuck', 'Stuck', { status: rolling, pods: ['old', 'old', { status: pullFails }] }],
  [
    'paused',
    'Paused',
    { status: rolling, pods: ['old', 'old', 'new'], meta: { annotations: { 'ordinal.dev/paused': 'true' } } },
  ],
  [
    'aborted',
    'Aborted',
    { status: rolling, pods: ['old', 'old', 'new'], meta: { annotations: { 'ordinal.dev/abort': 'now' } } },
  ],
  [
    'deleting',
    'Deleting',
    {
      pods: ['new', 'new', 'none'],
      meta: {
        deletionTimestamp: '2026-01-01T00:09:00Z',
        finalizers: ['ordinal.dev/ordered-deletion'],
        annotations: { 'ordinal.dev/ordered-deletion': 'true' },
      },
    },
  ],
  [
    'partition-held',
    'Healthy',
    { status: rolling, pods: ['old', 'old', 'new'], spec: { updateStrategy: { rollingUpdate: { partition: 2 } } } },
  ],
  ['scaling-in', 'Progressing', { pods: ['new', 'new', 'new'], spec: { replicas: 1 } }],
  ['never-seen', 'Pending', { pods: [], status: { observedGeneration: 0 } }],
];

const aLook = (of: Situation): SetLook =>
  lookAtIt({ ...of, meta: { creationTimestamp: '2026-01-01T00:00:00Z', ...of.meta } });

/** The set as the worker's own projection tells it: what `list` and `status` go by. */
function told({ view, choice, chores, plan }: SetLook): StatefulSet {
  if (view.set.status?.observedGeneration === 0) return { ...view.set, status: { replicas: 0 } };
  const names = revisionNames(choice);
  return { ...view.set, status: projectStatus(view, names, statusInputOf(view.set, plan, chores.length > 0), now) };
}

type Screen = Pick<Console, 'isTerminal' | 'colour'>;
const screens = {
  plain: { isTerminal: false, colour: (_, text) => text },
  colourless: { isTerminal: true, colour: (_, text) => text },
  colour: { isTerminal: true, colour: (colour, text) => styleText(colour, text, { validateStream: false }) },
} as const satisfies Readonly<Record<string, Screen>>;

function everyVerb(look: SetLook, screen: Screen): string {
  const set = told(look);
  const marks = marksFor(screen);
  const parts: readonly (readonly [string, string])[] = [
    ['get', setBlock(summarize(look), marks, now)],
    ['list', tableOf([setRow(set)], screen, {}, now)],
    ['list -A -o wide', tableOf([setRow(set)], screen, { allNamespaces: true, output: 'wide' }, now)],
    ['status --no-watch', rolloutToken(set).text],
    ['history', historyTable(historyOf(look.view))],
    ['explain', explanationText(explain(look), marks, now)],
    ['plan', planTable(plannedWork(look))],
  ];
  return `${parts.map(([verb, text]) => `$ ordinal ${verb}\n${text}`).join('\n\n')}\n`;
}

describe.each(cases)('a set that is %s', (name, phase, situation) => {
  const look = aLook(situation);

  it('is in the phase that it stands for', () => {
    expect(summarize(look).phase).toBe(phase);
  });

  it.each(Object.entries(screens))('looks as it should: %s', async (kind, screen) => {
    await expect(everyVerb(look, screen)).toMatchFileSnapshot(`golden/${name}.${kind}.txt`);
  });
});

it('marks nothing where there is no terminal, and has icons but no colour without colour', () => {
  const text = (kind: 'plain' | 'colourless' | 'colour') =>
    cases.map(([, , of]) => everyVerb(aLook(of), screens[kind])).join('');
  expect(text('plain')).not.toMatch(/[✔✖⚠◌◷॥•]/);
  expect(text('plain')).not.toContain('\u001b');
  expect(text('colourless')).toMatch(/[✔✖⚠◌◷॥]/);
  expect(text('colourless')).not.toContain('\u001b');
  expect(text('colour')).toContain('\u001b');
});

/** The fields of a document with their types: what programs rely on. Values of maps and items of lists are one. */
function shapeOf(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [merged(value.map(shapeOf))];
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, of]) => [key, shapeOf(of)]),
  );
}

function merged(shapes: readonly unknown[]): unknown {
  if (!shapes.every((shape) => typeof shape === 'object' && !Array.isArray(shape))) return shapes[0];
  const all = Object.assign({}, ...(shapes as object[])) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

it('prints documents of a stable shape, as JSON and as YAML', async () => {
  const shapes: Record<string, unknown> = {};
  for (const [name, , situation] of cases) {
    const look = aLook(situation);
    const documents = {
      get: documentOf('StatefulSetState', summarize(look)),
      list: listOf('StatefulSetRow', [setRow(told(look))]),
      history: listOf('Revision', historyOf(look.view)),
      explain: documentOf('Explanation', explain(look)),
      plan: documentOf('Plan', plannedWork(look)),
    };
    for (const [verb, document] of Object.entries(documents)) {
      const [json, yaml, line] = await Promise.all(
        (['json', 'yaml', 'name'] as const).map((format) => text(format, document)),
      );
      expect(parse(yaml ?? ''), `${verb} ${name}`).toEqual(JSON.parse(json ?? ''));
      expect(line).toBe('statefulset.apps/web\n');
      shapes[verb] = merged([shapes[verb] ?? {}, shapeOf(JSON.parse(json ?? ''))]);
    }
  }
  await expect(`${JSON.stringify(shapes, undefined, 2)}\n`).toMatchFileSnapshot('golden/shapes.txt');
});

async function text(format: 'json' | 'yaml' | 'name', document: object): Promise<string> {
  const console = recordedConsole();
  expect(await printed(console, format, document, ['statefulset.apps/web'])).toBe(true);
  return console.written.out;
}
