import { isAlreadyExists } from '../kube/errors.ts';
import { pods } from '../kube/resources.ts';
import { controllerOf, newPod, podName } from '../model/identity.ts';
import type { PodTemplate, SetKey } from '../model/objects.ts';
import { templateOf } from '../model/revision-data.ts';
import type { ActResult } from './act-result.ts';
import type { Dependencies } from './dependencies.ts';
import { ensureClaims } from './ensure-claims.ts';
import type { Look } from './planner.ts';
import { refusal } from './refusal.ts';

/** Creates the claims of an ordinal, then its pod, at the revision that the plan gives it (SS-35, SS-62). A pod that is there already counts. `wanted` names another revision. */
export async function createPod(
  dependencies: Dependencies,
  key: SetKey,
  look: Look,
  ordinal: number,
  wanted?: string,
): Promise<ActResult> {
  const { cache, client, events } = dependencies;
  const { set } = look.view;
  const name = podName(set, ordinal);
  const claims = await ensureClaims(dependencies, key, look.view, ordinal);
  if (claims.kind !== 'done') return claims;
  const body = podOf(look, ordinal, wanted);
  if (body === undefined) return { kind: 'superseded' };
  try {
    const pod = await client.create(pods, key.namespace, body);
    cache.observe('pods', pod);
    events.record(
      set,
      'Normal',
      'SuccessfulCreate',
      `create Pod ${name} in StatefulSet ${set.metadata.name} successful`,
    );
    return { kind: 'done', wrote: { ...claims.wrote, pods: pod.metadata.resourceVersion } };
  } catch (error) {
    if (!isAlreadyExists(error)) {
      const what = `create Pod ${name} in StatefulSet ${set.metadata.name} failed error`;
      const refused = refusal(error, ordinal, name, what);
      if (refused.kind === 'refused') events.record(set, 'Warning', 'FailedCreate', refused.waiting.message);
      return refused;
    }
  }
  const existing = await client.find(pods, key.namespace, name);
  if (existing === undefined) return { kind: 'superseded' };
  cache.observe('pods', existing);
  if (controllerOf(existing.metadata)?.uid === set.metadata.uid) return { kind: 'superseded' };
  const message = `pod ${name} exists and belongs to somebody else: delete it, or give it the labels of the set's selector`;
  return { kind: 'refused', waiting: { ordinal, pod: name, reason: 'NameTaken', message, stuck: true } };
}

/** The pod that an ordinal is to have; undefined while its revision is not known. */
export function podOf(look: Look, ordinal: number, wanted?: string): ReturnType<typeof newPod> | undefined {
  const slot = look.plan.slots.replicas.find((replica) => replica.ordinal === ordinal);
  const revision = wanted ?? slot?.revision ?? look.choice.update.name;
  const template = templateNamed(look, revision);
  return template && newPod({ set: look.view.set, revision, template, ordinal });
}

function templateNamed({ view, choice }: Look, name: string): PodTemplate | undefined {
  const revision = view.revisions.find(({ metadata }) => metadata.name === name);
  if (revision !== undefined) return templateOf(revision);
  return choice.update.name === name ? view.set.spec.template : undefined;
}
