import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKubeApi, type KubeApi, type KubeObject } from '../../sandbox/kube-api.ts';
import { killNode, markOutOfService, reviveNode } from '../../sandbox/nodes.ts';
import { readInstance } from '../../sandbox/processes/instance.ts';
import { nodeProgram } from '../../sandbox/processes/node-program.ts';
import { identify } from '../../sandbox/processes/process-identity.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';

interface Pod extends KubeObject {
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: { readonly waiting?: { readonly reason: string }; readonly running?: object };
}

interface Claim extends KubeObject {
  readonly spec: { readonly volumeName?: string };
  readonly status: { readonly phase: string };
}

const podsPath = '/api/v1/namespaces/default/pods';
const claimsPath = '/api/v1/namespaces/default/persistentvolumeclaims';

let stateRoot: string;
let sandbox: Sandbox;
let api: KubeApi;

beforeAll(async () => {
  stateRoot = mkdtempSync(join(tmpdir(), 'ordinal-sandbox-'));
  sandbox = await startSandbox({ name: 'test', stateRoot, searchAttributes: { Phase: 'Keyword' } });
  api = openKubeApi(sandbox.kubeconfig);
});

afterAll(async () => {
  await api.close();
  await sandbox.stop();
  rmSync(stateRoot, { recursive: true });
});

interface PodWish {
  readonly image?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly nodeName?: string;
}

const createPod = (name: string, { image = 'nginx', annotations = {}, nodeName }: PodWish = {}) =>
  api.call<Pod>('POST', podsPath, {
    metadata: { name, annotations },
    spec: {
      ...(nodeName === undefined ? {} : { nodeName }),
      initContainers: [{ name: 'first', image: 'busybox' }],
      containers: [
        { name: 'main', image },
        { name: 'sidecar', image: 'busybox' },
      ],
    },
  });

const getPod = (name: string) => api.call<Pod>('GET', `${podsPath}/${name}`);
const deletePod = (name: string) => api.call('DELETE', `${podsPath}/${name}`);
const isReady = (pod: Pod) => pod.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
const podWhere = (name: string, what: string, condition: (pod: Pod) => boolean, timeoutMs = 20_000) =>
  waitUntil(
    `pod ${name} ${what}`,
    async () => {
      const pod = await getPod(name);
      return condition(pod) && pod;
    },
    { timeoutMs },
  );
const podGone = (name: string, timeoutMs = 20_000) =>
  waitUntil(
    `pod ${name} is gone`,
    () =>
      getPod(name).then(
        () => false,
        (error: Error) => error.message.includes('404'),
      ),
    { timeoutMs },
  );
const waitingReason = (pod: Pod) => pod.status.containerStatuses?.[0]?.state.waiting?.reason;

