import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { renderStages } from './stages.ts';

test('every document is whole YAML, every stage has a name of its own', () => {
  const documents = parseAllDocuments(renderStages());
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  const names = documents.map((document) => document.getIn(['metadata', 'name'])).slice(1);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('pod-ready');
});

test('no placeholder is left in a selector', () => {
  expect(renderStages()).not.toMatch(/\$(behaviour|readyAfter|ready)\b/);
});

test('every patch of a pod names the uid, so that it cannot touch a later pod of the same name', () => {
  for (const document of parseAllDocuments(renderStages()).slice(1)) {
    if (document.getIn(['spec', 'resourceRef', 'kind']) !== 'Pod') continue;
    expect(String(document.getIn(['spec', 'steps', 0, 'patch', 'template']))).toMatch(/^metadata:\n {2}uid: /);
  }
});
