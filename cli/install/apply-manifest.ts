import { serverSideApply } from '../../client/apply-object.ts';
import { createDiscovery } from '../../client/discovery.ts';
import type { InstallObject } from '../../install/objects.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isNotFound } from '../../kube/errors.ts';
import type { KubeObject } from '../../kube/resources.ts';
import { NotFoundError } from '../../client/errors.ts';
import { nameOf } from './kinds.ts';

export interface ApplyOptions {
  /** Let the API server try it, change nothing. */
  readonly dryRun: boolean;
  /** Take over fields that other tools have set. */
  readonly force: boolean;
  readonly told: (line: string) => void;
}

/** Applies the objects one after the other, by server-side apply, and tells what became of each. Can be repeated at any time. */
export async function applyManifest(
  client: KubeClient,
  objects: readonly InstallObject[],
  { dryRun, force, told }: ApplyOptions,
): Promise<void> {
  const discover = createDiscovery(client);
  for (const object of objects) {
    const { name, namespace } = object.metadata;
    const resource = await discover(object.apiVersion, object.kind);
    const before = await client.find(resource, namespace, name);
    const after = await serverSideApply(client, resource, namespace, object, { force, dryRun }).catch(
      (error: unknown) => {
        // Nothing can be tried in a namespace that this very installation would make.
        if (dryRun && before === undefined && isMissingNamespace(error, namespace, objects)) return undefined;
        throw error;
      },
    );
    told(`${nameOf(resource, object)} ${outcome(before, after)}`);
  }
}

function isMissingNamespace(error: unknown, namespace: string | undefined, objects: readonly InstallObject[]): boolean {
  return (
    error instanceof NotFoundError &&
    isNotFound(error.cause) &&
    objects.some(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace)
  );
}

function outcome(before: KubeObject | undefined, after: KubeObject | undefined): string {
  if (before === undefined || after === undefined) return 'created';
  return before.metadata.resourceVersion === after.metadata.resourceVersion ? 'unchanged' : 'configured';
}
