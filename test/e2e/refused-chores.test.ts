import { expect } from 'vitest';
import { aSet } from '../support/a-set.ts';
import type { Manifest } from '../support/example.ts';
import { scenario } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

const native = { of: 'apps/v1' } as const;

/** A policy of this namespace alone that refuses what is created of a resource. */
async function refusing(scene: Scene, group: string, resource: string): Promise<() => Promise<void>> {
  const name = `no-${resource}-${scene.namespace}`;
  const kind = 'ValidatingAdmissionPolicy';
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const matchConstraints = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': scene.namespace } },
    resourceRules: [{ apiGroups: [group], apiVersions: ['*'], operations: ['CREATE'], resources: [resource] }],
  };
  const policy: Manifest = {
    apiVersion,
    kind,
    metadata: { name },
    spec: { matchConstraints, validations: [{ expression: 'false', message: 'the test says no' }] },
  };
  const binding: Manifest = {
    apiVersion,
    kind: `${kind}Binding`,
    metadata: { name },
    spec: { policyName: name, validationActions: ['Deny'] },
  };
  await scene.apply([policy, binding]);
  return async () => {
    await scene.kubectl(['delete', `${kind}Binding`.toLowerCase(), name]);
    await scene.kubectl(['delete', kind.toLowerCase(), name]);
  };
}

/** Policies take a moment to be in force. */
async function untilRefused(scene: Scene, dryRun: Manifest): Promise<void> {
  const tryIt = () => scene.apply([dryRun]).then(() => scene.kubectl(['delete', dryRun.kind, dryRun.metadata.name]));
  await expect.poll(() => tryIt().then(() => 'accepted', String), { timeout: 20_000 }).toContain('the test says no');
}

function stalled(scene: Scene, message: RegExp) {
  return scene.until('the set says so', () =>
    scene
      .set('web')
      ?.status?.conditions?.some(
        (condition) =>
          condition.type === 'Stalled' && condition.status === 'True' && message.test(condition.message ?? ''),
      ),
  );
}

scenario(
  'a revision that the API server refuses is told on the set, and tried again',
  async (scene) => {
    const lift = await refusing(scene, 'apps', 'controllerrevisions');
    const revision = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'x' },
      revision: 1,
      data: {},
    };
    try {
      await untilRefused(scene, revision);
      await scene.apply([aSet('web')]);
      await stalled(scene, /write ControllerRevision web-\w+ of StatefulSet web failed error: .*the test says no/);
      expect(scene.story()).toEqual([]);
    } finally {
      await lift();
    }
    await scene.untilSettled('web', 60_000);
    expect(scene.set('web')?.status?.conditions?.map(({ type }) => type)).not.toContain('SyncFailure');
  },
  native,
);

scenario(
  'a webhook that does not answer is told on the set, and the pod created when it does',
  async (scene) => {
    const name = `silent-${scene.namespace}`;
    const webhook: Manifest & { webhooks: object[] } = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name: 'silent.example.com',
          clientConfig: { url: 'https://127.0.0.1:1/validate' },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': scene.namespace } },
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    };
    await scene.apply([webhook]);
    try {
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'x' },
        spec: { containers: [{ name: 'x', image: 'x' }] },
      };
      await expect
        .poll(() => scene.apply([pod]).then(() => scene.kubectl(['delete', 'pod', 'x', '--force']), String), {
          timeout: 20_000,
        })
        .toContain('failed calling webhook');
      scene.mark();
      await scene.apply([aSet('web')]);
      await stalled(
        scene,
        /create Pod web-0 in StatefulSet web failed error: .*failed calling webhook "silent.example.com"/,
      );
    } finally {
      await scene.kubectl(['delete', 'validatingwebhookconfiguration', name]);
    }
    await scene.untilSettled('web', 60_000);
  },
  native,
);
