import { afterAll, beforeAll, expect, test } from 'vitest';
import { Connection } from '@temporalio/client';
import { flavours } from '../support/flavours.ts';
import { kubectlIn } from '../support/kubectl.ts';
import { definition, type OwnCluster, startOwnCluster } from '../support/own-cluster.ts';
import { rawText } from '../support/raw-payloads.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';
import type { Manifest } from '../support/example.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

let cluster: OwnCluster;
let worker: WorkerProcess;

beforeAll(async () => {
  cluster = await startOwnCluster();
  const kubectl = kubectlIn(cluster.target, 'default');
  await kubectl(['apply', '-f', definition]);
  await kubectl(['wait', '--for=condition=Established', '-f', definition, '--timeout=60s']);
  worker = await cluster.startWorker(['--resource', ...flavours, '--no-probe', '--log-level', 'debug']);
});

afterAll(() => cluster?.stop());

/** Where in a pod template people put what nobody else is to read. */
const planted = {
  env: 'hunter2-of-the-env',
  annotation: 'hunter2-of-the-annotation',
  argument: 'hunter2-of-the-argument',
  volume: 'hunter2-of-the-volume',
};

/** The example with all of them planted in its template. */
function withSecrets(objects: readonly Manifest[]): Manifest[] {
  const text = JSON.stringify(objects).replace(
    '"image":',
    `"env":[{"name":"PASSWORD","value":"${planted.env}"}],"args":["--token=${planted.argument}"],"image":`,
  );
  return (JSON.parse(text) as Manifest[]).map((object) => {
    if (object.kind !== 'StatefulSet') return object;
    const { spec } = object as unknown as { readonly spec: { template: Template } };
    const { metadata, spec: pod } = spec.template;
    const volumes = [...(pod.volumes ?? []), { name: 'planted', hostPath: { path: `/${planted.volume}` } }];
    const annotations = { ...metadata.annotations, 'example.com/token': planted.annotation };
    const template = { metadata: { ...metadata, annotations }, spec: { ...pod, volumes } };
    return { ...object, spec: { ...spec, template } };
  });
}

interface Template {
  readonly metadata: { readonly annotations?: object };
  readonly spec: { readonly volumes?: readonly object[] };
}

/** An admission policy that has no idea what it says to whom. */
function talkative(namespace: string): Manifest[] {
  const [apiVersion, name] = ['admissionregistration.k8s.io/v1', `talkative-${namespace}`];
  const container = 'object.spec.containers[0]';
  const quoted = [
    `${container}.env[0].value`,
    `${container}.args[0]`,
    `object.metadata.annotations['example.com/token']`,
    `object.spec.volumes.filter(v, v.name == 'planted')[0].hostPath.path`,
  ];
  const spec = {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    },
    validations: [
      {
        expression: `${container}.image != 'nginx:refused'`,
        messageExpression: `'not with ' + ${quoted.join(" + ', ' + ")}`,
      },
    ],
  };
  return [
    { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}

const condition = (scene: Scene, type: string) =>
  scene.set('web')?.status?.conditions?.find((each) => each.type === type && each.status === 'True');

/** Every history of this Temporal, whosever it is. */
async function allHistories(): Promise<readonly string[]> {
  const connection = await Connection.connect({ address: cluster.target.temporalAddress });
  const { temporalNamespace: namespace } = cluster.target;
  try {
    const { executions } = await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 500 });
    return await Promise.all(
      executions.map(async (listed) => {
        const { history } = await connection.workflowService.getWorkflowExecutionHistory({
          namespace,
          execution: listed.execution ?? {},
          maximumPageSize: 10_000,
        });
        return rawText({ listed, history });
      }),
    );
  } finally {
    await connection.close();
  }
}

test(
  'what is planted in a template leaves it nowhere: no history, log, event, condition or metric has it',
  { timeout: 300_000 },
  () =>
    playOn(cluster.target, 'planted', async (scene) => {
      await scene.apply(talkative(scene.namespace));
      await scene.apply(withSecrets(await scene.example('s06-scale')));
      await scene.untilSettled('web', 60_000);
      await scene.patchImage('web', 'nginx:latest');
      await scene.untilSettled('web', 60_000);

      await scene.patchImage('web', 'nginx:refused');
      const refused = await scene.until('it is refused', () => condition(scene, 'ReplicaFailure'), 60_000);
      expect(refused.message).toMatch(/denied request: not with \*\*\*, \*\*\*, \*\*\*, \*\*\*/);
      await scene.patchImage('web', 'nginx:broken');
      await scene.until('it is stuck', () => condition(scene, 'Stalled')?.message?.includes('nginx:broken'), 60_000);
      await scene.patchImage('web', 'nginx:1.28');
      await scene.untilSettled('web', 60_000);

      await scene.ordinal(['convert', 'sts/web']);
      await scene.until('it is ours', () => scene.set('web')?.apiVersion === 'ordinal.dev/v1', 30_000);
      const osts = `statefulsets.ordinal.dev`;
      const mounts = async (path: string) => {
        const value = [{ name: 'planted', hostPath: { path } }];
        const patch = [{ op: 'replace', path: '/spec/template/spec/volumes', value }];
        await scene.kubectl(['patch', osts, 'web', '--type=json', `--patch=${JSON.stringify(patch)}`]);
      };
      await mounts(`/${planted.volume}/..`);
      const invalid = await scene.until('its template is invalid', () => condition(scene, 'TemplateInvalid'), 30_000);
      expect(invalid.message).toContain("must not contain '..'");
      await mounts(`/${planted.volume}`);
      await scene.until('its template is valid', () => condition(scene, 'TemplateInvalid') === undefined, 30_000);
      await scene.kubectl(['delete', osts, 'web', '--timeout=60s']);

      const events = await scene.kubectl(['get', 'events', '-o', 'json']);
      const metrics = await (await fetch(`http://${worker.healthAddress}/metrics`)).text();
      const histories = await allHistories();
      const conditions = scene.events.flatMap(({ object }) =>
        JSON.stringify((object as { status?: object }).status ?? {}),
      );
      expect(histories.join()).toContain('nginx:broken');
      expect(events).toContain('FailedCreate');
      for (const [where, text] of [
        ['histories', histories.join('\n')],
        ['log', worker.log()],
        ['events', events],
        ['metrics', metrics],
        ['conditions', conditions.join('\n')],
      ] as const)
        for (const secret of Object.values(planted)) expect(text.includes(secret), `${where}: ${secret}`).toBe(false);
    }),
);
