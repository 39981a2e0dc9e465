/** A pod template as text that is equal for equal meaning as far as this can be told without defaults: sorted keys, no nulls, no directives. */
export function templateOf(template: unknown): string {
  const known = typeof template === 'object' && template !== null ? texts.get(template) : undefined;
  if (known !== undefined) return known;
  const text = JSON.stringify(normal(template)) ?? '';
  if (typeof template === 'object' && template !== null) texts.set(template, text);
  return text;
}

const texts = new WeakMap<object, string>();

function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => key !== '$patch' && inner !== null && inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, normal(inner)]),
  );
}
