import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { OrdinalClient } from '../../client/ordinal-client.ts';
import { aSet } from '../support/a-set.ts';
import { toYaml } from '../support/example.ts';
import { scenario } from '../support/scenario.ts';

scenario('an apply tells who applied, and nothing of the change before', async (scene) => {
  const folder = await mkdtemp(join(tmpdir(), 'ordinal-apply-'));
  const file = join(folder, 'web.yaml');
  const name = `${scene.native ? 'sts' : 'osts'}/web`;
  const apply = async (image: string, ...flags: string[]): Promise<string> => {
    await writeFile(file, toYaml([{ ...aSet('web', {}, image), apiVersion: scene.flavour }]));
    const said = await scene.ordinal(['apply', '-f', file, ...flags]);
    await scene.untilSettled('web');
    return said.split(' ').slice(1).join(' ');
  };
  const history = async () => {
    const { items } = JSON.parse(await scene.ordinal(['history', name, '-o', 'json'])) as {
      items: { revision: number; changeCause?: string; requestedBy?: string }[];
    };
    return items.map(({ revision, changeCause, requestedBy }) => [revision, changeCause, requestedBy]);
  };
  const { username } = userInfo();
  const alice = await OrdinalClient.connect({ kubeconfigPath: scene.target.kubeconfig, requestedBy: 'alice' });
  try {
    expect(await apply('nginx:1')).toBe('created');
    const web = alice.statefulSet(scene.namespace, 'web', { flavour: scene.flavour });
    await web.rollout({ image: 'nginx:2' }, { reason: 'patch day' });
    await scene.untilSettled('web');
    expect(await apply('nginx:2')).toBe('configured');
    expect(await apply('nginx:2')).toBe('unchanged');
    await apply('nginx:3', '--dry-run');
    expect(await apply('nginx:3')).toBe('configured');
    expect(await apply('nginx:4', '--reason', 'better')).toBe('configured');
    expect(await apply('nginx:4')).toBe('unchanged');
    expect(await apply('nginx:5')).toBe('configured');
    expect(await history()).toEqual([
      [1, undefined, username],
      [2, 'patch day', 'alice'],
      [3, undefined, username],
      [4, 'better', username],
      [5, undefined, username],
    ]);
  } finally {
    await alice.close();
    await rm(folder, { recursive: true });
  }
});
