import { inject, test } from 'vitest';
import { Scene } from './scene.ts';
import type { Target } from './target.ts';

/**
 * A test in a namespace of its own, on the cluster that all share. However it goes, its namespace is removed; when it went well, the
 * invariants must have held all the way.
 */
export function scenario(name: string, play: (scene: Scene) => Promise<void>, timeoutMs = 120_000): void {
  test(name, { timeout: timeoutMs }, () => playOn(inject('target'), name, play));
}

/** The same on a cluster of the test's own. */
export async function playOn(target: Target, name: string, play: (scene: Scene) => Promise<void>): Promise<void> {
  const prefix = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 30)
    .replace(/^-+|-+$/g, '');
  const scene = await Scene.open(target, prefix);
  try {
    await play(scene);
    await scene.verify();
  } finally {
    await scene.close();
  }
}
