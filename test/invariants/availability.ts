import type { Life } from './lives.ts';
import type { Pod, StatefulSet } from './objects.ts';
import { controllerOf, isAvailable, isTerminal } from './pod-state.ts';
import { ordinalsOf, wants } from './set-spec.ts';
import type { Moment, World } from './world.ts';

/** What one view of a set says about its pods at a moment. */
export interface SetView {
  readonly world: World;
  readonly life: Life<StatefulSet>;
  readonly set: StatefulSet;
  readonly moment: Moment;
}

export function podKey({ life }: SetView, ordinal: number): string {
  return `${life.key}-${ordinal}`;
}

/** The set's own pod of that ordinal just before the moment. */
export function podOf(view: SetView, ordinal: number): Pod | undefined {
  const pod = view.world.podBefore(podKey(view, ordinal), view.moment.rv);
  return pod !== undefined && controllerOf(pod) === view.life.uid ? pod : undefined;
}

/**
 * Available, or lost so recently, and by no deed of the controller, that it could not know yet. What the controller did itself it must
 * know at once: there is no grace for that, nor for a readiness that has yet to come.
 */
export function seemsAvailable(view: SetView, ordinal: number): boolean {
  const { world, life, set, moment } = view;
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  let endedAt = moment.at;
  for (const pod of world.pods.named(podKey(view, ordinal)).toReversed()) {
    if (pod.gone !== undefined && pod.gone.rv < moment.rv) endedAt = Math.min(endedAt, pod.gone.at);
    const deletedByUs =
      pod.deleting !== undefined &&
      pod.deleting.rv < moment.rv &&
      world.audit.deleterOf('pods', pod)?.by === 'controller';
    if (deletedByUs) return false;
    for (const version of pod.versions.toReversed()) {
      if (version.rv >= moment.rv) continue;
      if (endedAt < moment.viewFrom) return false;
      if (controllerOf(version.object) === life.uid && isAvailable(version.object, endedAt, minReadySeconds))
        return true;
      endedAt = version.at;
    }
  }
  return false;
}

/** A pod of this ordinal was taken from the window of this set before: its absence is an outage, not a scale-out to come. */
function wasLost(view: SetView, ordinal: number): boolean {
  const { world, life, moment } = view;
  const last = world.lastDeletion(podKey(view, ordinal), moment.rv)?.life;
  const event = last?.deleting;
  const pod = last?.versions.at(-1)?.object;
  if (event === undefined || pod === undefined || controllerOf(pod) !== life.uid) return false;
  const then = world.views(life, { rv: event.rv, viewFrom: event.at })[0];
  return then !== undefined && wants(then, ordinal);
}

/** The ordinals of the window that do no service: down, terminating, starting, lost. One that is yet to be created for the first time is not among them. */
export function unavailable(view: SetView): ReadonlySet<number> {
  return new Set(
    ordinalsOf(view.set).filter(
      (ordinal) => !seemsAvailable(view, ordinal) && (podOf(view, ordinal) !== undefined || wasLost(view, ordinal)),
    ),
  );
}

/** Those that a deletion by the controller took down and that have not been available since. */
export function downByController(view: SetView): ReadonlySet<number> {
  const { world, moment } = view;
  return new Set(
    [...unavailable(view)].filter((ordinal) => {
      const last = world.lastDeletion(podKey(view, ordinal), moment.rv);
      if (last?.call?.by !== 'controller') return false;
      const lastSeen = last.life.versions.at(-1)?.object;
      if (lastSeen !== undefined && isTerminal(lastSeen)) return false;
      return !world.pods
        .named(podKey(view, ordinal))
        .some((pod) =>
          pod.versions.some(
            (version) =>
              version.rv > (last.life.deleting?.rv ?? 0) &&
              version.rv < moment.rv &&
              isAvailable(version.object, moment.at, 0),
          ),
        );
    }),
  );
}