describe('simulated kubelets', () => {
  test('a plain pod is Running and Ready, as a kubelet would tell it', async () => {
    await createPod('plain');
    const pod = await podWhere('plain', 'is Ready', isReady);
    expect(pod.status.phase).toBe('Running');
    const types = ['PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready', 'PodScheduled'];
    expect(new Set(pod.status.conditions?.map(({ type }) => type))).toEqual(new Set(types));
    expect(
      pod.status.conditions?.every(
        ({ status, lastTransitionTime }) => status === 'True' && lastTransitionTime !== undefined,
      ),
    ).toBe(true);
    expect(pod.status.containerStatuses?.map(({ name, ready }) => [name, ready])).toEqual([
      ['main', true],
      ['sidecar', true],
    ]);
    expect(pod.status.initContainerStatuses?.map(({ name }) => name)).toEqual(['first']);
  });

  test('a pod that comes back has another uid and another address', async () => {
    await createPod('again');
    const before = await podWhere('again', 'is Ready', isReady);
    await deletePod('again');
    await podGone('again');
    await createPod('again');
    const after = await podWhere('again', 'is Ready', isReady);
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    expect(after.status.podIP).not.toBe(before.status.podIP);
  });

  test.each([
    ['nginx:does-not-exist', {}],
    ['nginx', { 'sandbox.ordinal.dev/behaviour': 'image-pull' }],
  ])('an image that cannot be pulled: %s %j', async (image, annotations) => {
    await createPod('pull', { image, annotations });
    const pod = await podWhere('pull', 'backs off', (pod) => waitingReason(pod) === 'ImagePullBackOff');
    expect(pod.status.phase).toBe('Pending');
    expect(isReady(pod)).toBe(false);
    await deletePod('pull');
    await podGone('pull');
  });

  test('a crash loop: Running, never Ready, restarts grow', async () => {
    await createPod('crash', { image: 'crash:1' });
    const pod = await podWhere(
      'crash',
      'restarted twice',
      (pod) => (pod.status.containerStatuses?.[0]?.restartCount ?? 0) >= 2,
    );
    expect([pod.status.phase, isReady(pod), waitingReason(pod)]).toEqual(['Running', false, 'CrashLoopBackOff']);
  });

  test('never ready: containers run; healed by taking the behaviour away', async () => {
    await createPod('unready', { annotations: { 'sandbox.ordinal.dev/behaviour': 'never-ready' } });
    const pod = await podWhere('unready', 'runs', ({ status }) => status.phase === 'Running');
    expect(isReady(pod)).toBe(false);
    await api.call('PATCH', `${podsPath}/unready`, {
      metadata: { annotations: { 'sandbox.ordinal.dev/behaviour': null } },
    });
    await podWhere('unready', 'is Ready', isReady);
  });

  test('flapping: Ready comes and goes', async () => {
    await createPod('flap', { image: 'flap:1' });
    for (const wanted of [true, false, true])
      await podWhere('flap', `has Ready ${wanted}`, (pod) => isReady(pod) === wanted);
  });

  test('fail: phase Failed', async () => {
    await createPod('fail', { annotations: { 'sandbox.ordinal.dev/behaviour': 'fail' } });
    await podWhere('fail', 'failed', ({ status }) => status.phase === 'Failed');
  });

  test('an annotation wins over the image', async () => {
    await createPod('wins', { image: 'nginx:broken', annotations: { 'sandbox.ordinal.dev/behaviour': 'healthy' } });
    await podWhere('wins', 'is Ready', isReady);
  });

  test('slow to become Ready, and slow to go', async () => {
    await createPod('slow', {
      annotations: { 'sandbox.ordinal.dev/ready-after': '2s', 'sandbox.ordinal.dev/terminate-after': '2s' },
    });
    expect(isReady(await podWhere('slow', 'runs', ({ status }) => status.phase === 'Running'))).toBe(false);
    await podWhere('slow', 'is Ready', isReady);
    const asked = Date.now();
    await deletePod('slow');
    expect((await getPod('slow')).metadata.deletionTimestamp).toBeDefined();
    await podGone('slow');
    expect(Date.now() - asked).toBeGreaterThan(1_900);
  });

  test.each([
    ['0', 'Succeeded'],
    ['1', 'Failed'],
  ])('deleted but held by a finalizer: its containers have ended, with %s: %s', async (code, phase) => {
    const name = `held-${code}`;
    await createPod(name, { annotations: { 'sandbox.ordinal.dev/exit-code': code } });
    await podWhere(name, 'is Ready', isReady);
    await api.call('PATCH', `${podsPath}/${name}`, { metadata: { finalizers: ['example.com/held'] } });
    await deletePod(name);
    const held = await podWhere(name, `is ${phase}`, ({ status }) => status.phase === phase);
    expect(isReady(held)).toBe(false);
    expect(held.status.containerStatuses?.map(({ ready }) => ready)).toEqual([false, false]);
    await api.call('PATCH', `${podsPath}/${name}`, { metadata: { finalizers: null } });
    await podGone(name);
  });
});

