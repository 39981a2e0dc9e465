import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, inject, test, type TestContext, vi } from 'vitest';
import type { SetFlavour } from '../../model/objects.ts';
import { waitUntil } from '../../sandbox/processes/wait-until.ts';
import { aSet } from '../support/a-set.ts';
import { annotated } from '../support/example.ts';
import { flavours } from '../support/flavours.ts';
import { isObserved } from '../support/objects.ts';
import { Scene } from '../support/scene.ts';
import { steadyTranscript } from '../support/transcript.ts';

/**
 * What every verb says of a set of either flavour in every phase, as whole runs against real servers gave it: test/e2e/verbs/. To write the files anew:
 * `vitest run --project e2e test/e2e/verbs.test.ts -u`, and read what changed.
 */
interface Situation {
  readonly phase: string;
  /** Brings the set `web` there. */
  readonly reach: (scene: Scene) => Promise<void>;
}

const looking = [
  'get web',
  'list',
  'list -o wide',
  'list -o name',
  'status web --no-watch',
  'explain web',
  'plan web',
  'plan web --image web=nginx:3',
  'history web',
  'history web -o wide',
  'runs web',
  'ui web',
];
/** Verbs that change something: what they answer, and nothing is changed. */
const changing = [
  'set image web web=nginx:3 --dry-run',
  'scale web --replicas 2 --dry-run',
  'restart web --dry-run',
  'undo web --dry-run',
  'pause web --dry-run',
  'resume web --dry-run',
  'abort web --dry-run',
  'retry web --dry-run',
  'delete web --dry-run',
];

async function settled(scene: Scene, replicas = 3, annotations: Record<string, string> = {}): Promise<void> {
  await scene.apply(annotated(web(scene, 'nginx:1', replicas), annotations));
  await scene.untilSettled('web');
  // The status settles first: a change that comes before the run has ended supersedes it.
  await untilRuns(scene, /^rollout +completed/m);
}

/** Waits until a verb says this. The tests run side by side, where `expect.poll` loses its test. */
const untilTold = (scene: Scene, verb: readonly string[], pattern: RegExp) =>
  waitUntil(`${verb.join(' ')} says ${pattern}`, async () => pattern.test(await scene.ordinal(verb)), {
    timeoutMs: 60_000,
    everyMs: 500,
  });
const untilRuns = (scene: Scene, pattern: RegExp) => untilTold(scene, ['runs', 'web'], pattern);

const web = ({ flavour: apiVersion }: Scene, image: string, replicas: number) => [
  { ...aSet('web', {}, image, { replicas }), apiVersion },
];

const isIn = (scene: Scene, phase: string) =>
  untilTold(scene, ['get', 'web', '-o', 'json'], new RegExp(`"phase": "${phase}"`));

/** Waits until Temporal lists the operation under way with this phase: a step gives what it waits for a while before it says so. */
const runIs = (scene: Scene, phase: 'Waiting' | 'Stuck') =>
  untilRuns(scene, new RegExp(`^\\S+ +running +${phase} `, 'm'));

/** A rollout whose first pod runs and does not get Ready: it waits, and is not stuck. */
async function rolling(scene: Scene): Promise<void> {
  await settled(scene);
  await scene.patchImage('web', 'nginx:unready');
  await scene.until('the new pod runs', () => {
    const pod = scene.pods().get('web-2');
    return JSON.stringify(pod?.spec).includes('unready') && pod?.status?.phase === 'Running';
  });
}

/** A pod that is told to go, and cannot. */
const holdPod = (scene: Scene, pod: string) =>
  scene.kubectl(['patch', 'pod', pod, '--type=merge', '-p', '{"metadata":{"finalizers":["example.com/hold"]}}']);
