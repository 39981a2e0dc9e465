import type { KubeClient } from '../kube/client.ts';
import { claims, pods, revisions, setsOf } from '../kube/resources.ts';
import { choresOf, type Chore } from '../model/chores.ts';
import { controllerOf } from '../model/identity.ts';
import type { ClusterView, SetKey, StatefulSet } from '../model/objects.ts';
import { plan, type Plan } from '../model/plan.ts';
import { chooseRevisions, type RevisionChoice, revisionNames } from '../model/revisions.ts';
import { selectorString } from '../model/selector.ts';
import { isAtStandstill, standstill } from '../model/standstill.ts';

/** One set, what belongs to it, and what the workers' own planner makes of it. */
export interface SetLook {
  readonly view: ClusterView;
  readonly choice: RevisionChoice;
  readonly chores: readonly Chore[];
  readonly plan: Plan;
  /** When it was looked, ms since the epoch. */
  readonly now: number;
}

/** Reads all that belongs to a set, by its label selector, and the claims of its namespace. Undefined when there is no such set. */
export async function loadView(kube: KubeClient, key: SetKey, known?: StatefulSet): Promise<ClusterView | undefined> {
  const set = known ?? (await kube.find(setsOf(key.flavour), key.namespace, key.name));
  if (set === undefined) return undefined;
  const labelSelector = selectorString(set.spec.selector);
  const [podList, claimList, revisionList] = await Promise.all([
    kube.list(pods, key.namespace, { labelSelector }),
    // A claim that was made beforehand may have no label: names decide.
    kube.list(claims, key.namespace),
    kube.list(revisions, key.namespace, { labelSelector }),
  ]);
  return {
    set,
    pods: podList.items,
    claims: new Map(claimList.items.map((claim) => [claim.metadata.name, claim])),
    revisions: revisionList.items.filter((revision) => isOf(set, revision)),
  };
}

/** Whether a revision that the selector chooses is the set's own, or nobody's. */
export function isOf(set: StatefulSet, { metadata }: { readonly metadata: StatefulSet['metadata'] }): boolean {
  const owner = controllerOf(metadata);
  return owner === undefined || owner.uid === set.metadata.uid;
}

/** Plans as the workers do, also that they do nothing while a template is not accepted. `now` in ms since the epoch. */
export function lookAt(view: ClusterView, now: number): SetLook {
  const choice = chooseRevisions(view);
  const wanted = plan(view, revisionNames(choice), now);
  return { ...hypothetically(view, now), plan: isAtStandstill(view, choice) ? standstill(wanted) : wanted };
}

/** Plans for a set as it would be: as if its template were accepted already. */
export function hypothetically(view: ClusterView, now: number): SetLook {
  const choice = chooseRevisions(view);
  const names = { update: choice.update.name, current: choice.current };
  return { view, choice, chores: choresOf(view, choice), plan: plan(view, names, now), now };
}
