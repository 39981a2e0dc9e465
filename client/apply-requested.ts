import type { KubeClient } from '../kube/client.ts';
import type { KubeObject, Resource } from '../kube/resources.ts';
import { annotations } from '../model/annotations.ts';
import type { StatefulSet } from '../model/objects.ts';
import { serverSideApply, type ServerSideApplyOptions } from './apply-object.ts';
import { translating } from './errors.ts';
import { changeCause } from './history.ts';
import { rememberedId, type RequestOptions } from './request.ts';

/** An object as it is to be applied. */
interface Body {
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
}

/** What tells of a change who asked for it, and why. */
const notes: readonly string[] = [annotations.reason, annotations.requestedBy];

/** The manifest of a set with who asked, why and by which id, as far as that was told. `former`: the set as it is, where there is one. */
export function requestedBody<T extends Body>(manifest: T, of: RequestOptions, former?: StatefulSet): T {
  return annotated(manifest, {
    // A random id would change the set with every apply of the same file.
    ...(of.id !== undefined && rememberedId(of.id, former)),
    ...(of.reason !== undefined && { [annotations.reason]: of.reason }),
    ...(of.requestedBy !== undefined && { [annotations.requestedBy]: of.requestedBy }),
  });
}

/**
 * Applies the manifest of a set, with who asked and why. What an earlier request has noted is not told of this change: an apply of one's own fields
 * does not take away what others have written, so that is done before. One that leaves the spec as it is leaves these notes, too.
 */
export async function applyRequested<T extends KubeObject>(
  kube: KubeClient,
  resource: Resource<T>,
  namespace: string,
  of: {
    readonly manifest: Body;
    readonly former: StatefulSet | undefined;
    readonly options: RequestOptions & ServerSideApplyOptions;
  },
): Promise<T> {
  const { manifest, former, options } = of;
  const { force, dryRun } = options;
  const body = requestedBody(manifest, options, former);
  const apply = (what: Body, dry: boolean | undefined) =>
    serverSideApply(kube, resource, namespace, what, { force, dryRun: dry });
  const [before, wanted] = [notesOf(former), notesOf(body)];
  const differ = notes.filter((note) => before[note] !== undefined && before[note] !== wanted[note]);
  const hasCause = former?.metadata.annotations?.[changeCause] !== undefined;
  if (former === undefined || (differ.length === 0 && !hasCause)) return apply(body, dryRun);
  const tried = await apply(body, true);
  if (
    tried.metadata.generation === former.metadata.generation &&
    options.id === undefined &&
    options.reason === undefined
  )
    return apply(annotated(manifest, before), dryRun);
  if (dryRun === true) return tried;
  const isThere = (note: string) => tried.metadata.annotations?.[note] !== undefined;
  const left = differ.filter((note) => wanted[note] === undefined && isThere(note));
  // The reason takes the place of a change cause, unless the manifest states one.
  if (options.reason !== undefined && statedBy(body)[changeCause] === undefined && isThere(changeCause))
    left.push(changeCause);
  if (left.length > 0) {
    const { uid, name } = former.metadata;
    const removed = { metadata: { uid, annotations: Object.fromEntries(left.map((note) => [note, null])) } };
    await translating(`StatefulSet ${namespace}/${name}`, () =>
      kube.patch(resource, namespace, name, removed, 'merge'),
    );
  }
  return apply(body, false);
}

function annotated<T extends Body>(manifest: T, request: Readonly<Record<string, string>>): T {
  if (Object.keys(request).length === 0) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { ...statedBy(manifest), ...request } } };
}

function statedBy({ metadata }: { readonly metadata: object }): Readonly<Record<string, string>> {
  return (metadata as { readonly annotations?: Record<string, string> }).annotations ?? {};
}

function notesOf(object: { readonly metadata: object } | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(object === undefined ? {} : statedBy(object)).filter(([key]) => notes.some((note) => note === key)),
  );
}
