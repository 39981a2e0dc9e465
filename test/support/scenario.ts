import { inject, test } from 'vitest';
import type { SetFlavour } from '../../model/objects.ts';
import { flavours } from './flavours.ts';
import { Scene } from './scene.ts';
import type { Target } from './target.ts';

export interface ScenarioOptions {
  /** The flavours that it is true of; default: both. */
  readonly of?: SetFlavour;
  /** Default 120_000. */
  readonly timeoutMs?: number;
  /** The flavours are played side by side: for a scenario that mostly waits, and not by `expect.poll`, which loses its test then. Default: one after the other. */
  readonly sideBySide?: boolean;
}

/**
 * A test for each flavour of set, each in a namespace of its own, on the cluster that all share. However it goes, its namespace is
 * removed; when it went well, the invariants must have held all the way. What differs on purpose is a branch on `scene.native`.
 */
export function scenario(name: string, play: (scene: Scene) => Promise<void>, options: ScenarioOptions = {}): void {
  const { of, timeoutMs: timeout = 120_000, sideBySide: concurrent = false } = options;
  for (const flavour of of === undefined ? flavours : [of])
    test(`${name} [${flavour}]`, { timeout, concurrent }, () => playOn(inject('target'), name, play, flavour));
}

/** The same once, on a cluster of the test's own. */
export async function playOn(
  target: Target,
  name: string,
  play: (scene: Scene) => Promise<void>,
  flavour: SetFlavour = 'apps/v1',
): Promise<void> {
  const prefix = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 30)
    .replace(/^-+|-+$/g, '');
  const scene = await Scene.open(target, prefix, { flavour });
  try {
    await play(scene);
    await scene.verify();
  } finally {
    await scene.close();
  }
}
