import { revisionOf } from '../model/identity.ts';
import type { Condition, Pod, SetFlavour, StatefulSet } from '../model/objects.ts';
import type { Counts, Operation } from '../model/plan.ts';
import { troubleOf, type TroubleReason } from '../model/trouble.ts';
import type { Slot, SlotState } from '../model/slots.ts';
import { blockedBy, syncCondition } from '../model/blocking.ts';
import { flavourOf } from '../model/flavour.ts';
import { countReplicas } from '../model/status.ts';
import { refusalCondition } from '../model/status-input.ts';
import { refusalReasons, type Waiting } from '../model/waiting.ts';
import { compareRevisions, revisionNames } from '../model/revisions.ts';
import type { SetLook } from './set-view.ts';

/**
 * - `Healthy`: as the spec asks
 * - `Pending`: no worker has looked at the newest spec yet
 * - `Progressing`: under way
 * - `Stuck`: waits for something that will not come by itself
 * - `Paused`, `Aborted`: held until it is resumed or retried
 * - `Deleting`: being deleted
 */
export type Phase = 'Healthy' | 'Pending' | 'Progressing' | 'Stuck' | 'Paused' | 'Aborted' | 'Deleting';

export interface PodSummary {
  readonly name: string;
  readonly ordinal: number;
  readonly state: SlotState;
  /** The pod's own revision. */
  readonly revision?: string;
  readonly uid?: string;
  readonly node?: string;
  readonly phase?: string;
  readonly containers: { readonly ready: number; readonly total: number };
  readonly restarts: number;
  /** Why it is not Ready, where something is wrong with it; `terminal`: it will not pass by itself. */
  readonly trouble?: { readonly reason: TroubleReason; readonly message: string; readonly terminal: boolean };
  /** RFC 3339. */
  readonly createdAt?: string;
}

export interface RevisionSummary {
  readonly name: string;
  readonly number: number;
  readonly images: readonly string[];
  /** What pods are made from: `update` the newest, `current` the one before until the update is through; both when settled. */
  readonly roles: readonly ('update' | 'current')[];
}

/** The state of a set in plain data. */
export interface SetSummary {
  readonly flavour: SetFlavour;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  /** The newest generation that a worker has taken up. */
  readonly observedGeneration: number;
  /** RFC 3339. */
  readonly createdAt?: string;
  readonly phase: Phase;
  readonly message: string;
  readonly operation?: Operation;
  readonly waiting?: Waiting;
  readonly strategy: { readonly type: string; readonly partition: number; readonly maxUnavailable: number };
  readonly management: 'OrderedReady' | 'Parallel';
  /** Ordinals that are where they should be, and all that matter: those of the window and those that have to go. */
  readonly step: { readonly done: number; readonly total: number };
  readonly replicas: Counts & { readonly current: number };
  /** Newest first. */
  readonly revisions: readonly RevisionSummary[];
  /** By ordinal; those that have to go last. */
  readonly pods: readonly PodSummary[];
}

export function summarize(look: SetLook): SetSummary {
  const { view, choice, plan } = look;
  const { set } = view;
  const { metadata, status } = set;
  const slots = [...plan.slots.replicas, ...plan.slots.condemned];
  const done = plan.slots.replicas.filter(({ state }) => state === 'settled').length;
  const waiting = blockOf(set) ?? refusalOf(set) ?? plan.waiting;
  const { update } = revisionNames(choice);
  const { desired } = plan;
  const [phase, message] = phaseOf(look, waiting);
  return {
    flavour: flavourOf(set),
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid,
    generation: metadata.generation ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    ...(metadata.creationTimestamp !== undefined && { createdAt: metadata.creationTimestamp }),
    phase,
    message,
    ...(plan.operation && { operation: plan.operation }),
    ...(waiting && { waiting }),
    strategy: { type: desired.strategy, partition: desired.partition, maxUnavailable: desired.maxUnavailable },
    management: desired.management,
    step: { done, total: slots.length },
    replicas: replicasOf(look),
    revisions: view.revisions
      .toSorted(compareRevisions)
      .reverse()
      .map(({ metadata: { name }, revision, data }) => ({
        name,
        number: revision,
        images: imagesOf(data.spec.template.spec.containers),
        roles: [
          ...(name === update ? ['update' as const] : []),
          ...(name === choice.current ? ['current' as const] : []),
        ],
      })),
    pods: slots.map(podOf),
  };
}

/** As the status has them, a moment later: those that have to go count until they are gone. */
function replicasOf({ view, choice, plan, now }: SetLook): SetSummary['replicas'] {
  const counted = countReplicas(view, revisionNames(choice), now);
  return {
    desired: plan.desired.replicas,
    current: counted.currentReplicas,
    updated: counted.updatedReplicas,
    ready: counted.readyReplicas,
    available: counted.availableReplicas,
  };
}

