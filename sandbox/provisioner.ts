import { chooseVolume, classOf, type Claim, type Volume } from './choose-volume.ts';
import { KubeApiError, type KubeApi } from './kube-api.ts';
import { reflect } from './reflect.ts';

/** Marks the volumes that this made, and therefore may delete. */
export const provisionerName = 'sandbox.ordinal.dev/provisioner';

/**
 * Gives every claim of any class a volume within milliseconds, and deletes the volume with the claim. A claim that a
 * static volume fits is left to Kubernetes' own binder, which runs as usual.
 *
 * The binder would also finish the bind of a volume made here, but one claim after the other; with hundreds at once
 * that is seconds. So the bind is completed here, in exactly the binder's own writes, which it then finds done.
 */
export async function provisionVolumes(api: KubeApi, signal: AbortSignal): Promise<void> {
  const volumes = new Map<string, Volume>();
  /** Claims (by uid) that wait for the binder, and the volume they count on. */
  const waiting = new Map<string, { readonly claim: Claim; readonly volume: string }>();
  const busy = new Set<string>();
  let listed = false;

  const consider = (claim: Claim): void => {
    const uid = claim.metadata.uid ?? '';
    if (claim.spec.volumeName !== undefined || claim.metadata.deletionTimestamp !== undefined) {
      waiting.delete(uid);
      return;
    }
    if (busy.has(uid)) return;
    waiting.delete(uid);
    const taken = new Set([...waiting.values()].map((other) => other.volume));
    const volume = chooseVolume(claim, staticVolumes(volumes.values()), taken);
    if (volume !== undefined) {
      waiting.set(uid, { claim, volume: volume.metadata.name });
      return;
    }
    busy.add(uid);
    void provision(api, claim)
      .catch((error: unknown) =>
        process.stderr.write(`claim ${claim.metadata.namespace}/${claim.metadata.name}: ${String(error)}\n`),
      )
      .finally(() => busy.delete(uid));
  };

  const watchVolumes = reflect<Volume>(
    api,
    {
      path: '/api/v1/persistentvolumes',
      onChange(volume) {
        volumes.set(volume.metadata.name, volume);
        if (isOurs(volume) && volume.status?.phase === 'Released' && volume.metadata.deletionTimestamp === undefined) {
          void remove(api, volume);
        }
        reconsider(volume.metadata.name);
      },
      onGone(volume) {
        volumes.delete(volume.metadata.name);
        reconsider(volume.metadata.name);
      },
    },
    signal,
  );
  const reconsider = (volume: string): void => {
    if (!listed) return;
    for (const entry of waiting.values()) if (entry.volume === volume) consider(entry.claim);
  };
  // Static volumes first: a claim judged before they are known would get a volume of its own.
  const known = await api.call<{ readonly items: readonly Volume[] }>('GET', '/api/v1/persistentvolumes');
  for (const volume of known.items) volumes.set(volume.metadata.name, volume);
  listed = true;

  await Promise.all([
    watchVolumes,
    reflect<Claim>(
      api,
      {
        path: '/api/v1/persistentvolumeclaims',
        onChange: consider,
        onGone(claim) {
          waiting.delete(claim.metadata.uid ?? '');
          const volume = volumes.get(volumeName(claim));
          if (volume !== undefined && isOurs(volume)) void remove(api, volume);
        },
      },
      signal,
    ),
  ]);
}

/** The volume that is made for a claim: annotated and reserved as an external provisioner would. */
export function volumeFor(claim: Claim): Volume {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const storageClassName = classOf(claim);
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName(claim), annotations: { 'pv.kubernetes.io/provisioned-by': provisionerName } },
    spec: {
      accessModes: claim.spec.accessModes ?? [],
      capacity: { storage: claim.spec.resources?.requests?.storage ?? '1Gi' },
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      ...(storageClassName === '' ? {} : { storageClassName }),
      persistentVolumeReclaimPolicy: 'Delete',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid, resourceVersion },
      hostPath: { path: `/var/lib/ordinal-sandbox/${volumeName(claim)}` },
    },
  };
}

async function provision(api: KubeApi, claim: Claim): Promise<void> {
  const volume = volumeFor(claim);
  const claimPath = `/api/v1/namespaces/${claim.metadata.namespace}/persistentvolumeclaims/${claim.metadata.name}`;
  const uid = claim.metadata.uid;
  await unless(409, api.call('POST', '/api/v1/persistentvolumes', volume));
  const bound = { accessModes: volume.spec.accessModes, capacity: volume.spec.capacity, phase: 'Bound' };
  await Promise.all([
    unless(
      404,
      api.call('PATCH', `/api/v1/persistentvolumes/${volume.metadata.name}/status`, { status: { phase: 'Bound' } }),
    ),
    unless(
      404,
      api
        .call('PATCH', claimPath, {
          metadata: {
            uid,
            annotations: {
              'pv.kubernetes.io/bind-completed': 'yes',
              'pv.kubernetes.io/bound-by-controller': 'yes',
              'volume.kubernetes.io/storage-provisioner': provisionerName,
            },
          },
          spec: { volumeName: volume.metadata.name },
        })
        .then(() => api.call('PATCH', `${claimPath}/status`, { metadata: { uid }, status: bound })),
    ),
  ]);
}

async function remove(api: KubeApi, volume: Volume): Promise<void> {
  const preconditions = { uid: volume.metadata.uid };
  const path = `/api/v1/persistentvolumes/${volume.metadata.name}`;
  await unless(404, api.call('DELETE', path, { preconditions })).catch((error: unknown) =>
    process.stderr.write(`volume ${volume.metadata.name}: ${String(error)}\n`),
  );
}

function* staticVolumes(volumes: Iterable<Volume>): Iterable<Volume> {
  for (const volume of volumes) if (!isOurs(volume)) yield volume;
}

function isOurs(volume: Volume): boolean {
  return volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] === provisionerName;
}

function volumeName(claim: Claim): string {
  return `pvc-${claim.metadata.uid}`;
}

async function unless(status: number, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof KubeApiError) || error.status !== status) throw error;
  }
}
