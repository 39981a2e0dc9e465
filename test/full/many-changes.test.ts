import { afterAll, beforeAll, expect, test } from 'vitest';
import { KubeApiError } from '../../sandbox/kube-api.ts';
import { isParked, kindOf, operations, runsOf } from '../support/history.ts';
import { startOwnCluster, type OwnCluster } from '../support/own-cluster.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await startOwnCluster();
  await cluster.startWorker();
});

afterAll(() => cluster.stop());

const changes = 10_000;
/** Patches under way at once: more of them on one object would be refused as conflicts. */
const atOnce = 4;

/** Makes the changes one after the other as fast as the API server takes them; resolves with the seconds that it took. */
async function change(
  scene: Scene,
  of: (turn: number) => { readonly path: string; readonly body: object },
): Promise<number> {
  const began = Date.now();
  let turn = 0;
  const patch = async () => {
    while (turn < changes) {
      const { path, body } = of(turn++);
      await insist(() => scene.api.call('PATCH', path, body));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, patch));
  return (Date.now() - began) / 1000;
}

async function insist(call: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await call();
      return;
    } catch (error) {
      if (!(error instanceof KubeApiError && error.status === 409)) throw error;
    }
  }
}

interface Costs {
  readonly signals: number;
  readonly events: number;
  readonly operations: number;
}

/** What the histories of the set hold so far. */
async function costs(scene: Scene): Promise<Costs> {
  const runs = await runsOf(cluster.target, scene.namespace);
  const events = runs.flatMap(({ events }) => events);
  const signals = events.filter((event) => kindOf(event) === 'workflowExecutionSignaled').length;
  return { signals, events: events.length, operations: operations(runs).length };
}

/** What the changes cost beyond what is there. */
async function costOf(scene: Scene, what: string, work: () => Promise<number>): Promise<Costs> {
  const before = await costs(scene);
  const seconds = await work();
  const after = await costs(scene);
  const cost = {
    signals: after.signals - before.signals,
    events: after.events - before.events,
    operations: after.operations - before.operations,
  };
  process.stdout.write(`${changes} ${what} in ${seconds.toFixed()} s: ${JSON.stringify(cost)}\n`);
  return cost;
}

const settled = (scene: Scene) =>
  expect
    .poll(
      async () =>
        operations(await runsOf(cluster.target, scene.namespace)).every(({ status }) => status === 'Completed'),
      { timeout: 60_000 },
    )
    .toBe(true);

const nothing: Costs = { signals: 0, events: 0, operations: 0 };

const ofPods = (scene: Scene) => {
  const names = [...scene.pods().keys()];
  return (turn: number) => ({
    path: `/api/v1/namespaces/${scene.namespace}/pods/${names[turn % names.length]}`,
    body: { metadata: { annotations: { turn: `${turn}` } } },
  });
};

test(`${changes} changes around a set that has settled cost nothing, around one that is stuck a handful of signals`, () =>
  playOn(cluster.target, 'changes', async (scene) => {
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 90_000);
    await settled(scene);
    expect(await costOf(scene, 'changes of its pods, settled', () => change(scene, ofPods(scene)))).toEqual(nothing);
    const ofSet = (turn: number) => ({
      path: scene.setPath('web'),
      body: { metadata: { annotations: { turn: `${turn}` } } },
    });
    expect(await costOf(scene, 'changes of its annotations, settled', () => change(scene, ofSet))).toEqual(nothing);

    await scene.patchImage('web', 'nginx:unready');
    await expect
      .poll(async () => operations(await runsOf(cluster.target, scene.namespace)).some(isParked), {
        timeout: 120_000,
        interval: 1_000,
      })
      .toBe(true);
    const stuck = await costOf(scene, 'changes of its pods, stuck', () => change(scene, ofPods(scene)));
    expect(stuck.signals).toBeLessThan(10);
  }));

test(`${changes} changes of replicas and template are taken up together`, () =>
  playOn(cluster.target, 'spec-changes', async (scene) => {
    await scene.apply(await scene.example('s06-scale'));
    await scene.untilSettled('web', 90_000);
    await settled(scene);
    const ofSpec = (turn: number) => ({
      path: scene.setPath('web'),
      body:
        turn % 2 === 0
          ? { spec: { replicas: 2 + (turn % 3) } }
          : { spec: { template: { metadata: { annotations: { turn: `${turn}` } } } } },
    });
    const cost = await costOf(scene, 'changes of its spec', () => change(scene, ofSpec));
    await scene.untilSettled('web', 120_000);
    await settled(scene);
    expect(cost.signals).toBeLessThan(changes / 100);
  }));