describe('volumes', () => {
  const volume = (name: string) => ({
    metadata: { name },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: `/tmp/${name}` } },
  });
  const claim = (name: string, storageClassName?: string, annotations = {}) => ({
    metadata: { name, annotations },
    spec: {
      ...(storageClassName === undefined ? {} : { storageClassName }),
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
    },
  });
  const bound = (name: string) =>
    waitUntil(`claim ${name} is Bound`, async () => {
      const found = await api.call<Claim>('GET', `${claimsPath}/${name}`);
      return found.status.phase === 'Bound' && found;
    });

  test('static volumes go to claims without a class, whoever is left gets a new one', async () => {
    const names = ['test-0', 'test-1', 'test-2'];
    for (const name of names) await api.call('POST', '/api/v1/persistentvolumes', volume(name));
    await Promise.all([0, 1, 2].map((index) => api.call('POST', claimsPath, claim(`www-${index}`))));
    const claims = await Promise.all([0, 1, 2].map((index) => bound(`www-${index}`)));
    expect(new Set(claims.map(({ spec }) => spec.volumeName))).toEqual(new Set(names));
    await api.call('POST', claimsPath, claim('www-3'));
    expect((await bound('www-3')).spec.volumeName).toMatch(/^pvc-/);
  });

  test('claims of classes that do not exist are Bound, and their volume goes with them', async () => {
    const beta = claim('beta', undefined, { 'volume.beta.kubernetes.io/storage-class': 'fast' });
    await api.call('POST', claimsPath, beta);
    await api.call('POST', claimsPath, claim('unknown', 'my-storage-class'));
    await bound('beta');
    const { spec } = await bound('unknown');
    await api.call('DELETE', `${claimsPath}/unknown`);
    const volumeGone = () =>
      api.call('GET', `/api/v1/persistentvolumes/${spec.volumeName}`).then(
        () => false,
        () => true,
      );
    await waitUntil('the volume is gone', volumeGone);
  });

  test('a hundred claims at once are Bound within seconds', async () => {
    const started = Date.now();
    const names = Array.from({ length: 100 }, (_, index) => `many-${index}`);
    await Promise.all(names.map((name) => api.call('POST', claimsPath, claim(name, 'any'))));
    await waitUntil('all are Bound', async () => {
      const { items } = await api.call<{ items: Claim[] }>('GET', claimsPath);
      return (
        items.filter(({ metadata, status }) => metadata.name.startsWith('many-') && status.phase === 'Bound').length ===
        100
      );
    });
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});

test('a dead node keeps its pods Terminating until it is declared out of service', async () => {
  await createPod('victim', { nodeName: 'node-1' });
  await podWhere('victim', 'is Ready', isReady);
  await killNode(sandbox, 'node-1');
  await podWhere('victim', 'is marked not Ready', (pod) => !isReady(pod), 60_000);
  await deletePod('victim');
  expect((await getPod('victim')).metadata.deletionTimestamp).toBeDefined();
  await markOutOfService(sandbox, 'node-1');
  await podGone('victim', 60_000);
  await reviveNode(sandbox, 'node-1');
  await createPod('later', { nodeName: 'node-1' });
  await podWhere('later', 'is Ready', isReady);
});

test('deletes in the audit log carry their preconditions and who asked', async () => {
  await createPod('audited');
  const { metadata } = await podWhere('audited', 'is Ready', isReady);
  await api.call('DELETE', `${podsPath}/audited`, { preconditions: { uid: metadata.uid } });
  await podGone('audited');
  const events = readFileSync(sandbox.auditLog, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(({ verb, objectRef }) => verb === 'delete' && objectRef?.name === 'audited');
  expect(events.map(({ user, requestObject }) => [user.username, requestObject?.preconditions?.uid])).toContainEqual([
    'kubernetes-admin',
    metadata.uid,
  ]);
});

interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly name?: string };
  readonly requestObject?: { readonly preconditions?: { readonly uid?: string } };
}

test("Kubernetes' own StatefulSet controller runs only while it is asked to", async () => {
  const sets = '/apis/apps/v1/namespaces/default/statefulsets';
  const labels = { app: 'web' };
  await sandbox.builtIn.start({ qps: 100, burst: 200, workers: 5 });
  await api.call('POST', sets, {
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      serviceName: 'web',
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'nginx' }] } },
    },
  });
  await waitUntil('web-1 is Ready', async () => isReady(await getPod('web-1')));
  await sandbox.builtIn.stop();
  expect(sandbox.pids['built-in']).toBeUndefined();
  await deletePod('web-0');
  await podGone('web-0');
  await createPod('witness');
  await podWhere('witness', 'is Ready', isReady);
  await expect(getPod('web-0')).rejects.toThrow('404');
});

