import type { Condition, StatefulSet } from './objects.ts';

/** On a set of our own whose pod template the API server does not accept: the pods stay as they are. */
export const templateCondition = 'TemplateInvalid';
/** On a set whose name the other API's set of this namespace has had before: nothing is done for it. */
export const nameCondition = 'NameConflict';

/** The API server refuses what has to be written before the pods are planned: a revision, an adoption, the check of a template. */
export const syncCondition = 'SyncFailure';

/** A condition that holds for one generation only. */
export interface ConditionOfGeneration extends Condition {
  readonly observedGeneration?: number;
}

/** A condition that keeps its set from being served as its spec asks. */
export interface Blocking extends ConditionOfGeneration {
  readonly type: typeof nameCondition | typeof templateCondition;
}

/** The set is not served: its name is the other one's. */
export function nameConflict({ status }: Pick<StatefulSet, 'status'>): Blocking | undefined {
  return status?.conditions?.find((each): each is Blocking => each.type === nameCondition);
}

/** The refusal of the template that the set has now. */
export function refusedTemplate({ metadata, status }: Pick<StatefulSet, 'metadata' | 'status'>): Blocking | undefined {
  const conditions: readonly ConditionOfGeneration[] = status?.conditions ?? [];
  return conditions.find(
    (each): each is Blocking => each.type === templateCondition && each.observedGeneration === metadata.generation,
  );
}

/** What the API server refuses of the set's book-keeping, since the last time that it was tried. */
export function refusedSync({ status }: Pick<StatefulSet, 'status'>): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === syncCondition);
}

/** What keeps the set from being served as its spec asks until its owner changes something. */
export function blockedBy(set: Pick<StatefulSet, 'metadata' | 'status'>): Blocking | undefined {
  return nameConflict(set) ?? refusedTemplate(set);
}
