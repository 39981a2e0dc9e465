import type { KubeClient } from '../kube/client.ts';
import { isConflict } from '../kube/errors.ts';
import { setsOf } from '../kube/resources.ts';
import { sleep } from '../kube/sleep.ts';
import { annotations } from '../model/annotations.ts';
import { type ConvertedSet, ordinalOnly, replacedBy } from '../model/conversion.ts';
import { desiredOf } from '../model/desired.ts';
import type { SetFlavour, SetKey, StatefulSet } from '../model/objects.ts';
import { prepareConversion } from './conversion-check.ts';
import { conversionNotes } from './conversion-notes.ts';
import { ConflictError, OrdinalError, translating } from './errors.ts';
import { finishHandOver, leave } from './hand-over.ts';
import { setNotFound } from './not-found.ts';
import { requestAnnotations, type RequestOptions } from './request.ts';

export interface ConvertOptions extends Omit<RequestOptions, 'id'> {
  /** The API that is to have the set. */
  readonly to: SetFlavour;
  /** Convert although there are objections, which are told as notes then. Default false. */
  readonly force?: boolean;
  /** How long the other side may take, each time that it is waited for, in ms. Default 60 000. */
  readonly timeoutMs?: number;
  /** Told of each part that is done. */
  readonly onStep?: (text: string) => void;
}

export interface Converted {
  /** The set of the API that was asked for; after a dry run as it would be created. */
  readonly set: StatefulSet | ConvertedSet;
  /** False: it was of that API already. */
  readonly changed: boolean;
  /** What a person has to know or to do besides. */
  readonly notes: readonly string[];
}

/** How long somebody may take to show that he looks after sets of an API, in ms. */
const answersWithinMs = 10_000;

/**
 * Moves a set to the other API without touching a pod or a claim.
 *
 * The new set is created first, and is nobody's business while the former one has the name; then the former one is deleted, its pods left
 * to themselves, and who serves the new one adopts them. Broken off at any point it is finished by the same call. Rejects
 * with `OrdinalError`, `Refused` where there are objections; nothing is left behind then.
 */
export async function convertSet(
  kube: KubeClient,
  { namespace, name }: Omit<SetKey, 'flavour'>,
  options: ConvertOptions,
): Promise<Converted> {
  const { to, force = false, dryRun = false, timeoutMs = 60_000, onStep = () => undefined } = options;
  const from: SetFlavour = to === 'apps/v1' ? 'ordinal.dev/v1' : 'apps/v1';
  const subject = `StatefulSet ${namespace}/${name}`;
  const find = (flavour: SetFlavour) => translating(subject, () => kube.find(setsOf(flavour), namespace, name));
  const [former, begun] = await Promise.all([find(from), find(to)]);
  if (former === undefined) {
    if (begun === undefined) throw await setNotFound(kube, namespace, name);
    if (begun.metadata.annotations?.[annotations.replaces] === undefined || dryRun)
      return { set: begun, changed: false, notes: [] };
    const set = await finishHandOver(kube, begun, timeoutMs, onStep);
    return { set, changed: true, notes: await conversionNotes(kube, set) };
  }
  if (begun !== undefined && replacedBy(begun) !== former.metadata.uid) {
    throw new ConflictError(`${subject} exists in ${from} and in ${to}, each on its own: delete one of the two first`);
  }
  const isLeaving = former.metadata.deletionTimestamp !== undefined;
  if (isLeaving && (begun === undefined || former.metadata.finalizers?.includes('orphan') !== true)) {
    throw new ConflictError(`${subject} of ${from} is being deleted`);
  }
  if (isLeaving && begun !== undefined) {
    if (dryRun) return { set: begun, changed: true, notes: [] };
    await leave(kube, former, timeoutMs);
    const set = await finishHandOver(kube, begun, timeoutMs, onStep);
    return { set, changed: true, notes: await conversionNotes(kube, set) };
  }

  // What an earlier call had begun may be of an older spec.
  if (begun !== undefined && dryRun) return { set: begun, changed: true, notes: ['begun already'] };
  if (begun !== undefined) await withdraw(kube, begun);
  const { set: wanted, current, objections } = await prepareConversion(kube, former, to);
  if (objections.length > 0 && !force) throw refused(subject, objections);
  const notes = objections.map((text) => `although: ${text}`);
  if (dryRun) return { set: wanted, changed: true, notes: [...notes, ...(await conversionNotes(kube, wanted))] };
  const { reason, requestedBy } = options;
  const asked = requestAnnotations('', {
    ...(reason !== undefined && { reason }),
    ...(requestedBy !== undefined && { requestedBy }),
  });
  const noted = Object.entries(asked).filter(([, value]) => value !== null && value !== '');
  const replaces = [former.metadata.uid, ...(current === undefined ? [] : [current])].join(' ');
  const metadata = {
    ...wanted.metadata,
    annotations: { ...wanted.metadata.annotations, ...Object.fromEntries(noted), [annotations.replaces]: replaces },
  };
  const created = await translating(subject, () => kube.create(setsOf(to), namespace, { ...wanted, metadata }));
  onStep(`created in ${to}, not served yet`);
  try {
    const keeper = await keeperOf(kube, created, Math.min(answersWithinMs, timeoutMs));
    const doubts = doubtsAbout(keeper, wanted, to);
    if (doubts.length > 0 && !force) throw refused(subject, doubts);
    notes.push(...doubts.map((text) => `although: ${text}`));
    if (keeper !== undefined && keeper !== 'ordinal' && ordinalOnly(wanted).length > 0) {
      notes.push(
        `${keeper} does not know the annotations ${ordinalOnly(wanted).join(', ')}: it does as if they were not there`,
      );
    }
    await release(kube, former);
  } catch (error) {
    await withdraw(kube, created).catch(() => undefined);
    throw error;
  }
  onStep(`deleted from ${from}, its pods left as they are`);
  await leave(kube, former, timeoutMs);
  const set = await finishHandOver(kube, created, timeoutMs, onStep);
  return { set, changed: true, notes: [...notes, ...(await conversionNotes(kube, set))] };
}

