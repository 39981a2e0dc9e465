import type { Call, ControllerIdentity } from './calls.ts';
import type { Life, Version } from './lives.ts';
import type { KubeObject, Log, Pod, StatefulSet } from './objects.ts';
import { ordinalOf } from './pod-state.ts';
import { judgeClaimDeletion } from './rules/claim-deletion.ts';
import { judgeCreation } from './rules/pod-creation.ts';
import { judgeDeletion } from './rules/pod-deletion.ts';
import { judgePreconditions } from './rules/preconditions.ts';
import type { SetView } from './availability.ts';
import { titleOf } from './set-spec.ts';
import type { Finding, Violation } from './violation.ts';
import { World } from './world.ts';

export interface CheckOptions extends Partial<ControllerIdentity> {
  /**
   * How old the controller's view may be of what *others* do: a change of the spec, a pod that a user deletes, a readiness that is lost.
   * Milliseconds before the arrival of its call; default 1000. What it did itself, and what it has to wait for (Ready, gone), has no grace.
   */
  readonly graceMs?: number;
}

/**
 * Every breach of an invariant that the two logs show, in the order in which they happened. An empty result means that none was found in
 * what the logs contain; deletions and creations that the audit log cannot explain are violations themselves (rule `evidence`).
 */
export function check(log: Log, options: CheckOptions = {}): readonly Violation[] {
  const { controllerAgent = 'ordinal/', controllerUser, graceMs = 1000 } = options;
  const world = new World(log, { controllerAgent, controllerUser }, graceMs);
  return [
    ...world.pods.all.flatMap((pod) => [...checkCreation(world, pod), ...checkDeletion(world, pod)]),
    ...world.claims.all.flatMap((claim) => checkClaim(world, claim)),
    ...checkNames(world),
    ...checkCalls(world, log),
  ].sort((a, b) => a.at - b.at || Number(a.resourceVersion ?? 0) - Number(b.resourceVersion ?? 0));
}

function checkCreation(world: World, pod: Life<Pod>): readonly Violation[] {
  const [born] = pod.versions;
  const set = born && world.setOf(born.object);
  if (born === undefined || set === undefined || pod.listed) return [];
  const call = world.audit.creatorOf(pod);
  if (call === undefined) return [unexplained(pod, born, 'creation')];
  const ordinal = ordinalOf(pod.name, set.name);
  if (call.by !== 'controller' || ordinal === undefined) return [];
  return judged(world, set, { object: pod, event: born, call }, (view) => judgeCreation(view, born.object, ordinal));
}

function checkDeletion(world: World, pod: Life<Pod>): readonly Violation[] {
  const { deleting } = pod;
  if (deleting === undefined || deleting === pod.versions[0]) return [];
  const call = world.audit.deleterOf('pods', pod);
  if (call === undefined) return [unexplained(pod, deleting, 'deletion')];
  if (call.by !== 'controller') return [];
  const before = pod.versions.findLast((version) => version.rv < deleting.rv)?.object;
  const set = before && world.setOf(before);
  const ordinal = set && ordinalOf(pod.name, set.name);
  const place = { object: pod, event: deleting, call };
  if (set === undefined || ordinal === undefined) {
    return [violation(place, { rule: 'ownership', message: 'deleted although no set in the log controls it' })];
  }
  return judged(world, set, place, (view) => judgeDeletion(view, pod, ordinal));
}

function checkClaim(world: World, claim: Life<KubeObject>): readonly Violation[] {
  const { deleting } = claim;
  if (deleting === undefined || deleting === claim.versions[0]) return [];
  const call = world.audit.deleterOf('persistentvolumeclaims', claim);
  if (call === undefined) return [unexplained(claim, deleting, 'deletion')];
  return judgeClaimDeletion(world, claim, world.moment(deleting, call), call.by).map((finding) =>
    violation({ object: claim, event: deleting, call }, finding, finding.set),
  );
}

function checkNames(world: World): readonly Violation[] {
  return world.pods.overlapping.flatMap((pod) => {
    const [event] = pod.versions;
    if (event === undefined) return [];
    const message = 'created while the former pod of that name had not gone';
    return [violation({ object: pod, event, call: undefined }, { rule: 'created-twice', message })];
  });
}

/** Calls of the namespaces under test only: the audit log is of the whole cluster. */
function checkCalls(world: World, log: Log): readonly Violation[] {
  const namespaces = new Set(log.watch.map(({ object }) => object.metadata.namespace ?? ''));
  return world.audit.calls
    .filter(({ namespace }) => namespaces.has(namespace))
    .flatMap((call) =>
      judgePreconditions(call).map((finding) => ({
        ...finding,
        at: call.received,
        namespace: call.namespace,
        object: call.name === '' ? call.resource : call.name,
        auditId: call.id,
      })),
    );
}

interface Place {
  readonly object: Life<KubeObject>;
  readonly event: Version<KubeObject>;
  readonly call: Call | undefined;
}

/** What is wrong under every view of the set that the controller may have had, told as of the newest. */
function judged(
  world: World,
  life: Life<StatefulSet>,
  place: Place,
  judge: (view: SetView) => readonly Finding[],
): readonly Violation[] {
  const moment = world.moment(place.event, place.call);
  const views = world.views(life, moment);
  if (views.length === 0)
    return [violation(place, { rule: 'ownership', message: 'touched although its set was gone' })];
  const verdicts = views.map((set) => ({ set, findings: judge({ world, life, set, moment }) }));
  if (verdicts.some(({ findings }) => findings.length === 0)) return [];
  const [newest] = verdicts;
  return newest?.findings.map((finding) => violation(place, finding, newest.set)) ?? [];
}

function unexplained(object: Life<KubeObject>, event: Version<KubeObject>, what: string): Violation {
  const message = `no call in the audit log explains its ${what}`;
  return violation({ object, event, call: undefined }, { rule: 'evidence', message });
}

function violation({ object, event, call }: Place, { rule, message }: Finding, set?: StatefulSet): Violation {
  return {
    rule,
    at: event.at,
    namespace: object.namespace,
    ...(set === undefined ? {} : { set: titleOf(set) }),
    object: object.name,
    resourceVersion: String(event.rv),
    ...(call === undefined ? {} : { auditId: call.id }),
    message,
  };
}
