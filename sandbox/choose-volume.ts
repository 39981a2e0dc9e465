import type { KubeObject } from './kube-api.ts';
import { parseQuantity } from './quantity.ts';

export interface Claim extends KubeObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly accessModes?: readonly string[];
    readonly selector?: LabelSelector;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
  readonly status?: { readonly phase?: string };
}

export interface Volume extends KubeObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly accessModes?: readonly string[];
    readonly capacity?: { readonly storage?: string };
    readonly claimRef?: {
      readonly namespace?: string;
      readonly name?: string;
      readonly uid?: string;
      readonly [field: string]: unknown;
    };
    readonly [field: string]: unknown;
  };
  readonly status?: { readonly phase?: string };
}

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly unknown[];
}

const betaClass = 'volume.beta.kubernetes.io/storage-class';

/** The class of a claim or a volume, the old annotation first, as upstream; empty for none. */
export function classOf(object: Claim | Volume): string {
  return object.metadata.annotations?.[betaClass] ?? object.spec.storageClassName ?? '';
}

/**
 * Which static volume each waiting claim will get from Kubernetes' own binder, by the claim's uid; a claim that is
 * not in the result gets none. The binder may deal them out differently, but no claim goes away empty for that.
 */
export function chooseVolumes(claims: Iterable<Claim>, volumes: Iterable<Volume>): ReadonlyMap<string, Volume> {
  const free = new Set(volumes);
  const chosen = new Map<string, Volume>();
  const choose = (claim: Claim, candidates: readonly Volume[]): void => {
    const smallest = candidates.toSorted(
      (a, b) => capacityOf(a) - capacityOf(b) || a.metadata.name.localeCompare(b.metadata.name),
    )[0];
    if (smallest === undefined) return;
    free.delete(smallest);
    chosen.set(claim.metadata.uid ?? '', smallest);
  };
  const all = [...claims];
  // What the binder has already promised comes first: the rest is what others can still count on.
  for (const claim of all)
    choose(
      claim,
      [...free].filter((volume) => isReserved(volume) && fits(volume, claim)),
    );
  for (const claim of all) {
    if (!chosen.has(claim.metadata.uid ?? ''))
      choose(
        claim,
        [...free].filter((volume) => fits(volume, claim)),
      );
  }
  return chosen;
}

function isReserved(volume: Volume): boolean {
  return volume.spec.claimRef !== undefined;
}

/** Whether `volume` is free, or kept for this claim, and can serve it. */
export function fits(volume: Volume, claim: Claim): boolean {
  const { spec, status, metadata } = volume;
  const reserved = spec.claimRef;
  if (metadata.deletionTimestamp !== undefined) return false;
  if (reserved !== undefined) {
    const mine = reserved.namespace === claim.metadata.namespace && reserved.name === claim.metadata.name;
    return mine && (reserved.uid === undefined || reserved.uid === claim.metadata.uid);
  }
  return (
    (status?.phase === undefined || status.phase === 'Pending' || status.phase === 'Available') &&
    classOf(volume) === classOf(claim) &&
    (spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
    (claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode)) &&
    capacityOf(volume) >= parseQuantity(claim.spec.resources?.requests?.storage ?? '0') &&
    selects(claim.spec.selector, metadata.labels ?? {})
  );
}

function capacityOf(volume: Volume): number {
  return parseQuantity(volume.spec.capacity?.storage ?? '0');
}

function selects(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  // Expressions are left to the real binder: a claim that uses them may wait for it.
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}
