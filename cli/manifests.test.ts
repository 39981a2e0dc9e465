import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseManifests, readManifests } from './manifests.ts';

const names = (text: string) => parseManifests(text, 'f.yaml').map(({ object, place }) => [object.kind, place]);

it('reads documents, lists and JSON, and passes over empty ones', () => {
  expect(
    names(
      'kind: A\napiVersion: v1\nmetadata: {name: x}\n---\n# nothing\n---\nkind: B\napiVersion: v1\nmetadata: {name: z}',
    ),
  ).toEqual([
    ['A', 'f.yaml, document 1'],
    ['B', 'f.yaml, document 3'],
  ]);
  expect(
    names('{"kind":"List","apiVersion":"v1","items":[{"kind":"A","apiVersion":"v1","metadata":{"name":"x"}}]}'),
  ).toEqual([['A', 'f.yaml']]);
});

it('reads YAML as kubectl does', () => {
  const [document] = parseManifests(
    'kind: A\napiVersion: v1\nmetadata: {name: x}\nspec: {defaultMode: 0400, <<: {readOnly: yes}}',
    'f.yaml',
  );
  expect(document?.object['spec']).toEqual({ defaultMode: 256, readOnly: true });
});

it.each([
  ['a: [', 'f.yaml: '],
  ['just text', 'f.yaml: an object is wanted'],
  ['kind: A', 'f.yaml: apiVersion: a text is wanted'],
  ['apiVersion: v1', 'f.yaml: kind: a text is wanted'],
  ['apiVersion: v1\nkind: A', 'f.yaml: metadata.name: a name is wanted for this A'],
  ['apiVersion: v1\nkind: A\nmetadata: {name: y}', 'f.yaml: metadata.name: true is no text; put it in quotes'],
])('says where %s is wrong', (text, message) => expect(() => parseManifests(text, 'f.yaml')).toThrow(message));

describe('folders', () => {
  let folder: string;
  const stdin = () => Promise.resolve('');
  const object = (name: string) => `kind: A\napiVersion: v1\nmetadata: {name: ${name}}`;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ordinal-manifests-'));
    await mkdir(join(folder, 'within'));
    await writeFile(join(folder, 'within', 'x.yaml'), object('x'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (paths: readonly string[], recursive = false) =>
    (await readManifests(paths, stdin, { recursive })).map(({ object }) => object.metadata.name);

  it('are read by name, and with all within only when asked for', async () => {
    await writeFile(join(folder, 'b.yml'), object('b'));
    await writeFile(join(folder, 'a.json'), '{"kind":"A","apiVersion":"v1","metadata":{"name":"a"}}');
    await writeFile(join(folder, 'notes.txt'), 'no manifest');
    expect(await read([folder])).toEqual(['a', 'b']);
    expect(await read([folder], true)).toEqual(['a', 'b', 'x']);
    expect(await read([join(folder, 'b.yml'), join(folder, 'within')])).toEqual(['b', 'x']);
  });

  it('point to -R where only folders within have something', () =>
    expect(read([folder])).rejects.toThrow('with those of the folders within: -R'));

  it('are not fetched from elsewhere', () =>
    expect(read(['https://example.com/x.yaml'])).rejects.toThrow(
      'curl -fsSL https://example.com/x.yaml | ordinal apply -f -',
    ));
});
