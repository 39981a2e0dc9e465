import { Client, Connection } from '@temporalio/client';
import { expect } from 'vitest';
import { recordedConsole } from '../../cli/console.fixture.ts';
import { run } from '../../cli/run.ts';
import { aClaimTemplate, aSet } from '../support/a-set.ts';
import type { Manifest } from '../support/example.ts';
import { isReady } from '../support/objects.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const native = { of: 'apps/v1' } as const;

/** A claim that asks for a volume by a name that nobody has is never bound. */
const unbound = aClaimTemplate('data', { volumeName: 'no-such-volume' });

const quota: Manifest = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'none' },
  spec: { hard: { pods: '0' } },
};

const cases: readonly (readonly [string, string, readonly Manifest[]])[] = [
  ['an image that cannot be pulled', 'ImagePull', [aSet('web', {}, 'nginx:broken')]],
  ['a crash loop', 'CrashLoop', [aSet('web', {}, 'crash:1')]],
  ['a node that does not exist', 'Unschedulable', [aSet('web', { nodeSelector: { 'no-such': 'node' } })]],
  ['a claim that is not bound', 'Unschedulable', [aSet('web', {}, 'nginx:1', { volumeClaimTemplates: [unbound] })]],
  ['a quota (SS-99)', 'QuotaExceeded', [quota, aSet('web')]],
];

for (const [what, reason, objects] of cases) {
  scenario(
    `a step that cannot go on for ${what} says so: condition, event, workflow, command line`,
    async (scene) => {
      await scene.apply(objects);
      const condition = await scene.until('the condition', () =>
        scene.set('web')?.status?.conditions?.find(({ type, status }) => type === 'Stalled' && status === 'True'),
      );
      expect(condition.reason).toBe(reason);
      expect(condition.message).toContain('web-0');
      const details = await untilDetails(scene, reason);
      expect(details).toContain('**Stuck**');
      const about = 'involvedObject.kind=StatefulSet,type=Warning';
      const events = await scene.kubectl([
        'get',
        'events',
        '--field-selector',
        about,
        '-o',
        'jsonpath={.items[*].reason}',
      ]);
      expect(events.split(' ')).toContain(reason === 'QuotaExceeded' ? 'FailedCreate' : reason);
      const console = recordedConsole();
      await run(['get', 'sts/web', '-n', scene.namespace, '--kubeconfig', scene.target.kubeconfig], console);
      expect(console.written.out).toContain(condition.message?.slice(0, 30));
    },
    native,
  );
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

/** The details that the Temporal UI shows of the operation, once they name the reason. */
async function untilDetails(scene: Scene, reason: string): Promise<string> {
  const connection = await Connection.connect({ address: scene.target.temporalAddress });
  try {
    const { workflow } = new Client({ connection, namespace: scene.target.temporalNamespace });
    const query = `OrdinalNamespace = '${scene.namespace}' AND OrdinalPhase = 'Stuck'`;
    const deadline = Date.now() + 20_000;
    for (;;) {
      for await (const { workflowId } of workflow.list({ query })) {
        const metadata = await workflow
          .getHandle(workflowId)
          .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
        if (metadata.currentDetails?.includes(reason) === true) return metadata.currentDetails;
      }
      if (Date.now() > deadline) throw new Error(`no workflow of ${scene.namespace} says ${reason}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await connection.close();
  }
}
