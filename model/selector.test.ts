import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabelSelectorRequirement } from './objects.ts';
import { matchesSelector, selectorString } from './selector.ts';

const requires = (operator: LabelSelectorRequirement['operator'], ...values: string[]) => ({
  matchExpressions: [{ key: 'tier', operator, ...(values.length > 0 && { values }) }],
});

describe('matchesSelector', () => {
  it.each([
    [{ matchLabels: { app: 'web' } }, { app: 'web', x: 'y' }, true],
    [{ matchLabels: { app: 'web' } }, { app: 'api' }, false],
    [{ matchLabels: { app: 'web', x: 'y' } }, { app: 'web' }, false],
    [requires('In', 'a', 'b'), { tier: 'b' }, true],
    [requires('In', 'a', 'b'), { tier: 'c' }, false],
    [requires('In', 'a'), {}, false],
    [requires('NotIn', 'a'), { tier: 'b' }, true],
    [requires('NotIn', 'a'), { tier: 'a' }, false],
    [requires('NotIn', 'a'), {}, true],
    [requires('Exists'), { tier: '' }, true],
    [requires('Exists'), {}, false],
    [requires('DoesNotExist'), {}, true],
    [requires('DoesNotExist'), { tier: 'a' }, false],
    [{}, { any: 'thing' }, true],
  ])('%j chooses %j: %s', (selector, labels, expected) => {
    expect(matchesSelector(selector, labels)).toBe(expected);
  });

  it('takes no labels for an empty map, and no key from a prototype', () => {
    expect(matchesSelector(requires('DoesNotExist'))).toBe(true);
    const key = { matchExpressions: [{ key: 'constructor', operator: 'Exists' as const }] };
    expect(matchesSelector(key, {})).toBe(false);
  });

  it('is the opposite for opposite operators', () => {
    const label = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(label, { minLength: 1 }), fc.option(label, { nil: undefined }), (values, value) => {
        const labels: Record<string, string> = value === undefined ? {} : { tier: value };
        const holds = (operator: LabelSelectorRequirement['operator']) =>
          matchesSelector(requires(operator, ...values), labels);
        expect(holds('In')).toBe(!holds('NotIn'));
        expect(holds('Exists')).toBe(!holds('DoesNotExist'));
      }),
    );
  });
});

it.each([
  [{ matchLabels: { b: '2', a: '1' } }, 'a=1,b=2'],
  [{ matchLabels: { m: 'x' }, ...requires('In', 'z', 'a') }, 'm=x,tier in (a,z)'],
  [{ matchLabels: { z: 'x' }, ...requires('NotIn', 'a') }, 'tier notin (a),z=x'],
  [requires('Exists'), 'tier'],
  [requires('DoesNotExist'), '!tier'],
  [{}, ''],
])('SS-124: prints %j as the scale subresource does', (selector, expected) => {
  expect(selectorString(selector)).toBe(expected);
});
