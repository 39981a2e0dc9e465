import { setOwnerReference } from './identity.ts';
import { aClaim, aCondition, aPod, aSet, at, aView, epoch, readyStatus } from './objects.fixture.ts';
import type { ClusterView, PodStatus, StatefulSet, StatefulSetSpec, StatefulSetStatus } from './objects.ts';
import { type Plan, plan } from './plan.ts';

/** The instant at which the cases are planned: long after everything in them. */
export const noon = epoch + 1_000_000;

const failing = { name: 'web', ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } };
const unready = (since: number): PodStatus => ({
  ...readyStatus(),
  conditions: [aCondition('Ready', 'False', since)],
  containerStatuses: [{ name: 'web', ready: false, state: { running: {} } }],
});
const statuses: Readonly<Record<string, PodStatus>> = {
  '': readyStatus(),
  t: readyStatus(),
  '?': { phase: 'Pending', conditions: [aCondition('Ready', 'False', 0)] },
  '~': unready(500),
  '!': { ...unready(500), containerStatuses: [failing] },
  x: { phase: 'Failed', conditions: [aCondition('Ready', 'False', 500)] },
};

export interface Case {
  readonly spec?: Partial<StatefulSetSpec>;
  readonly status?: StatefulSetStatus;
  readonly meta?: Partial<StatefulSet['metadata']>;
  /** Of our own resource; default a native set. */
  readonly own?: boolean;
  /** Who owns the claim `data-web-<ordinal>` of each ordinal that has one. */
  readonly claims?: Readonly<Record<number, 'pod' | 'set' | 'nobody'>>;
  /** Default `{ current: 'A', update: 'B' }`. */
  readonly revisions?: Plan['revisions'];
  readonly now?: number;
  readonly look?: number;
}

/**
 * A view of a set and its pods, written as `0A 1B? 2B~`: ordinal, revision, and what is the matter: nothing when it is available, `?` never
 * Ready, `~` not Ready any more, `!` in a crash loop that lasts, `x` failed, `t` terminating.
 */
function viewOf(pods: string, { spec, status, meta, own = false, claims = {} }: Case = {}): ClusterView {
  const set: StatefulSet = {
    ...aSet({ updateStrategy: { rollingUpdate: {} }, ...spec }, { observedGeneration: 1, ...status }, meta),
    apiVersion: own ? 'ordinal.dev/v1' : 'apps/v1',
  };
  const words = pods.split(' ').filter((word) => word !== '');
  const made = words.map((word) => {
    const [, ordinal, revision, mark = ''] = /^(\d+)(\w)([?~!xt]?)$/.exec(word) ?? [];
    if (revision === undefined) throw new Error(`not a pod: ${word}`);
    const going = mark === 't' ? { deletionTimestamp: at(900) } : {};
    return aPod(set, Number(ordinal), { revision, status: statuses[mark], meta: going });
  });
  const owners = (ordinal: string, owner: string) => {
    const pod = made.find(({ metadata }) => metadata.name === `web-${ordinal}`);
    if (owner === 'set') return [setOwnerReference(set)];
    const { name = '', uid = '' } = pod?.metadata ?? {};
    return owner === 'pod' ? [{ apiVersion: 'v1', kind: 'Pod', name, uid, controller: true }] : [];
  };
  const owned = Object.entries(claims).map(([ordinal, owner]) =>
    aClaim(`data-web-${ordinal}`, { ownerReferences: owners(ordinal, owner) }),
  );
  return aView(set, { pods: made, claims: new Map(owned.map((claim) => [claim.metadata.name, claim])) });
}

export function planOf(pods: string, of: Case = {}): Plan {
  return plan(viewOf(pods, of), of.revisions ?? { current: 'A', update: 'B' }, of.now ?? noon, of.look);
}

/** What may be done now, by ordinal: `create 0, delete 2`. */
export function actsOf(pods: string, of: Case = {}): string {
  const acts = [...planOf(pods, of).acts].sort(([a], [b]) => a - b);
  return acts.map(([ordinal, act]) => `${act} ${ordinal}`).join(', ');
}

/** The steps, in order: `settle 1@B; remove 3; settle 2,0@B`. */
export function stepsOf(pods: string, of: Case = {}): string {
  return stepsText(planOf(pods, of).steps);
}

export function stepsText(steps: Plan['steps']): string {
  const told = steps.map(({ verb, ordinals, revision }) =>
    verb === 'remove' ? `remove ${ordinals.join(',')}` : `${verb} ${ordinals.join(',')}@${revision}`,
  );
  return told.join('; ');
}
