import { deepStrictEqual } from 'node:assert/strict';
import { overlapping, runsOf } from '../../support/history.ts';
import { Scene } from '../../support/scene.ts';
import { finalState, type FinalState } from './final-state.ts';
import type { Lane } from './lane.ts';
import { type Crash, crashText, type Hit } from './point.ts';
import type { CrashScenario } from './scenarios.ts';

/** A run of a scenario in which nobody was killed. */
export interface Undisturbed {
  readonly hits: readonly Hit[];
  readonly state: FinalState;
}

/** What came of a run in which a worker was to be killed. */
export type Outcome =
  | {
      readonly kind: 'passed';
      /** From the kill to the next thing that another worker did, in ms; undefined where nothing was left to do. */
      readonly resumedMs?: number;
    }
  /** The worker never came to that point in this run: how often a status is written, for example, depends on the time. */
  | { readonly kind: 'missed' }
  | { readonly kind: 'failed'; readonly why: string; readonly killed: boolean };

/** Plays a scenario in an empty lane and writes down everything that the workers do. Throws when an invariant is broken. */
export function playUndisturbed(lane: Lane, scenario: CrashScenario): Promise<Undisturbed> {
  return inScene(lane, async (scene, began) => {
    await play(lane, scenario, scene);
    await lane.untilIdle();
    await judge(lane, scene, began);
    const state = await finalState(scene, scenario.set, await lane.openWorkflows());
    return { hits: lane.hits(), state };
  });
}

/** Plays a scenario and kills the worker that comes to the point; another one goes on. Never throws. */
export async function playWithCrash(
  lane: Lane,
  scenario: CrashScenario,
  crash: Crash,
  reference: FinalState,
): Promise<Outcome> {
  try {
    return await inScene(lane, async (scene, began) => {
      await play(lane, scenario, scene, crash);
      await lane.untilIdle(reference.workflows);
      await judge(lane, scene, began);
      deepStrictEqual(await finalState(scene, scenario.set, reference.workflows), reference);
      const hits = lane.hits();
      const killed = hits.find((hit) => crashText(hit) === crashText(crash));
      if (killed === undefined) return { kind: 'missed' };
      const next = hits.find(({ at, pid }) => pid !== killed.pid && at >= killed.at);
      return next === undefined ? { kind: 'passed' } : { kind: 'passed', resumedMs: next.at - killed.at };
    });
  } catch (error) {
    const hits = lane.hits();
    const killed = hits.some((hit) => crashText(hit) === crashText(crash));
    const last = hits.slice(-20).map((hit) => `  ${new Date(hit.at).toISOString()} ${hit.pid} ${crashText(hit)}`);
    const why = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', killed, why: `${why}\nthe last things done:\n${last.join('\n')}\n${lane.logs()}` };
  }
}

async function play(lane: Lane, scenario: CrashScenario, scene: Scene, crash?: Crash): Promise<void> {
  await lane.ready();
  lane.order();
  await scenario.setUp(scene);
  await lane.untilIdle();
  lane.order(crash);
  await scenario.play(scene);
}

async function judge(lane: Lane, scene: Scene, began: number): Promise<void> {
  await scene.verify();
  const runs = await runsOf(lane.target, lane.namespace, began);
  const wrong = [
    ...overlapping(runs).map((pair) => `two operations at once: ${pair}`),
    ...runs.filter(({ status }) => status === 'Failed').map(({ id }) => `workflow ${id} failed`),
  ];
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

async function inScene<T>(lane: Lane, act: (scene: Scene, began: number) => Promise<T>): Promise<T> {
  const began = Date.now();
  const scene = await Scene.open(lane.target, lane.namespace, { existing: lane.namespace });
  try {
    const result = await act(scene, began);
    await lane.clear(scene);
    return result;
  } finally {
    await scene.close(true);
  }
}
