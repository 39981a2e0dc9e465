import { expect, it } from 'vitest';
import { choresOf } from './chores.ts';
import { aPod, aRevision, aSet, aTemplate, aView, at, readyStatus } from './objects.fixture.ts';
import type { Pod, StatefulSetSpec } from './objects.ts';
import { chooseRevisions } from './revisions.ts';

const template = aTemplate('web:3');
const revisions = [1, 2, 3].map((number) => aRevision(aSet(), number, aTemplate(`web:${number}`)));
const [a, b, c] = revisions.map(({ metadata }) => metadata.name);

/** Image 3 is wanted, revision 1 is noted as the current one. `pods`: the revision of each ordinal, `-` for none. */
function promoted(pods: string, spec: Partial<StatefulSetSpec> = {}): string {
  const set = aSet({ template, ...spec }, { replicas: 3, currentRevision: a });
  const present = pods.split(' ').flatMap((word, ordinal): Pod[] => {
    const [name, state] = word.split(':');
    if (name === '-') return [];
    return [
      aPod(set, ordinal, {
        revision: { a, b, c }[name ?? ''] ?? 'unknown',
        status: state === 'starting' ? { phase: 'Pending' } : readyStatus(),
        ...(state === 'going' && { meta: { deletionTimestamp: at(20) } }),
      }),
    ];
  });
  const view = aView(set, { pods: present, revisions });
  const found = choresOf(view, chooseRevisions(view)).flatMap((chore) =>
    chore.kind === 'promote' ? [chore.revision] : [],
  );
  return found.map((name) => (name === b ? 'b' : name)).join();
}

it.each([
  ['b b b', {}, 'b'],
  ['b - b', {}, 'b'],
  ['b b:going b', {}, 'b'],
  ['b b a', {}, ''],
  ['b b a:going', {}, ''],
  ['b b:starting b', {}, ''],
  ['b b c', {}, ''],
  ['a a a', {}, ''],
  ['c c c', {}, ''],
  ['b:going - -', {}, ''],
  ['- - -', {}, ''],
  ['x x x', {}, ''],
  ['b b b', { template: aTemplate('web:2') }, ''],
  ['b b b', { template: aTemplate('web:1') }, 'b'],
  ['b b b', { updateStrategy: { type: 'OnDelete' as const } }, ''],
])('SS-98: an update that was overtaken when it was through: %s %j', (pods, spec, expected) => {
  expect(promoted(pods, spec)).toBe(expected);
});
