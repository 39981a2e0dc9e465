import type { Scenario } from './scenario.ts';
import { adopted, idle } from './scenarios/rest.ts';
import { manySets, orderedStart, parallelStart } from './scenarios/start.ts';
import { brokenRevision, killedInScaleIn, killedInStart, killedInUpdate } from './scenarios/trouble.ts';
import { scaleIn, updateByTen, updateOneByOne } from './scenarios/update.ts';

/** In the order in which they are run. */
export const scenarios: readonly Scenario[] = [
  orderedStart,
  parallelStart,
  manySets,
  updateOneByOne,
  updateByTen,
  scaleIn,
  brokenRevision,
  killedInStart,
  killedInUpdate,
  killedInScaleIn,
  idle,
  adopted,
];

/** Those with these ids, `g` for all that begin so. Throws for an id that there is not. */
export function scenariosOf(ids: readonly string[]): readonly Scenario[] {
  const isMeant = (id: string) => (scenario: Scenario) => scenario.id === id || scenario.id.startsWith(`${id}-`);
  const unknown = ids.find((id) => !scenarios.some(isMeant(id)));
  if (unknown !== undefined)
    throw new RangeError(`there is no scenario ${unknown}, only ${scenarios.map(({ id }) => id).join(', ')}`);
  return scenarios.filter((scenario) => ids.some((id) => isMeant(id)(scenario)));
}
