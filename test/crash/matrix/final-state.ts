import type { KubeObject } from '../../invariants/objects.ts';
import { imageOf, isReady } from '../../support/objects.ts';
import type { Scene } from '../../support/scene.ts';

/** What a scenario leaves, and how it came to that: all that a crash must not change. Uids, addresses and times are left out. */
export interface FinalState {
  /** Name, revision, image, readiness, claims. */
  readonly pods: readonly string[];
  /** Name and phase. */
  readonly claims: readonly string[];
  /** Name and number. */
  readonly revisions: readonly string[];
  /** Counts, revisions, conditions; undefined: the set is gone. */
  readonly set: object | undefined;
  /** What happened to the pods, in order: `created web-0`, `ready web-0`, `leaving web-0`, `gone web-0`. */
  readonly story: readonly string[];
  /** Creations and deletions of pods and claims that we asked for and the API server granted, by name. */
  readonly calls: readonly string[];
  /** Types of the workflows that are open. */
  readonly workflows: readonly string[];
}

/** What there is now. `open`: types of the workflows that are open. */
export async function finalState(scene: Scene, set: string, open: readonly string[]): Promise<FinalState> {
  const pods = [...scene.pods().values()].map((pod) => {
    const { name, labels } = pod.metadata;
    const claims = (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
    const readiness = isReady(pod) ? 'Ready' : 'not Ready';
    return [name, labels?.['controller-revision-hash'], imageOf(pod), readiness, ...claims].join(' ');
  });
  const claims = [...scene.claims().values()].map(({ metadata, status }) => `${metadata.name} ${status?.phase}`);
  return {
    pods: pods.sort(),
    claims: claims.sort(),
    revisions: [...revisionsOf(scene)].sort(),
    set: countsOf(scene, set),
    story: scene.story(),
    calls: (await granted(scene)).sort(),
    workflows: [...open].sort(),
  };
}

function* revisionsOf(scene: Scene): Generator<string> {
  const present = new Map<string, KubeObject & { readonly revision?: number }>();
  for (const { type, object } of scene.events) {
    if (object.kind !== 'ControllerRevision') continue;
    if (type === 'DELETED') present.delete(object.metadata.name);
    else present.set(object.metadata.name, object);
  }
  for (const [name, { revision }] of present) yield `${name} ${revision}`;
}

function countsOf(scene: Scene, name: string): object | undefined {
  const set = scene.set(name);
  if (set === undefined) return undefined;
  const { conditions = [], ...counts } = set.status ?? {};
  const told = conditions.map(({ type, status, reason }) => `${type} ${status} ${reason ?? ''}`.trim());
  return { ...counts, conditions: told.sort() };
}

async function granted(scene: Scene): Promise<string[]> {
  const calls = await scene.calls();
  return calls.flatMap(({ userAgent, verb, objectRef, requestObject, responseStatus }) => {
    const { resource = '', subresource = '', name = requestObject?.metadata?.name } = objectRef ?? {};
    const isOurs = userAgent?.startsWith('ordinal/') === true;
    const isCounted = ['pods', 'persistentvolumeclaims'].includes(resource) && subresource === '';
    const isWrite = verb === 'create' || verb === 'delete';
    const isGranted = (responseStatus?.code ?? 0) < 300;
    return isOurs && isCounted && isWrite && isGranted ? [`${verb} ${resource} ${name}`] : [];
  });
}