const releasePod = (scene: Scene, pod: string) =>
  scene.kubectl(['patch', 'pod', pod, '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
const situations: readonly Situation[] = [
  { phase: 'settled', reach: settled },
  {
    phase: 'starting',
    reach: async (scene) => {
      await scene.apply(web(scene, 'nginx:unready', 3));
      await runIs(scene, 'Waiting');
    },
  },
  {
    phase: 'rolling',
    reach: async (scene) => {
      await rolling(scene);
      await runIs(scene, 'Waiting');
    },
  },
  {
    phase: 'partition',
    reach: async (scene) => {
      await settled(scene);
      await scene.patchSpec('web', { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
      await scene.patchImage('web', 'nginx:2');
      await scene.until('the canary is ready', () => scene.set('web')?.status?.updatedReplicas === 1);
      await isIn(scene, 'Healthy');
    },
  },
  {
    phase: 'paused',
    reach: async (scene) => {
      await rolling(scene);
      await scene.ordinal(['pause', 'web', '--reason', 'lunch']);
      await isIn(scene, 'Paused');
      await runIs(scene, 'Waiting');
    },
  },
  {
    phase: 'paused-before',
    reach: async (scene) => {
      await settled(scene);
      await scene.ordinal(['pause', 'web', '--reason', 'lunch']);
      await scene.ordinal(['scale', 'web', '--replicas', '1']);
      await isIn(scene, 'Paused');
    },
  },
  {
    phase: 'stuck',
    reach: async (scene) => {
      await settled(scene);
      await scene.ordinal(['set', 'image', 'web', 'web=nginx:broken', '--reason', 'a typo']);
      await isIn(scene, 'Stuck');
      await runIs(scene, 'Stuck');
    },
  },
  {
    phase: 'aborted',
    reach: async (scene) => {
      await rolling(scene);
      await scene.ordinal(['abort', 'web', '--reason', 'wrong version']);
      await isIn(scene, 'Aborted');
      await untilRuns(scene, /rollout +aborted/);
    },
  },
  {
    phase: 'superseded',
    reach: async (scene) => {
      await rolling(scene);
      await scene.ordinal(['set', 'image', 'web', 'web=nginx:2', '--reason', 'the right one']);
      await scene.untilSettled('web');
      await isIn(scene, 'Healthy');
    },
  },
  {
    phase: 'scaling-out',
    reach: async (scene) => {
      await settled(scene, 2);
      await scene.kubectl(['create', 'quota', 'few', '--hard=pods=2']);
      // Until it is counted, a refusal says only that its status is unknown.
      await scene.kubectl(['wait', 'quota/few', '--for=jsonpath={.status.used.pods}=2', '--timeout=60s']);
      await scene.scale('web', 3);
      await isIn(scene, 'Stuck');
      await runIs(scene, 'Stuck');
      await scene.until('what is refused is observed', () => isObserved(scene.set('web')));
    },
  },
  {
    phase: 'scaling-in',
    reach: async (scene) => {
      await settled(scene);
      await holdPod(scene, 'web-2');
      await scene.scale('web', 1);
      await runIs(scene, 'Waiting');
    },
  },
  {
    phase: 'deleting',
    reach: async (scene) => {
      await settled(scene, 3, { 'ordinal.dev/ordered-deletion': 'true' });
      await holdPod(scene, 'web-2');
      await scene.ordinal(['delete', 'web', '--no-wait']);
      await runIs(scene, 'Waiting');
    },
  },
];

const kinds = { 'apps/v1': 'native', 'ordinal.dev/v1': 'own' } as const;
const everywhere = (of: readonly Situation[]) =>
  of.flatMap((situation) => flavours.map((flavour) => ({ ...situation, flavour })));

beforeAll(() => {
  const { temporalAddress, temporalNamespace } = inject('target');
  vi.stubEnv('TEMPORAL_ADDRESS', temporalAddress);
  vi.stubEnv('TEMPORAL_NAMESPACE', temporalNamespace);
  vi.stubEnv('TEMPORAL_UI_ADDRESS', 'http://temporal.example:8233');
});

afterAll(() => vi.unstubAllEnvs());

async function tellAll(
  situation: Situation & { readonly flavour: SetFlavour },
  { expect }: Pick<TestContext, 'expect'>,
): Promise<void> {
  const { phase, reach, flavour } = situation;
  const scene = await Scene.open(inject('target'), `verbs-${phase}`, { flavour });
  try {
    await reach(scene);
    const text = await steadyTranscript(scene, [...looking, ...changing]);
    const file = new URL(`verbs/${phase}.${kinds[flavour]}.txt`, import.meta.url);
    await expect(text).toMatchFileSnapshot(fileURLToPath(file));
  } finally {
    if (scene.pods().has('web-2')) await releasePod(scene, 'web-2').catch(() => undefined);
    await scene.close();
  }
}

test.concurrent.for(everywhere(situations))('what every verb says: $phase, $flavour', { timeout: 240_000 }, tellAll);

test.for(everywhere([{ phase: 'without-temporal', reach: settled }]))(
  'what every verb says: $phase, $flavour',
  { timeout: 180_000 },
  (situation, context) => {
    const cutOff = {
      ...situation,
      reach: async (scene: Scene) => {
        vi.stubEnv('TEMPORAL_ADDRESS', inject('target').temporalAddress);
        await situation.reach(scene);
        vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
      },
    };
    return tellAll(cutOff, context);
  },
);
