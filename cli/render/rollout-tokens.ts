import { blockedBy } from '../../model/blocking.ts';
import type { StatefulSet } from '../../model/objects.ts';

/** One look at a set as `kubectl rollout status` puts it, word for word. */
export interface RolloutToken {
  readonly text: string;
  readonly done: boolean;
}

/** The sentences of `kubectl rollout status`; for strategies that kubectl refuses, and for pods that have to go, our own. */
export function rolloutToken(set: StatefulSet): RolloutToken {
  const { metadata, spec, status = {} } = set;
  const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = status;
  const { updateRevision = '', currentRevision = '' } = status;
  const replicas = spec.replicas ?? 1;
  const going = (text: string): RolloutToken => ({ text, done: false });
  const done = (text: string): RolloutToken => ({ text, done: true });
  const blocked = blockedBy(set);
  if (blocked !== undefined) return going(`Waiting for its owner: ${blocked.type}: ${blocked.message ?? ''}`);
  if (observedGeneration === 0 || (metadata.generation ?? 0) > observedGeneration) {
    return going('Waiting for statefulset spec update to be observed...');
  }
  if (readyReplicas < replicas) return going(`Waiting for ${replicas - readyReplicas} pods to be ready...`);
  // kubectl does not wait for them. One without a place in the set (`web-01`) counts too, and never goes: the workers say when nothing is left to do.
  const spare = (status.replicas ?? 0) - replicas;
  const isThrough = status.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true;
  if (spare > 0 && !isThrough) return going(`Waiting for ${spare} pods to be removed...`);
  const type = spec.updateStrategy?.type ?? 'RollingUpdate';
  if (type === 'OnDelete')
    return done(`statefulset is ready: ${updatedReplicas} of ${replicas} pods at revision ${updateRevision}...`);
  const rolling = spec.updateStrategy?.rollingUpdate;
  if (type === 'RollingUpdate' && rolling !== undefined) {
    const wanted = replicas - (rolling.partition ?? 0);
    if (updatedReplicas < wanted) {
      return going(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated...`,
      );
    }
    return done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (updateRevision !== currentRevision) {
    return going(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...`,
    );
  }
  return done(`statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`);
}
