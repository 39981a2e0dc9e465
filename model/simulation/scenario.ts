import * as fc from 'fast-check';
import { annotations, orderedDeletionFinalizer } from '../annotations.ts';
import { desiredOf } from '../desired.ts';
import { aSet, aTemplate, at, epoch } from '../objects.fixture.ts';
import type { StatefulSet, StatefulSetSpec } from '../objects.ts';
import { plan } from '../plan.ts';
import { chooseRevisions, revisionNames } from '../revisions.ts';
import { Cluster, describePods } from './cluster.ts';
import { Controller, type Faults } from './controller.ts';
import { Random } from './random.ts';
import { imageOf, isAvailable, Referee, windowOf, firstUpdated } from './referee.ts';

/** What somebody does to the set, or to a pod of it, after a pause. */
type Event =
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'replicas'; readonly replicas: number }
  | { readonly kind: 'start'; readonly start: number }
  | { readonly kind: 'partition'; readonly partition: number }
  | { readonly kind: 'maxUnavailable'; readonly maxUnavailable: number | string }
  | { readonly kind: 'minReadySeconds'; readonly minReadySeconds: number }
  | { readonly kind: 'strategy'; readonly strategy: StatefulSetSpec['updateStrategy'] }
  | { readonly kind: 'paused'; readonly paused: boolean }
  | { readonly kind: 'aborted'; readonly aborted: boolean }
  | { readonly kind: 'kill' | 'fail' | 'flap' | 'node'; readonly pod: number; readonly seconds: number };

export interface Scenario {
  readonly own: boolean;
  readonly spec: Partial<StatefulSetSpec>;
  /** What turns the differences of the two flavours on and off. */
  readonly notes: Readonly<Record<string, string | undefined>>;
  /** Ends with the deletion of the set in the middle of whatever it does, where that goes in order; else everything becomes good. */
  readonly deleted: boolean;
  /** `after` is in turns of the controller, from the event before. */
  readonly events: readonly { readonly after: number; readonly event: Event }[];
  readonly faults: Faults;
  readonly seed: number;
}

const turnsPerTick = 12;

const arbitraryImage = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('good:1', 'good:2', 'good:3') },
  { weight: 3, arbitrary: fc.constantFrom('bad:1', 'mute:1', 'crash:1') },
);
const arbitraryBudget = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom('30%', '50%', '100%'));

const updateStrategy = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.constant({ type: 'RollingUpdate' as const }) },
  {
    weight: 6,
    arbitrary: fc
      .record({ partition: fc.constantFrom(0, 0, 0, 1, 3), maxUnavailable: arbitraryBudget })
      .map((rollingUpdate) => ({ type: 'RollingUpdate' as const, rollingUpdate })),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'OnDelete' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'Recreate' as const }) },
);

const edits = [
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('image' as const), image: arbitraryImage }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('replicas' as const), replicas: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('start' as const), start: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('partition' as const), partition: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('maxUnavailable' as const), maxUnavailable: arbitraryBudget }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('minReadySeconds' as const), minReadySeconds: fc.constantFrom(0, 1, 5) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('strategy' as const), strategy: updateStrategy }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('paused' as const), paused: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('aborted' as const), aborted: fc.boolean() }) },
];
const mishap = {
  weight: 5,
  arbitrary: fc.record({
    kind: fc.constantFrom('kill' as const, 'fail' as const, 'flap' as const, 'node' as const),
    pod: fc.nat(8),
    seconds: fc.integer({ min: 1, max: 12 }),
  }),
};

const flag = fc.constantFrom(undefined, undefined, 'true', 'false');
const notes = fc.record({
  [annotations.orderedDeletion]: flag,
  [annotations.parallelReplace]: flag,
  [annotations.stuckPolicy]: fc.constantFrom(undefined, undefined, undefined, 'Wait'),
});

