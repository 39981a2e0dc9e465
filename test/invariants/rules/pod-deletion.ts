import { podOf, type SetView } from '../availability.ts';
import { versionBefore, type Life } from '../lives.ts';
import type { Pod } from '../objects.ts';
import { isTerminal, ordinalOf } from '../pod-state.ts';
import { isOrdered, wants } from '../set-spec.ts';
import type { Finding } from '../violation.ts';
import { judgeUpdate } from './update.ts';

/** What is wrong with the controller's deleting this pod just now. */
export function judgeDeletion(view: SetView, life: Life<Pod>, ordinal: number): readonly Finding[] {
  const pod = versionBefore(life, view.moment.rv)?.object;
  if (pod === undefined) return [];
  if (!wants(view.set, ordinal)) return judgeScaleIn(view, ordinal);
  return isTerminal(pod) ? [] : judgeUpdate(view, life, pod, ordinal);
}

/** Scale-in, and the deletion of the set, which wants no ordinal at all: the highest first, the next when the former is gone. */
function judgeScaleIn(view: SetView, ordinal: number): readonly Finding[] {
  const { set, world, life, moment } = view;
  if (!isOrdered(set)) return [];
  const condemned = world.pods
    .existing(life.namespace, moment.rv)
    .flatMap(({ name }) => ordinalOf(name, life.name) ?? [])
    .filter((other) => other !== ordinal && !wants(set, other) && podOf(view, other) !== undefined);
  const higher = condemned.filter((other) => other > ordinal);
  if (higher.length > 0) {
    return [{ rule: 'ordered-scale-in', message: `deleted while higher ones had not gone: ${higher.join(', ')}` }];
  }
  const leaving = condemned.filter((other) => {
    const pod = world.pods.alive(`${life.key}-${other}`, moment.rv);
    const begun = pod?.deleting !== undefined && pod.deleting.rv < moment.rv;
    return begun && world.audit.deleterOf('pods', pod)?.by === 'controller';
  });
  if (leaving.length === 0) return [];
  return [{ rule: 'ordered-scale-in', message: `deleted while ${leaving.join(', ')} was still terminating` }];
}