function refused(subject: string, objections: readonly string[]): OrdinalError {
  const list = objections.map((text) => `  ${text}`).join('\n');
  return new OrdinalError(
    'Refused',
    `${subject} is not converted:\n${list}\nsee to it, or convert it all the same: --force`,
  );
}

/** Deletes the former set and leaves all that it owns behind. Only as it was looked at: a spec that is newer was not copied. */
async function release(kube: KubeClient, former: StatefulSet): Promise<void> {
  const { name, namespace, uid, generation } = former.metadata;
  const resource = setsOf(former.apiVersion as SetFlavour);
  const subject = `StatefulSet ${namespace}/${name}`;
  for (let attempt = 1; ; attempt++) {
    const now = await translating(subject, () => kube.find(resource, namespace, name));
    if (now?.metadata.uid !== uid || now.metadata.generation !== generation || now.metadata.deletionTimestamp) {
      throw new ConflictError(`${subject} was changed meanwhile: look at it, and convert it again`);
    }
    const { resourceVersion } = now.metadata;
    try {
      await kube.remove(resource, namespace, name, { uid, resourceVersion, propagationPolicy: 'Orphan' });
      return;
    } catch (error) {
      // Only its status moved.
      if (!isConflict(error) || attempt >= 20) await translating(subject, () => Promise.reject(error as Error));
    }
  }
}

/** Takes a set back that owns nothing yet. */
async function withdraw(kube: KubeClient, set: StatefulSet): Promise<void> {
  const { name, namespace, uid } = set.metadata;
  await translating(`StatefulSet ${namespace}/${name}`, async () => {
    const found = await kube.find(setsOf(set.apiVersion as SetFlavour), namespace, name);
    if (found?.metadata.uid !== uid) return;
    await kube.remove(setsOf(set.apiVersion as SetFlavour), namespace, name, { uid, propagationPolicy: 'Orphan' });
  });
  await leave(kube, set, 30_000);
}

interface ManagedField {
  readonly manager?: string;
  readonly subresource?: string;
}

/** Who looks after the sets of this API: `ordinal`, or the name of another controller; undefined when nobody does. */
async function keeperOf(kube: KubeClient, set: StatefulSet, withinMs: number): Promise<string | undefined> {
  const { name, namespace } = set.metadata;
  const subject = `StatefulSet ${namespace}/${name}`;
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(100)) {
    const now = await translating(subject, () => kube.find(setsOf(set.apiVersion as SetFlavour), namespace, name));
    if (now?.status?.conditions?.some(({ type }) => type === 'NameConflict') === true) return 'ordinal';
    const { managedFields = [] } = (now?.metadata ?? {}) as { readonly managedFields?: readonly ManagedField[] };
    const writer = managedFields.find(({ subresource }) => subresource === 'status')?.manager;
    if (writer !== undefined && writer !== 'ordinal') return writer;
  }
  return undefined;
}

function doubtsAbout(keeper: string | undefined, set: ConvertedSet, to: SetFlavour): string[] {
  if (keeper === undefined) {
    return [`nobody looks after the sets of ${to} in this namespace: start a worker (ordinal worker --resource ${to})`];
  }
  const held = desiredOf({ ...set, metadata: { ...set.metadata, uid: '', resourceVersion: '' } }).held;
  return held && keeper !== 'ordinal'
    ? [`it is paused or aborted, and ${keeper} does not know of that: it would go on at once; resume or retry it first`]
    : [];
}
