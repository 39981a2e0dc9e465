import { expect, test } from 'vitest';
import { ensureSearchAttributes, lacksSearchAttributes } from './search-attributes.ts';

const refused = (code: number) => Object.assign(new Error('no'), { code });

/** Answers as Temporal does that knows these, and allows, or refuses with a gRPC code, to list and to add. */
function temporal(known: readonly string[], refuses: { readonly list?: number; readonly add?: number } = {}) {
  const added: string[] = [];
  const operatorService = {
    listSearchAttributes: () =>
      refuses.list === undefined
        ? Promise.resolve({ customAttributes: Object.fromEntries(known.map((name) => [name, 2])) })
        : Promise.reject(refused(refuses.list)),
    addSearchAttributes: ({ searchAttributes }: { readonly searchAttributes: Record<string, number> }) => {
      if (refuses.add !== undefined) return Promise.reject(refused(refuses.add));
      added.push(...Object.keys(searchAttributes));
      return Promise.resolve({});
    },
  };
  return { operatorService, added };
}

const all = [
  'OrdinalCluster',
  'OrdinalNamespace',
  'OrdinalName',
  'OrdinalOperation',
  'OrdinalPhase',
  'OrdinalRevision',
];

test('adds what is missing, and only that', async () => {
  const server = temporal(all.slice(1));
  expect(await ensureSearchAttributes(server, 'default')).toEqual({ kind: 'added' });
  expect(server.added).toEqual(['OrdinalCluster']);
  expect(await ensureSearchAttributes(temporal(all), 'default')).toEqual({ kind: 'present' });
});

test('says how they are added where we may not', async () => {
  const ensured = ensureSearchAttributes(temporal(all.slice(1), { add: 7 }), 'prod');
  await expect(ensured).rejects.toThrow(
    /namespace prod lacks search attributes: temporal operator search-attribute create --namespace prod --name OrdinalCluster --type Keyword\n.*tcld namespace search-attributes add/,
  );
});

test('goes on where Temporal does not say, and does not where it cannot be reached', async () => {
  const told = await ensureSearchAttributes(temporal([], { list: 7 }), 'prod.acme');
  expect(told).toMatchObject({ kind: 'unknown', advice: expect.stringContaining('"OrdinalRevision=Keyword"') });
  await expect(ensureSearchAttributes(temporal([], { list: 14 }), 'prod')).rejects.toThrow('no');
});

test('a refusal for want of search attributes is told from other refusals, however deep it lies', () => {
  const said = new Error(
    '3 INVALID_ARGUMENT: Namespace default has no mapping defined for search attribute OrdinalName',
  );
  expect(lacksSearchAttributes(new Error('Failed to signalWithStart Workflow', { cause: said }))).toBe(true);
  for (const other of [new Error('UNAVAILABLE', { cause: new Error('connect ECONNREFUSED') }), undefined, 'no'])
    expect(lacksSearchAttributes(other)).toBe(false);
});
