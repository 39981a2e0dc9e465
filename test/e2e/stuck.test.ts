import { Client, Connection } from '@temporalio/client';
import { expect } from 'vitest';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { aClaimTemplate, aSet } from '../support/a-set.ts';
import type { Manifest } from '../support/example.ts';
import { isObserved, isReady } from '../support/objects.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const native = { of: 'apps/v1' } as const;

const quota: Manifest = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'none' },
  spec: { hard: { pods: '0' } },
};

const cases: readonly (readonly [string, string, readonly Manifest[]])[] = [
  ['an image that cannot be pulled', 'ImagePull', [aSet('web', {}, 'nginx:broken')]],
  ['a crash loop', 'CrashLoop', [aSet('web', {}, 'crash:1')]],
  ['a quota (SS-99)', 'QuotaExceeded', [quota, aSet('web')]],
];

for (const [what, reason, objects] of cases) {
  scenario(
    `a step that cannot go on for ${what} says so: condition, event, workflow, command line`,
    async (scene) => {
      await scene.apply(objects);
      await saysStuck(scene, reason);
    },
    native,
  );
}

/** A claim that asks for a volume by a name that nobody has is never bound. */
const unbound = aClaimTemplate('data', { volumeName: 'no-such-volume' });

for (const [what, set] of [
  ['a node that does not exist', aSet('web', { nodeSelector: { 'no-such': 'node' } })],
  ['a claim that is not bound', aSet('web', {}, 'nginx:1', { volumeClaimTemplates: [unbound] })],
] as const) {
  scenario(
    `a pod that waits for ${what} is told at once, and is stuck when it has waited for two minutes`,
    async (scene) => {
      await scene.apply([set]);
      await untilDetails(scene, 'Waiting', 'Unschedulable');
      const condition = (type: string) => scene.set('web')?.status?.conditions?.find((each) => each.type === type);
      expect(condition('Stalled')?.status).toBe('False');
      expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'Unschedulable' });
      expect(condition('Progressing')?.message).toMatch(/^pod web-0: 0\/\d+ nodes are available/);

      const { status } = scene.pods().get('web-0') ?? {};
      const lastTransitionTime = new Date(Date.now() - 120_000).toISOString();
      const conditions = status?.conditions?.map((each) =>
        each.type === 'PodScheduled' ? { ...each, lastTransitionTime } : each,
      );
      const path = `/api/v1/namespaces/${scene.namespace}/pods/web-0/status`;
      await scene.api.call('PATCH', path, { status: { conditions } });
      await saysStuck(scene, 'Unschedulable');
    },
    { ...native, sideBySide: true },
  );
}

/** Wherever people look. */
async function saysStuck(scene: Scene, reason: string): Promise<void> {
  const condition = await scene.until('the condition', () =>
    scene.set('web')?.status?.conditions?.find(({ type, status }) => type === 'Stalled' && status === 'True'),
  );
  expect(condition.reason).toBe(reason);
  expect(condition.message).toContain('web-0');
  // kstatus reads nothing else of a generation that is not observed (SS-99).
  await scene.until('the generation is observed', () => isObserved(scene.set('web')));
  await untilDetails(scene, 'Stuck', reason);
  const about = 'involvedObject.kind=StatefulSet,type=Warning';
  const reasons = 'jsonpath={.items[*].reason}';
  await waitUntil('an event says so', async () => {
    const events = await scene.kubectl(['get', 'events', '--field-selector', about, '-o', reasons]);
    return events.split(' ').includes(reason === 'QuotaExceeded' ? 'FailedCreate' : reason);
  });
  expect(await scene.ordinal(['get', 'sts/web'])).toContain(condition.message?.slice(0, 30));
}

scenario(
  'a hundred sets that are stuck do not slow down a healthy one',
  async (scene) => {
    const time = async (name: string) => {
      const from = performance.now();
      await scene.apply([aSet(name, {}, 'nginx:1', { replicas: 3 })]);
      await scene.until(`${name} is Ready`, () => [0, 1, 2].every((ordinal) => isUp(scene, `${name}-${ordinal}`)));
      return performance.now() - from;
    };
    const alone = await time('before');
    const names = Array.from({ length: 100 }, (_, index) => `stuck-${index}`);
    await scene.apply(names.map((name) => aSet(name, {}, 'nginx:broken')));
    await scene.until(
      'all are stuck',
      () =>
        names.every((name) =>
          scene.set(name)?.status?.conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True'),
        ),
      180_000,
    );
    const among = Math.min(await time('after'), await time('again'));
    expect(among).toBeLessThan(Math.max(alone * 3, 3_000));
  },
  { ...native, timeoutMs: 300_000 },
);

function isUp(scene: Scene, pod: string): boolean {
  const found = scene.pods().get(pod);
  return found !== undefined && isReady(found);
}

/** Waits until Temporal lists the operation with this phase, and the details that its UI shows name it and the reason. */
async function untilDetails(scene: Scene, phase: 'Waiting' | 'Stuck', reason: string): Promise<void> {
  const connection = await Connection.connect({ address: scene.target.temporalAddress });
  try {
    const { workflow } = new Client({ connection, namespace: scene.target.temporalNamespace });
    const query = `OrdinalNamespace = '${scene.namespace}' AND OrdinalPhase = '${phase}'`;
    await waitUntil(
      `an operation says **${phase}** (${reason}`,
      async () => {
        for await (const { workflowId } of workflow.list({ query })) {
          const { currentDetails } = await workflow
            .getHandle(workflowId)
            .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
          if (currentDetails?.includes(`**${phase}** (${reason}`) === true) return true;
        }
        return false;
      },
      { timeoutMs: 60_000, everyMs: 100 },
    );
  } finally {
    await connection.close();
  }
}
