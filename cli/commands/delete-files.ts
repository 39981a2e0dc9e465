import { text } from 'node:stream/consumers';
import { createDiscovery } from '../../client/discovery.ts';
import { NotFoundError, translating } from '../../client/errors.ts';
import type { Resource } from '../../kube/resources.ts';
import { sleep } from '../../kube/sleep.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import { type Document, isSet, readManifests } from '../manifests.ts';
import { refuseOtherNamespace } from '../other-namespace.ts';
import { printed } from '../render/output.ts';
import type { Session } from '../session.ts';
import { type DeleteFlags, removeSet } from './delete.ts';

/** An object that has been told to go. */
interface Leaving {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
}

/**
 * Deletes all objects of the files, the last one first: sets before what they need and the namespace that they are in; then waits until they are gone,
 * where that is asked for. What is not there is told, and an error at the end unless it may be missing.
 */
export async function removeFiles(session: Session, flags: DeleteFlags): Promise<ExitCode> {
  const documents = await readManifests(flags.filename ?? [], () => text(process.stdin), flags);
  const discover = createDiscovery(session.client.kube);
  await refuseOtherNamespace(documents, flags.namespace, discover);
  const until = flags.timeout === undefined || flags.timeout === 0 ? Infinity : performance.now() + flags.timeout;
  const leaving: Leaving[] = [];
  let missing = 0;
  for (const [index, { object, place }] of documents.toReversed().entries()) {
    try {
      leaving.push(...(await removeObject(session, object, discover, flags, index > 0)));
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      if (flags.ignoreNotFound === true) continue;
      missing += 1;
      session.console.err(`${place}: ${error.message}`);
    }
  }
  if (flags.wait && flags.dryRun !== true) for (const each of leaving) await untilGone(session, each, until);
  if (missing === 0) return exitCodes.ok;
  throw new CommandError(
    exitCodes.failed,
    `${missing} of ${documents.length} objects were not there (--ignore-not-found)`,
  );
}

/** What is still to go; a set is waited for here. */
async function removeObject(
  session: Session,
  object: Document['object'],
  discover: ReturnType<typeof createDiscovery>,
  flags: DeleteFlags,
  follows: boolean,
): Promise<readonly Leaving[]> {
  const { client, console } = session;
  const { apiVersion, kind, metadata } = object;
  const { name, namespace = session.namespace } = metadata;
  if (isSet(object)) {
    await removeSet(session, client.statefulSet(namespace, name, { flavour: object.apiVersion }), flags, follows);
    return [];
  }
  const resource = await discover(apiVersion, kind);
  const { dryRun, output } = flags;
  const subject = `${kind} ${resource.namespaced ? `${namespace}/${name}` : name}`;
  const propagationPolicy = 'Background' as const;
  const asked = await translating(subject, async () => {
    const shown =
      output === 'json' || output === 'yaml' ? await client.kube.find(resource, namespace, name) : undefined;
    const left = await client.kube.remove(resource, namespace, name, {
      propagationPolicy,
      ...(dryRun === true && { dryRun }),
    });
    return { shown, left };
  });
  const type = typeOf(resource);
  const from = resource.namespaced ? ` from ${namespace} namespace` : '';
  if (!(await printed(console, output, asked.shown ?? object, [`${type}/${name}`], { follows })))
    console.out(`${type} "${name}" deleted${from}${dryRun === true ? ' (server dry run)' : ''}`);
  return asked.left === undefined ? [] : [{ resource, namespace, name, uid: asked.left.metadata.uid }];
}

/** Another object of the name is not the one that was deleted. `until`: as of `performance.now()`. */
async function untilGone(
  { client }: Session,
  { resource, namespace, name, uid }: Leaving,
  until: number,
): Promise<void> {
  for (;;) {
    const found = await translating(name, () => client.kube.find(resource, namespace, name));
    if (found === undefined || (uid !== undefined && found.metadata.uid !== uid)) return;
    if (performance.now() >= until) {
      throw new CommandError(exitCodes.timeout, `timed out: ${typeOf(resource)} "${name}" still goes`);
    }
    await sleep(200);
  }
}

function typeOf({ kind, group }: Resource): string {
  return group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
}