/** `mishaps`: pods are lost, fail and flap as well; otherwise all that happens to pods is the controller's doing. */
export function scenarios(mishaps: boolean, faults: Faults): fc.Arbitrary<Scenario> {
  const event = fc.oneof(...edits, ...(mishaps ? [mishap] : []));
  return fc.record({
    own: fc.boolean(),
    spec: fc.record({
      replicas: fc.nat(6),
      podManagementPolicy: fc.constantFrom('OrderedReady' as const, 'OrderedReady' as const, 'Parallel' as const),
      minReadySeconds: fc.constantFrom(0, 0, 2),
      ordinals: fc.constantFrom(undefined, undefined, { start: 0 }, { start: 2 }),
      updateStrategy,
      template: arbitraryImage.map(aTemplate),
    }),
    notes,
    deleted: fc.boolean(),
    events: fc.array(fc.record({ after: fc.nat(120), event }), { maxLength: 8 }),
    faults: fc.constant(faults),
    seed: fc.nat(),
  });
}

/** Plays a scenario to its end, then lets everything be good and waits for the set to settle, or be gone. Returns what went wrong. */
export function play(scenario: Scenario): readonly string[] {
  const random = new Random(scenario.seed);
  const set = setOf(scenario);
  const inOrder = desiredOf(set).orderedDeletion;
  const cluster = new Cluster(inOrder ? withMetadata(set, { finalizers: [orderedDeletionFinalizer] }) : set, random);
  const calm = scenario.events.every(({ event }) => !('pod' in event));
  const strictness = scenario.faults.lag === 0 ? 'exact' : calm ? 'own-deeds' : 'as-seen';
  const referee = new Referee(cluster, strictness);
  const controller = new Controller(cluster, random, referee, scenario.faults);
  let turns = 0;
  const run = (count: number): void => {
    for (let turn = 0; turn < count; turn++) {
      controller.turn();
      turns += 1;
      if (turns % turnsPerTick !== 0) continue;
      cluster.tick();
      referee.watch();
    }
  };
  for (const { after, event } of scenario.events) {
    run(after);
    happen(cluster, referee, event);
    // What the set asks for decides what is available.
    referee.watch();
  }
  const isDeleted = scenario.deleted && inOrder;
  if (isDeleted) deleteSet(cluster);
  else makeGood(cluster, referee, imagesOf(scenario));
  const isOver = () => (isDeleted ? cluster.pods.length === 0 : isSettled(cluster));
  const { replicas = 1 } = cluster.set.spec;
  const bound = turnsPerTick * (120 + 60 * (replicas + cluster.pods.length));
  let spent = 0;
  for (; spent < bound && !(controller.isIdle && isOver()); spent += turnsPerTick) run(turnsPerTick);
  if (!isOver()) return [...referee.violations, `a. does not ${isDeleted ? 'go' : 'settle'}:\n${whyNot(cluster)}`];
  const { calls } = referee;
  run(turnsPerTick * 20);
  if (referee.calls !== calls) referee.violations.push('c. acted on a settled set');
  return referee.violations;
}

function setOf({ own, spec, notes }: Scenario): StatefulSet {
  return withNotes({ ...aSet(spec), apiVersion: own ? 'ordinal.dev/v1' : 'apps/v1' }, notes);
}

function withMetadata(set: StatefulSet, metadata: Partial<StatefulSet['metadata']>): StatefulSet {
  return { ...set, metadata: { ...set.metadata, ...metadata } };
}

/** `undefined` takes a note away. */
function withNotes(set: StatefulSet, notes: Readonly<Record<string, string | undefined>>): StatefulSet {
  const all = Object.entries({ ...set.metadata.annotations, ...notes });
  const kept = all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
  return withMetadata(set, { annotations: Object.fromEntries(kept) });
}

function deleteSet(cluster: Cluster): void {
  const deletionTimestamp = at((cluster.now - epoch) / 1000);
  cluster.editSet((set) => withMetadata(set, { deletionTimestamp }));
}

function happen(cluster: Cluster, referee: Referee, event: Event): void {
  if ('pod' in event) {
    const pod = cluster.pods[event.pod % Math.max(1, cluster.pods.length)];
    if (pod === undefined) return;
    const { name } = pod.metadata;
    if (event.kind === 'kill') cluster.deletePod(name);
    else if (event.kind === 'fail') cluster.fail(name);
    else if (event.kind === 'flap') cluster.flap(name, event.seconds);
    else if (!imageOf(pod).startsWith('bad') && !imageOf(pod).startsWith('mute')) cluster.loseNode(name, event.seconds);
    return;
  }
  if (event.kind === 'aborted') {
    cluster.editSet((set) => withNotes(set, { [annotations.abort]: event.aborted ? 'now' : undefined }));
    return;
  }
  if (event.kind !== 'replicas' && event.kind !== 'maxUnavailable' && event.kind !== 'paused') referee.episode += 1;
  cluster.editSet((set) => ({ ...set, spec: edited(set.spec, event) }));
}

