import { expect } from 'vitest';
import type { Manifest } from '../support/example.ts';
import { overlapping, runsOf } from '../support/history.ts';
import { range, replaced } from '../support/ordinals.ts';
import type { PodMoment } from '../support/pod-story.ts';
import { playOn } from '../support/scenario.ts';
import type { Scene } from '../support/scene.ts';
import type { Target } from '../support/target.ts';

/** Enough pods for one before, one at and one after the fault. */
const replicas = 4;

/** The story of `web`: updated, one pod after the other, from the top. */
const updated = range(0, replicas)
  .toReversed()
  .flatMap((i) => replaced(`web-${i}`));

/** The story of `db`: started in order. */
const started = range(0, replicas).flatMap((i) => [`created db-${i}`, `ready db-${i}`]);

export interface Trouble {
  /** Begins the fault, and ends it where it does not end by itself. */
  readonly strike: (scene: Scene) => Promise<unknown>;
  /** Things that have happened to the pods of `web` before it strikes: 1 is the first delete. Default 5: in the middle of the second pod. */
  readonly after?: number;
  /** Whether the test's own watches lose their place, too: what happens while the API server is away is then told by lists. */
  readonly hasGaps?: boolean;
  /** For so long it may take until all has settled, once the fault has been dealt with, in ms. Default 60_000. */
  readonly withinMs?: number;
}

/**
 * Updates one set and starts another in order, both at once, with trouble on the way: all must go as if there had been none, only
 * later. The invariants are judged as in every scenario.
 */
export function disturbed(
  target: Target,
  name: string,
  { strike, after = 5, hasGaps = false, withinMs = 60_000 }: Trouble,
): Promise<void> {
  return playOn(target, name, async (scene) => {
    if (hasGaps) scene.allowGaps();
    await scene.apply([slowSet(scene, 'web')]);
    await scene.untilSettled('web');
    scene.mark();
    await scene.patchImage('web', 'nginx:2');
    await scene.apply([slowSet(scene, 'db')]);
    await scene.until(`${after} moments of web`, () => of(scene, 'web').length >= after);
    await strike(scene);
    await scene.untilSettled('web', withinMs);
    await scene.untilSettled('db', withinMs);
    await expectUndisturbed(scene);
  });
}

/** Both stories are those of a quiet day, in which no pod is made twice, and no two operations of a set ever ran at once. */
async function expectUndisturbed(scene: Scene): Promise<void> {
  await scene.settle();
  expect(of(scene, 'web').map(told)).toEqual(updated);
  expect(of(scene, 'db').map(told)).toEqual(started);
  const runs = await runsOf(scene.target, scene.namespace);
  for (const set of ['web', 'db']) expect(overlapping(runs.filter(({ id }) => id.includes(`/${set}`)))).toEqual([]);
}

/** What happened to the pods of one set since the mark. */
export function of(scene: Scene, set: string): readonly PodMoment[] {
  return scene.moments().filter(({ name }) => name.startsWith(`${set}-`));
}

function told({ what, name }: PodMoment): string {
  return `${what} ${name}`;
}

/** A set whose pods take a moment to come and to go, so that a fault falls into the middle. */
export function slowSet(scene: Scene, name: string, size = replicas): Manifest {
  const labels = { app: name };
  const annotations = {
    'sandbox.ordinal.dev/ready-after': '200ms',
    'sandbox.ordinal.dev/terminate-after': '200ms',
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: scene.namespace },
    spec: {
      replicas: size,
      serviceName: name,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'nginx:1' }] },
      },
    },
  };
}
