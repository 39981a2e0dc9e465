import type { Discovery } from '../client/discovery.ts';
import { NotFoundError } from '../client/errors.ts';
import { usageError } from './exit.ts';
import type { Document } from './manifests.ts';

/**
 * Throws a usage error, as kubectl does, for an object that names another namespace than the one `given` on the command line: neither is silently
 * overruled by the other. What belongs to no namespace may name any.
 */
export async function refuseOtherNamespace(
  documents: readonly Document[],
  given: string | undefined,
  discover: Discovery,
): Promise<void> {
  if (given === undefined) return;
  for (const { object, place } of documents) {
    const namespace: string = object.metadata.namespace ?? given;
    if (namespace === given || !(await isNamespaced(object, discover))) continue;
    throw usageError(
      `${place}: the namespace from the provided object "${namespace}" does not match the namespace "${given}". ` +
        `You must pass '--namespace=${namespace}' to perform this operation.`,
    );
  }
}

async function isNamespaced({ apiVersion, kind }: Document['object'], discover: Discovery): Promise<boolean> {
  try {
    return (await discover(apiVersion, kind)).namespaced;
  } catch (error) {
    if (error instanceof NotFoundError) return true;
    throw error;
  }
}