function edited(
  spec: StatefulSetSpec,
  event: Exclude<Event, { readonly pod: number } | { readonly kind: 'aborted' }>,
): StatefulSetSpec {
  const rolling = spec.updateStrategy?.rollingUpdate;
  const withRolling = (more: object): StatefulSetSpec =>
    rolling === undefined
      ? spec
      : { ...spec, updateStrategy: { ...spec.updateStrategy, rollingUpdate: { ...rolling, ...more } } };
  switch (event.kind) {
    case 'image':
      return { ...spec, template: aTemplate(event.image) };
    case 'replicas':
      return { ...spec, replicas: event.replicas };
    case 'start':
      return { ...spec, ordinals: { start: event.start } };
    case 'partition':
      return withRolling({ partition: event.partition });
    case 'maxUnavailable':
      return withRolling({ maxUnavailable: event.maxUnavailable });
    case 'minReadySeconds':
      return { ...spec, minReadySeconds: event.minReadySeconds };
    case 'strategy':
      return { ...spec, updateStrategy: event.strategy };
    case 'paused':
      return { ...spec, paused: event.paused };
  }
}

/** All images that a set ever asks for. */
function imagesOf(scenario: Scenario): readonly string[] {
  return [
    imageOf(setOf(scenario)),
    ...scenario.events.flatMap(({ event }) => (event.kind === 'image' ? [event.image] : [])),
  ];
}

/**
 * The image is good, nothing is held, broken pods are not waited for; a revision that nobody can run is not kept alive by a partition or by
 * OnDelete, under which a worker that looks at the past may bring one of `images` back for good.
 */
function makeGood(cluster: Cluster, referee: Referee, images: readonly string[]): void {
  referee.episode += 1;
  const areGood = (all: readonly string[]) => all.every((image) => image.startsWith('good'));
  const wasGood = areGood([imageOf(cluster.set), ...cluster.revisionsKept()]);
  cluster.editSet((former) => {
    const set = withNotes(former, { [annotations.abort]: undefined, [annotations.stuckPolicy]: undefined });
    const { updateStrategy } = set.spec;
    const template = imageOf(set).startsWith('good') ? set.spec.template : aTemplate('good:9');
    const spec = { ...set.spec, template, paused: false };
    if (updateStrategy?.type === 'OnDelete')
      return { ...set, spec: areGood(images) ? spec : { ...spec, updateStrategy: {} } };
    if (wasGood) return { ...set, spec };
    if (updateStrategy?.rollingUpdate === undefined) return { ...set, spec };
    const rollingUpdate = { ...updateStrategy.rollingUpdate, partition: 0 };
    return { ...set, spec: { ...spec, updateStrategy: { ...updateStrategy, rollingUpdate } } };
  });
}

function isSettled(cluster: Cluster): boolean {
  return whyNot(cluster) === '';
}

function whyNot(cluster: Cluster): string {
  const { set, pods, now } = cluster;
  const view = { set, pods, claims: new Map(), revisions: cluster.revisions };
  const choice = chooseRevisions(view);
  const { steps, acts, promote, waiting } = plan(view, revisionNames(choice), now);
  const wanted = windowOf(set);
  const type = set.spec.updateStrategy?.type ?? 'RollingUpdate';
  const isRight = wanted.every((ordinal) => {
    const pod = pods.find(({ metadata }) => metadata.name === `web-${ordinal}`);
    if (pod === undefined || !isAvailable(pod, set, now)) return false;
    return type === 'OnDelete' || ordinal < firstUpdated(set) || imageOf(pod) === imageOf(set);
  });
  if (isRight && pods.length === wanted.length && steps.length === 0 && !promote && choice.update.action === 'keep')
    return '';
  const told = {
    steps,
    acts: [...acts],
    promote,
    waiting,
    choice: [choice.update.name, choice.current],
    at: (now - epoch) / 1000,
  };
  return `${describePods(cluster)}\n${JSON.stringify(told)}`;
}
