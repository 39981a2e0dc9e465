import { expect, it } from 'vitest';
import { parseManifests } from './manifests.ts';

const names = (text: string) => parseManifests(text, 'f.yaml').map(({ object, place }) => [object.kind, place]);

it('reads documents, lists and JSON, and passes over empty ones', () => {
  expect(
    names(
      'kind: A\napiVersion: v1\nmetadata: {name: x}\n---\n# nothing\n---\nkind: B\napiVersion: v1\nmetadata: {name: y}',
    ),
  ).toEqual([
    ['A', 'f.yaml, document 1'],
    ['B', 'f.yaml, document 3'],
  ]);
  expect(
    names('{"kind":"List","apiVersion":"v1","items":[{"kind":"A","apiVersion":"v1","metadata":{"name":"x"}}]}'),
  ).toEqual([['A', 'f.yaml']]);
});

it.each([
  ['a: [', 'f.yaml: '],
  ['just text', 'f.yaml: an object is wanted'],
  ['kind: A', 'f.yaml: apiVersion: a text is wanted'],
  ['apiVersion: v1', 'f.yaml: kind: a text is wanted'],
  ['apiVersion: v1\nkind: A', 'f.yaml: metadata.name: a name is wanted for this A'],
])('says where %s is wrong', (text, message) => expect(() => parseManifests(text, 'f.yaml')).toThrow(message));
