import type { WatchEvent } from '../invariants/objects.ts';
import { isReady, type Pod } from './objects.ts';

/** One thing that happened to a pod, as `kubectl get pod -w` shows it. */
export interface PodMoment {
  readonly what: 'created' | 'ready' | 'leaving' | 'gone';
  readonly name: string;
  readonly uid: string;
  /** ms since the epoch. */
  readonly at: number;
}

interface Known {
  ready: boolean;
  leaving: boolean;
}

/** The story of all pods in the order in which it happened. `ready` is told once for each time that a pod that is not leaving becomes Ready. */
export function podStory(events: readonly WatchEvent[]): readonly PodMoment[] {
  const known = new Map<string, Known>();
  return events.flatMap((event) => {
    if (event.object.kind !== 'Pod') return [];
    const pod = event.object as Pod;
    const { name, uid, deletionTimestamp } = pod.metadata;
    const moments: PodMoment[] = [];
    const tell = (what: PodMoment['what']) => moments.push({ what, name, uid, at: event.at });
    let former = known.get(uid);
    if (former === undefined) {
      known.set(uid, (former = { ready: false, leaving: false }));
      tell('created');
    }
    const leaving = deletionTimestamp !== undefined || event.type === 'DELETED';
    if (leaving && !former.leaving) tell('leaving');
    else if (!leaving && isReady(pod) && !former.ready) tell('ready');
    if (event.type === 'DELETED') tell('gone');
    former.ready = isReady(pod);
    former.leaving = leaving;
    return moments;
  });
}
