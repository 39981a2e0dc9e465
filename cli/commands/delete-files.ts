import { text } from 'node:stream/consumers';
import { createDiscovery } from '../../client/discovery.ts';
import { NotFoundError, translating } from '../../client/errors.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { type Document, readManifests } from '../manifests.ts';
import { refuseOtherNamespace } from '../other-namespace.ts';
import type { Session } from '../session.ts';
import { type DeleteFlags, removeSet } from './delete.ts';

/**
 * Deletes all objects of the files, the last one first: sets before what they need and the namespace that they are in. What is not there is told, and
 * an error at the end unless it may be missing.
 */
export async function removeFiles(session: Session, flags: DeleteFlags): Promise<ExitCode> {
  const documents = await readManifests(flags.filename ?? [], () => text(process.stdin), flags);
  const discover = createDiscovery(session.client.kube);
  await refuseOtherNamespace(documents, flags.namespace, discover);
  let missing = 0;
  for (const { object, place } of documents.toReversed()) {
    try {
      await removeObject(session, object, discover, flags);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      if (flags.ignoreNotFound === true) continue;
      missing += 1;
      session.console.err(`${place}: ${error.message}`);
    }
  }
  if (missing === 0) return exitCodes.ok;
  throw new CommandError(
    exitCodes.failed,
    `${missing} of ${documents.length} objects were not there (--ignore-not-found)`,
  );
}

async function removeObject(
  session: Session,
  object: Document['object'],
  discover: ReturnType<typeof createDiscovery>,
  flags: DeleteFlags,
): Promise<void> {
  const { client, console } = session;
  const { apiVersion, kind, metadata } = object;
  const { name, namespace = session.namespace } = metadata;
  if (kind === 'StatefulSet' && (apiVersion === 'apps/v1' || apiVersion === 'ordinal.dev/v1')) {
    await removeSet(session, client.statefulSet(namespace, name, { flavour: apiVersion }), flags);
    return;
  }
  const resource = await discover(apiVersion, kind);
  const { dryRun } = flags;
  const subject = `${kind} ${resource.namespaced ? `${namespace}/${name}` : name}`;
  const propagationPolicy = 'Background' as const;
  await translating(subject, () =>
    client.kube.remove(resource, namespace, name, { propagationPolicy, ...(dryRun === true && { dryRun }) }),
  );
  const type = resource.group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${resource.group}`;
  if (flags.output === 'name') return console.out(`${type}/${name}`);
  const from = resource.namespaced ? ` from ${namespace} namespace` : '';
  console.out(`${type} "${name}" deleted${from}${dryRun === true ? ' (server dry run)' : ''}`);
}
