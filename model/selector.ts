import type { LabelSelector, LabelSelectorRequirement } from './objects.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Does the selector choose an object with these labels?
 *
 * Every label and every expression must hold; `NotIn` also holds when the key is absent. A selector without any matches everything,
 * as in Kubernetes; validation refuses it for a set (SS-2).
 */
export function matchesSelector(selector: LabelSelector, labels: Labels = {}): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  for (const key in matchLabels) if (valueOf(labels, key) !== matchLabels[key]) return false;
  return matchExpressions.every((requirement) => holds(requirement, valueOf(labels, requirement.key)));
}

/** The selector as `status.selector` of the scale subresource has it (SS-124): requirements by key, values sorted; empty when it has none. */
export function selectorString(selector: LabelSelector): string {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` }));
  const expressions = (selector.matchExpressions ?? []).map((requirement) => ({
    key: requirement.key,
    text: expressionString(requirement),
  }));
  return [...labels, ...expressions]
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ text }) => text)
    .join(',');
}

function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function holds({ operator, values = [] }: LabelSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return operator satisfies never;
  }
}

function expressionString({ key, operator, values = [] }: LabelSelectorRequirement): string {
  const list = `(${values.toSorted().join(',')})`;
  switch (operator) {
    case 'In':
      return `${key} in ${list}`;
    case 'NotIn':
      return `${key} notin ${list}`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return operator satisfies never;
  }
}
