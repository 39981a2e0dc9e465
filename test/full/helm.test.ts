import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { installManifest } from '../../install/manifest.ts';
import type { InstallOptions } from '../../install/options.ts';
import { exampleOptions } from '../../scripts/deploy/example-options.ts';
import { byName, objectsIn } from '../support/by-name.ts';
import { helmProgram } from './helm-program.ts';

const exec = promisify(execFile);
const chart = fileURLToPath(new URL('../../deploy/helm/ordinal', import.meta.url));
let helm: string;

beforeAll(async () => {
  helm = await helmProgram();
});

const needed = [
  '--set',
  `image=${exampleOptions.image}`,
  '--set',
  `temporal.address=${exampleOptions.temporalAddress}`,
];

async function rendered(...flags: readonly string[]): Promise<readonly object[]> {
  const { stdout } = await exec(helm, ['template', 'ordinal', chart, '-n', 'ordinal-system', ...needed, ...flags]);
  return objectsIn(stdout);
}

/** What `ordinal install` has, less the namespace, which is Helm's to make, and with Helm's word on the definition. */
function installed(options: Partial<InstallOptions> = {}): readonly object[] {
  const objects = installManifest({ ...exampleOptions, ...options }).filter(({ kind }) => kind !== 'Namespace');
  return objects.map((object) =>
    object.kind === 'CustomResourceDefinition'
      ? { ...object, metadata: { ...object.metadata, annotations: { 'helm.sh/resource-policy': 'keep' } } }
      : object,
  );
}

test('the chart is in order', async () => {
  expect((await exec(helm, ['lint', '--strict', chart, ...needed])).stdout).toContain('0 chart(s) failed');
});

test.each<readonly [string, readonly string[], Partial<InstallOptions>]>([
  ['as it is', [], {}],
  ['native', ['--set', 'native=true'], { native: true }],
  [
    'of some namespaces',
    ['--set', 'namespaces={a,b}', '--set', 'native=true'],
    { namespaces: ['a', 'b'], native: true },
  ],
  [
    'elsewhere',
    ['--set', 'temporal.namespace=prod', '--set', 'replicas=3'],
    { temporalNamespace: 'prod', replicas: 3 },
  ],
  ['encrypted', ['--set', 'payloadKeysSecret=keys'], { payloadKeysSecret: 'keys' }],
])('the chart, %s, installs what ordinal install does', async (_, flags, options) => {
  expect(byName(await rendered(...flags))).toEqual(byName(installed(options)));
});

test('what is said of pods reaches them', async () => {
  const [worker] = (
    await rendered('--set', 'priorityClassName=high', '--set', 'nodeSelector.pool=a', '--set', 'tolerations[0].key=x')
  ).filter((object) => (object as { readonly kind: string }).kind === 'Deployment');
  expect(worker).toMatchObject({
    spec: {
      template: { spec: { priorityClassName: 'high', nodeSelector: { pool: 'a' }, tolerations: [{ key: 'x' }] } },
    },
  });
});

test.each([
  [['--set', 'replica=3'], /replica/],
  [['--set', 'image='], /the image of the worker/],
  [['--set', 'temporal.address='], /host:port of Temporal/],
])('%o is refused', async (flags, says) => {
  await expect(rendered(...flags)).rejects.toThrow(says);
});