/** Whether the set is blocked, or replicas are not yet at the revision, or in the state, that the spec asks for; holds do not matter. */
export function isUnfinished({ view, chores, plan }: SetLook): boolean {
  return (
    blockOf(view.set) !== undefined ||
    plan.promote ||
    plan.slots.condemned.length > 0 ||
    plan.slots.replicas.some(({ state }) => state !== 'settled') ||
    chores.some(({ kind }) => kind === 'revision')
  );
}

function phaseOf(look: SetLook, waiting: Waiting | undefined): readonly [Phase, string] {
  const { view, plan } = look;
  const { metadata, status } = view.set;
  const unfinished = isUnfinished(look);
  const observed = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  if (metadata.deletionTimestamp !== undefined) {
    return ['Deleting', waiting?.message ?? podsToGo(plan.slots.condemned.length)];
  }
  if (plan.desired.aborted && unfinished) return ['Aborted', 'held until it is retried'];
  if (plan.desired.paused) return ['Paused', unfinished ? 'changes wait until it is resumed' : 'as its spec asks'];
  if (unfinished && waiting?.stuck === true) return ['Stuck', waiting.message];
  if (unfinished && observed) return ['Progressing', waiting?.message ?? movesOf(look)];
  if (!observed) {
    const isTakenUp =
      status?.conditions?.some((each) => each.type === 'Progressing' && each.status === 'True') === true;
    return isTakenUp ? ['Progressing', waiting?.message ?? movesOf(look)] : ['Pending', pendingOf(view.set)];
  }
  return ['Healthy', `${plan.counts.available} of ${plan.counts.desired} pods available`];
}

function podsToGo(count: number): string {
  return count === 0 ? 'no pods left' : count === 1 ? '1 pod to go' : `${count} pods to go`;
}

function pendingOf({ metadata, status }: StatefulSet): string {
  const seen = status?.observedGeneration ?? 0;
  return seen === 0
    ? 'no worker has taken up the set yet'
    : `generation ${metadata.generation} is being taken up, the newest that is done with is ${seen}`;
}

function movesOf({ plan }: SetLook): string {
  const [first] = plan.acts;
  if (first === undefined) return plan.promote ? 'all pods are updated; the revision is being promoted' : 'under way';
  const [ordinal, act] = first;
  const slot = [...plan.slots.replicas, ...plan.slots.condemned].find((each) => each.ordinal === ordinal);
  const word = { create: 'to be created', delete: 'to be replaced', mend: 'to be mended', remove: 'to be removed' }[
    act
  ];
  return `pod ${slot?.name ?? ordinal} is ${word}`;
}

/** What its owner has to change before the set is served as its spec asks: what is there of it may look well. Undefined for one that goes. */
export function blockOf(set: StatefulSet): Waiting | undefined {
  const blocked = set.metadata.deletionTimestamp === undefined ? blockedBy(set) : undefined;
  if (blocked === undefined) return undefined;
  const { type, message = '', lastTransitionTime: since } = blocked;
  return { reason: type, message, ...(since !== undefined && { since }), stuck: true };
}

/** A refusal of the API server (quota, admission, ...) that a worker met: no pod shows it, only the status does. */
function refusalOf({ status }: StatefulSet): Waiting | undefined {
  const failure = status?.conditions?.find(
    (each: Condition) => (each.type === refusalCondition || each.type === syncCondition) && each.status === 'True',
  );
  if (failure === undefined) return undefined;
  const { reason = '', message = '', lastTransitionTime } = failure;
  return {
    reason: refusalReasons.find((known) => known === reason) ?? 'Refused',
    message,
    ...(lastTransitionTime !== undefined && { since: lastTransitionTime }),
    stuck: true,
  };
}

function podOf({ name, ordinal, state, pod }: Slot): PodSummary {
  const statuses = pod?.status?.containerStatuses ?? [];
  const revision = pod && revisionOf(pod);
  const trouble = pod && troubleOf(pod);
  return {
    name,
    ordinal,
    state,
    ...(revision !== undefined && { revision }),
    ...(pod && identityOf(pod)),
    containers: {
      ready: statuses.filter(({ ready }) => ready === true).length,
      total: pod?.spec.containers?.length ?? statuses.length,
    },
    restarts: statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    ...(trouble && {
      trouble: { reason: trouble.reason, message: trouble.message, terminal: trouble.terminal },
    }),
  };
}

function identityOf({ metadata, spec, status }: Pod): Pick<PodSummary, 'uid' | 'node' | 'phase' | 'createdAt'> {
  return {
    uid: metadata.uid,
    ...(spec.nodeName !== undefined && { node: spec.nodeName }),
    ...(status?.phase !== undefined && { phase: status.phase }),
    ...(metadata.creationTimestamp !== undefined && { createdAt: metadata.creationTimestamp }),
  };
}

function imagesOf(containers: readonly { readonly image?: string }[] | undefined): string[] {
  return [...new Set((containers ?? []).flatMap(({ image }) => (image === undefined ? [] : [image])))];
}
