import { chooseVolumes, classOf, type Claim, type Volume } from './choose-volume.ts';
import { KubeApiError, unless, type KubeApi } from './kube-api.ts';
import { reflect } from './reflect.ts';

/** Marks the volumes that this made, and therefore may delete. */
const provisionerName = 'sandbox.ordinal.dev/provisioner';

/**
 * Gives every claim of any class a volume within milliseconds, and deletes the volume with the claim. A claim that a
 * static volume fits is left to Kubernetes' own binder, which runs as usual.
 *
 * The binder would also finish the bind of a volume made here, but one claim after the other; with hundreds at once
 * that is seconds. So the claim's side is completed here, in exactly the binder's own writes; the volume's phase, for which nobody
 * waits, is left to the binder.
 */
export async function provisionVolumes(api: KubeApi, signal: AbortSignal): Promise<void> {
  const volumes = new Map<string, Volume>();
  const unbound = new Map<string, Claim>();
  const busy = new Set<string>();

  const consider = (): void => {
    if (unbound.size === 0) return;
    const leftToBinder = chooseVolumes(unbound.values(), staticVolumes(volumes.values()));
    for (const [uid, claim] of unbound) {
      if (leftToBinder.has(uid) || busy.has(uid)) continue;
      unbound.delete(uid);
      busy.add(uid);
      void provision(api, claim)
        .catch((error: unknown) => report(`claim ${claim.metadata.namespace}/${claim.metadata.name}`, error))
        .finally(() => busy.delete(uid));
    }
  };

  // Static volumes first: a claim judged before they are known would get a volume of its own.
  const known = await api.call<{ readonly items: readonly Volume[] }>('GET', volumesPath);
  for (const volume of known.items) volumes.set(volume.metadata.name, volume);

  await Promise.all([
    reflect<Volume>(
      api,
      {
        path: volumesPath,
        onChange(volume) {
          volumes.set(volume.metadata.name, volume);
          if (!isOurs(volume)) consider();
          else if (volume.status?.phase === 'Released' && volume.metadata.deletionTimestamp === undefined)
            remove(api, volume);
        },
        onGone(volume) {
          volumes.delete(volume.metadata.name);
          if (!isOurs(volume)) consider();
        },
      },
      signal,
    ),
    reflect<Claim>(
      api,
      {
        path: '/api/v1/persistentvolumeclaims',
        onChange(claim) {
          const uid = claim.metadata.uid ?? '';
          if (claim.spec.volumeName !== undefined || claim.metadata.deletionTimestamp !== undefined)
            unbound.delete(uid);
          else if (!busy.has(uid)) unbound.set(uid, claim);
          consider();
        },
        onGone(claim) {
          unbound.delete(claim.metadata.uid ?? '');
          const volume = volumes.get(volumeName(claim));
          if (volume !== undefined && isOurs(volume)) remove(api, volume);
        },
      },
      signal,
    ),
  ]);
}

const volumesPath = '/api/v1/persistentvolumes';

/** The volume that is made for a claim: annotated and reserved as an external provisioner would. */
function volumeFor(claim: Claim): Volume {
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
  const { namespace, name, uid } = claim.metadata;
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;
  const annotations = {
    'pv.kubernetes.io/bind-completed': 'yes',
    'pv.kubernetes.io/bound-by-controller': 'yes',
    'volume.kubernetes.io/storage-provisioner': provisionerName,
  };
  const status = { accessModes: volume.spec.accessModes, capacity: volume.spec.capacity, phase: 'Bound' };
  await unless(409, api.call('POST', volumesPath, volume));
  try {
    await api.call('PATCH', path, { metadata: { uid, annotations }, spec: { volumeName: volume.metadata.name } });
    await api.call('PATCH', `${path}/status`, { metadata: { uid }, status });
  } catch (error) {
    // The claim went away meanwhile, or another claim has its name: the volume's own release then deletes it.
    if (!(error instanceof KubeApiError) || (error.status !== 404 && error.status !== 409)) throw error;
  }
}

function remove(api: KubeApi, volume: Volume): void {
  removeUnclaimed(api, volume).catch((error: unknown) => report(`volume ${volume.metadata.name}`, error));
}

/** On a slow machine the binder may call a volume released whose claim it has not seen yet: what counts is the claim as it is now. */
async function removeUnclaimed(api: KubeApi, { metadata, spec }: Volume): Promise<void> {
  const { namespace, name, uid } = spec.claimRef ?? {};
  const claimPath = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;
  const claim = await unless(404, api.call<Claim>('GET', claimPath));
  if (claim?.metadata.uid === uid && (claim?.spec.volumeName ?? metadata.name) === metadata.name) return;
  await unless(404, api.call('DELETE', `${volumesPath}/${metadata.name}`, { preconditions: { uid: metadata.uid } }));
}

function report(what: string, error: unknown): void {
  process.stderr.write(`${what}: ${String(error)}\n`);
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
