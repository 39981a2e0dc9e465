import type { KubeClient } from '../kube/client.ts';
import { isConflict, type KubeError } from '../kube/errors.ts';
import type { KubeObject, Resource } from '../kube/resources.ts';
import { annotations } from '../model/annotations.ts';
import { ConflictError, translating } from './errors.ts';

/** Who applies, as server-side apply records it on every field. */
const applyManager = 'ordinal-cli';

/**
 * Managers whose fields an apply takes over without asking: our own other verbs, and `kubectl apply` of the same person, which would
 * overwrite them just as well.
 */
const takenOver: ReadonlySet<string> = new Set([applyManager, 'ordinal', 'kubectl-client-side-apply', 'kubectl-set']);

/** What tells of a change belongs to whoever makes the change. */
const requestFields: ReadonlySet<string> = new Set(
  [annotations.requestId, annotations.earlierRequests, annotations.reason, annotations.requestedBy].map(
    (key) => `metadata.annotations.${key}`,
  ),
);

export interface ServerSideApplyOptions {
  readonly force?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * One object by server-side apply with strict validation. Throws `InvalidError` with the fields, and `ConflictError` with the fields and
 * who owns them.
 */
export function serverSideApply<T extends KubeObject>(
  kube: KubeClient,
  resource: Resource<T>,
  namespace: string | undefined,
  body: { readonly metadata: { readonly name: string } },
  { force = false, dryRun = false }: ServerSideApplyOptions = {},
): Promise<T> {
  const { name } = body.metadata;
  const subject = `${resource.kind} ${namespace === undefined || !resource.namespaced ? name : `${namespace}/${name}`}`;
  const apply = (forced: boolean) =>
    kube.patch(resource, namespace, name, body, 'apply', {
      fieldManager: applyManager,
      fieldValidation: 'Strict',
      force: forced,
      dryRun,
    });
  return translating(subject, async () => {
    try {
      return await apply(force);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const all = ownersOf(error);
      const owners = all.filter(({ path, manager }) => !takenOver.has(manager) && !requestFields.has(path));
      if (all.length > 0 && owners.length === 0) return apply(true);
      if (all.length === 0) throw error;
      const list = owners.map(({ path, manager }) => `${path} (set by ${manager})`).join(', ');
      throw new ConflictError(
        `${subject}: ${list}: leave these fields out of the manifest, or take them over with --force-conflicts`,
        owners.map(({ path, manager }) => ({ path, message: `set by ${manager}` })),
        error,
      );
    }
  });
}

function ownersOf(error: KubeError): { readonly path: string; readonly manager: string }[] {
  return (error.details.causes ?? []).map(({ field = '', message = '' }) => ({
    path: field.replace(/^\./, ''),
    manager: /conflict with "([^"]+)"/.exec(message)?.[1] ?? message,
  }));
}
