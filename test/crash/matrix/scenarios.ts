import { annotated, type Manifest, withoutClusterWide, withSpec } from '../../support/example.ts';
import type { Scene } from '../../support/scene.ts';

interface Templated {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly object[] } } };
}

/** One of the scenarios in whose every moment a worker is killed: as its namesake under test/e2e, with three pods at most. */
export interface CrashScenario {
  readonly name: string;
  readonly title: string;
  readonly set: string;
  /** What must be there before. */
  setUp(scene: Scene): Promise<void>;
  /** What the user does, and what he waits for. */
  play(scene: Scene): Promise<void>;
}

/** A worker that was killed held the lease for 8 s, and its activities for 5 s; on a busy machine the next takes its time to start. */
const patienceMs = 240_000;

const orderedStart: CrashScenario = {
  name: 'S1',
  title: 'ordered start',
  set: 'web-sts',
  async setUp() {},
  async play(scene) {
    await create(scene, withSpec(await scene.example('s01-ordered-start'), { replicas: 3 }));
    await scene.untilSettled(this.set, patienceMs);
  },
};

const rollingUpdate: CrashScenario = {
  name: 'S3',
  title: 'rolling update',
  set: 'web',
  async setUp(scene) {
    await create(scene, withSpec(await scene.example('s03-rolling-update'), { replicas: 3 }));
    await scene.untilSettled(this.set, patienceMs);
  },
  async play(scene) {
    const [container] = (await scene.api.call<Templated>('GET', setPath(scene, this.set))).spec.template.spec
      .containers;
    await scene.api.call('PATCH', setPath(scene, this.set), {
      spec: { template: { spec: { containers: [{ ...container, image: 'nginx:latest' }] } } },
    });
    await scene.untilSettled(this.set, patienceMs);
  },
};

const scaleOutAndIn: CrashScenario = {
  name: 'S6',
  title: 'scale out and in',
  set: 'web',
  async setUp(scene) {
    await create(scene, withSpec(await scene.example('s06-scale'), { replicas: 1 }));
    await scene.untilSettled(this.set, patienceMs);
  },
  async play(scene) {
    for (const replicas of [3, 1]) {
      await scene.api.call('PATCH', setPath(scene, this.set), { spec: { replicas } });
      await scene.untilSettled(this.set, patienceMs);
    }
  },
};

const orderedDeletion: CrashScenario = {
  name: 'S10',
  title: 'ordered deletion',
  set: 'statefulset-test',
  async setUp(scene) {
    const objects = withoutClusterWide(await scene.example('s10-ordered-deletion'));
    await create(scene, annotated(objects, { 'ordinal.dev/ordered-deletion': 'true' }));
    await scene.untilSettled(this.set, patienceMs);
  },
  async play(scene) {
    await scene.api.call('DELETE', setPath(scene, this.set), { propagationPolicy: 'Background' });
    await scene.until('the set is gone', () => scene.set(this.set) === undefined, patienceMs);
  },
};

export const scenarios: readonly CrashScenario[] = [orderedStart, rollingUpdate, scaleOutAndIn, orderedDeletion];

const roots: Readonly<Record<string, string>> = { Service: '/api/v1', StatefulSet: '/apis/apps/v1' };

/** As `kubectl create`, without the time that a process takes: it is done hundreds of times. */
async function create(scene: Scene, objects: readonly Manifest[]): Promise<void> {
  for (const object of objects) {
    const path = `${roots[object.kind]}/namespaces/${scene.namespace}/${object.kind.toLowerCase()}s`;
    await scene.api.call('POST', path, object);
  }
}

function setPath(scene: Scene, name: string): string {
  return `/apis/apps/v1/namespaces/${scene.namespace}/statefulsets/${name}`;
}
