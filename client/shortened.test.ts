import { expect, it } from 'vitest';
import { shortened } from './shortened.ts';

const object = { kind: 'StatefulSet', spec: { env: [{ name: 'PASSWORD', value: '}"{' + 'secret'.repeat(50) }] } };
const quoted = JSON.stringify(JSON.stringify(object));

it.each([
  [
    `"" is invalid: patch: Invalid value: ${quoted}: json: cannot unmarshal number`,
    '"" is invalid: patch: Invalid value: {...}: json: cannot unmarshal number',
  ],
  [`spec: Invalid value: ${JSON.stringify(object)}: is wrong`, 'spec: Invalid value: {...}: is wrong'],
  [`.spec: expected list, got &{map[a:${'x'.repeat(300)}]}`, '.spec: expected list, got &{...}'],
  [`cut short: ${JSON.stringify(object).slice(0, -3)}`, 'cut short: {...}'],
  ['labels: Invalid value: {"app":"x"}: `selector` does not match', undefined],
  ['unknown field "spec.replica"', undefined],
])('leaves whole objects out of %s', (text, short = text) => expect(shortened(text)).toBe(short));
