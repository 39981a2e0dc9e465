import type { KubeClient } from '../../kube/client.ts';
import { isNotFound } from '../../kube/errors.ts';
import type { KubeObject, Resource } from '../../kube/resources.ts';
import { installLabel } from '../../install/objects.ts';
import { installedKinds, nameOf } from './kinds.ts';

/** An object that belongs to the installation in a cluster. */
export interface Installed {
  readonly resource: Resource;
  readonly object: KubeObject;
}

/** All of them, however they were made: `ordinal install`, the chart and the kustomization label them alike. */
export async function installedObjects(client: KubeClient): Promise<readonly Installed[]> {
  const labelSelector = `${installLabel.key}=${installLabel.value}`;
  const lists = await Promise.all(
    installedKinds.map(async (resource) => {
      const { items } = await client.list(resource, undefined, { labelSelector });
      return items.map((object) => ({ resource, object }));
    }),
  );
  return lists.flat();
}

/** Removes one; answers its name. Somebody else may have been faster. */
export async function removeInstalled(
  client: KubeClient,
  { resource, object }: Installed,
  dryRun: boolean,
): Promise<string> {
  const { name, namespace, uid } = object.metadata;
  const gone = client.remove(resource, namespace, name, { uid, propagationPolicy: 'Foreground', dryRun });
  await gone.catch(unlessGone);
  return nameOf(resource, object);
}

/** Takes "not found" for an answer. */
export function unlessGone(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