test('a killed API server comes back on the same address with the same data', async () => {
  const before = sandbox.processes.apiserver.pid;
  await sandbox.processes.apiserver.kill('SIGKILL');
  expect(sandbox.pids.apiserver).toBeUndefined();
  await expect(api.call('GET', '/api/v1/nodes')).rejects.toThrow();
  await sandbox.processes.apiserver.restart();
  expect(sandbox.pids.apiserver).not.toBe(before);
  await createPod('after-restart');
  await podWhere('after-restart', 'is Ready', isReady, 60_000);
});

test('a scheduler that ends by itself is started again; one that was killed on purpose stays away', async () => {
  const { scheduler } = sandbox.processes;
  const before = scheduler.pid ?? 0;
  process.kill(before, 'SIGKILL');
  await waitUntil('another scheduler runs', () => scheduler.pid !== undefined && scheduler.pid !== before);
  await createPod('after-scheduler');
  await podWhere('after-scheduler', 'is Ready', isReady, 60_000);
  await scheduler.kill();
  await createPod('unscheduled');
  // Longer than one that is revived would be away: a pod that needs no scheduler takes its time meanwhile.
  const nodeName = (await getPod('after-scheduler')).spec.nodeName;
  await createPod('bound', { nodeName, annotations: { 'sandbox.ordinal.dev/ready-after': '2s' } });
  await podWhere('bound', 'is Ready', isReady, 60_000);
  expect(scheduler.pid).toBeUndefined();
  expect((await getPod('unscheduled')).spec).not.toHaveProperty('nodeName');
  await scheduler.restart();
  await podWhere('unscheduled', 'is Ready', isReady, 60_000);
});

test('a second one runs beside it, and when its owner is killed -9 no process of it is left', async () => {
  const script = fileURLToPath(new URL('owner.ts', import.meta.url));
  const owner = spawn(nodeProgram(), [script, 'second', stateRoot], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  owner.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await waitUntil('the second sandbox is ready', () => said.endsWith('\n'), { timeoutMs: 90_000 });
  const second = JSON.parse(said) as { dir: string; kubeconfig: string; pids: Record<string, number> };

  const other = openKubeApi(second.kubeconfig);
  expect((await other.call<{ items: unknown[] }>('GET', '/api/v1/nodes')).items).toHaveLength(1);
  expect((await api.call<{ items: unknown[] }>('GET', '/api/v1/nodes')).items).toHaveLength(3);
  await other.close();

  const guardian = readInstance(second.dir)?.guardian?.pid ?? 0;
  const pids = [...Object.values(second.pids), guardian];
  expect(pids).toHaveLength(8);
  expect(pids.every((pid) => identify(pid) !== undefined)).toBe(true);
  owner.kill('SIGKILL');
  await waitUntil('nothing of it is left', () => pids.every((pid) => identify(pid) === undefined), {
    timeoutMs: 15_000,
  });
  expect(readInstance(second.dir)?.phase).toBe('failed');
});

test('a sandbox of a name that runs is refused', async () => {
  await expect(startSandbox({ name: 'test', stateRoot })).rejects.toThrow('Sandbox test runs already');
});

test('one that was stopped goes on with its data; one that failed to start leaves nothing behind', async () => {
  const options = { name: 'kept', stateRoot, nodes: 1 };
  const first = await startSandbox(options);
  const firstApi = openKubeApi(first.kubeconfig);
  await firstApi.call('POST', '/api/v1/namespaces', { metadata: { name: 'remembered' } });
  await firstApi.close();
  await first.stop({ keepData: true });

  const next = await startSandbox({ ...options, keepData: true });
  expect(next.apiServerUrl).toBe(first.apiServerUrl);
  const nextApi = openKubeApi(next.kubeconfig);
  await nextApi.call('GET', '/api/v1/namespaces/remembered');
  await nextApi.close();
  await next.stop();

  const broken = { ...options, name: 'broken', searchAttributes: { Phase: 'NoSuchType' } };
  await expect(startSandbox(broken)).rejects.toThrow('temporal ended while starting');
  expect(Object.keys(readInstance(join(stateRoot, 'broken'))?.processes ?? {})).toEqual([]);
});
