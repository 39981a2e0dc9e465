import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { annotated, type Manifest, withPods, withSpec } from '../support/example.ts';
import { endedOperations, isParked, operations, runsOf } from '../support/history.ts';
import type { Scene } from '../support/scene.ts';

/** What the play of a shape may use. */
interface Stage {
  readonly scene: Scene;
  /** Kills the only worker and starts another. */
  readonly replaceWorker: () => Promise<void>;
}

/** A way in which the workflows of a set may go: played to record its histories. */
export interface Shape {
  readonly name: string;
  /** Events after which Temporal asks for a new run; default: as Temporal has it. */
  readonly threshold?: number;
  /** Its last operation is recorded as it waits. */
  readonly isOpen?: boolean;
  readonly play: (stage: Stage) => Promise<void>;
}

const hold = (scene: Scene, annotation: string) => scene.kubectl(['annotate', 'statefulset', 'web', annotation]);
const scaleTo = (scene: Scene, replicas: number) =>
  scene.kubectl(['scale', 'statefulset', 'web', `--replicas=${replicas}`]);

async function set(scene: Scene, replicas = 3, change = (objects: Manifest[]) => objects): Promise<void> {
  await scene.apply(change(withSpec(await scene.example('s06-scale'), { replicas })));
}

/** A set that has settled, and then is asked for an image. */
async function updated(scene: Scene, image: string, replicas?: number, change?: (objects: Manifest[]) => Manifest[]) {
  await set(scene, replicas, change);
  await scene.untilSettled('web', 90_000);
  scene.mark();
  await scene.patchImage('web', image);
}

const slow = (objects: readonly Manifest[]) =>
  withPods(objects, { 'sandbox.ordinal.dev/ready-after': '500ms', 'sandbox.ordinal.dev/terminate-after': '500ms' });
const stalled = (scene: Scene) =>
  scene.until('it is stuck', () =>
    scene.set('web')?.status?.conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True'),
  );
/** Waits until no operation is under way: its last events come after what is seen in the cluster. */
export const ended = (scene: Scene) => endedOperations(scene, 0);
const runs = (scene: Scene, pod: string) =>
  scene.until(`${pod} runs`, () => scene.pods().get(pod)?.status?.phase === 'Running');

export const shapes: readonly Shape[] = [
  {
    name: 'rollout',
    async play({ scene }) {
      await updated(scene, 'nginx:latest');
      await scene.untilSettled('web', 90_000);
    },
  },
  {
    name: 'scale',
    async play({ scene }) {
      await set(scene);
      await scene.untilSettled('web', 90_000);
      for (const replicas of [5, 2]) {
        await scaleTo(scene, replicas);
        await scene.untilSettled('web', 90_000);
      }
    },
  },
  {
    name: 'deletion',
    async play({ scene }) {
      await set(scene, 3, (objects) => annotated(objects, { 'ordinal.dev/ordered-deletion': 'true' }));
      await scene.untilSettled('web', 90_000);
      await scene.kubectl(['delete', 'statefulset', 'web', '--wait=false']);
      await scene.until('the set is gone', () => scene.set('web') === undefined);
    },
  },
  {
    name: 'repair',
    async play({ scene }) {
      await set(scene);
      await scene.untilSettled('web', 90_000);
      scene.mark();
      await scene.kubectl(['delete', 'pod', 'web-1']);
      await scene.until('it is back', () => scene.story().includes('ready web-1'));
    },
  },
  {
    name: 'parallel',
    async play({ scene }) {
      await updated(scene, 'nginx:latest', 6, (objects) => withSpec(objects, { podManagementPolicy: 'Parallel' }));
      await scene.untilSettled('web', 90_000);
      await scaleTo(scene, 2);
      await scene.untilSettled('web', 90_000);
    },
  },
  {
    name: 'superseded',
    async play({ scene }) {
      await updated(scene, 'nginx:latest', 4, slow);
      await scene.until('web-2 is leaving', () => scene.story().includes('leaving web-2'));
      await scene.patchImage('web', 'nginx:alpine');
      await scene.untilSettled('web', 90_000);
    },
  },
  {
    name: 'aborted',
    async play({ scene }) {
      await updated(scene, 'nginx:latest', 4, slow);
      await scene.until('web-2 is leaving', () => scene.story().includes('leaving web-2'));
      await hold(scene, 'ordinal.dev/abort=now');
      await ended(scene);
      await hold(scene, 'ordinal.dev/abort-');
      await scene.untilSettled('web', 90_000);
    },
  },
  {
    name: 'paused',
    async play({ scene }) {
      await updated(scene, 'nginx:latest', 4, slow);
      await scene.until('web-2 is leaving', () => scene.story().includes('leaving web-2'));
      await hold(scene, 'ordinal.dev/paused=true');
      await scene.until('web-2 is Ready', () => scene.story().includes('ready web-2'));
      await hold(scene, 'ordinal.dev/paused-');
      await scene.untilSettled('web', 90_000);
    },
  },
  {
    name: 'crashed',
    async play({ scene, replaceWorker }) {
      await updated(scene, 'nginx:latest', 4, slow);
      await scene.until('web-2 is leaving', () => scene.story().includes('leaving web-2'));
      await replaceWorker();
      await scene.untilSettled('web', 90_000);
    },
  },
  {
    name: 'stuck-and-healed',
    async play({ scene }) {
      await updated(scene, 'nginx:broken');
      await stalled(scene);
      await scene.patchImage('web', 'nginx:latest');
      await scene.untilSettled('web', 90_000);
    },
  },
  {
    name: 'refused-and-healed',
    async play({ scene }) {
      const quota = { metadata: { name: 'none' }, spec: { hard: { pods: '0' } } };
      await scene.apply([{ apiVersion: 'v1', kind: 'ResourceQuota', ...quota }]);
      await set(scene, 2);
      await stalled(scene);
      await scene.kubectl(['delete', 'resourcequota', 'none']);
      await scene.untilSettled('web', 90_000);
    },
  },
  {
    name: 'parked',
    isOpen: true,
    async play({ scene }) {
      await updated(scene, 'nginx:unready');
      await runs(scene, 'web-2');
      // A step gives its slot back after 20 s with nothing to do but wait.
      const isQuiet = async () => operations(await runsOf(scene.target, scene.namespace)).some(isParked);
      await waitUntil('the operation is parked', isQuiet, { timeoutMs: 60_000, everyMs: 1_000 });
    },
  },
  {
    name: 'continued-as-new',
    threshold: 60,
    async play({ scene }) {
      await set(scene, 12);
      await scene.untilSettled('web', 90_000);
      for (const replicas of [13, 12, 13]) {
        await scaleTo(scene, replicas);
        await scene.untilSettled('web', 90_000);
      }
    },
  },
];
