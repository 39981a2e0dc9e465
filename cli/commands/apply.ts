import { text } from 'node:stream/consumers';
import { serverSideApply, type ServerSideApplyOptions } from '../../client/apply-object.ts';
import { applyRequested, requestedBody } from '../../client/apply-requested.ts';
import { createDiscovery, type Discovery } from '../../client/discovery.ts';
import { NotFoundError, OrdinalError, translating } from '../../client/errors.ts';
import type { RequestOptions } from '../../client/request.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubeObject, Resource } from '../../kube/resources.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { sleep } from '../../kube/sleep.ts';
import { requestOf } from '../answer.ts';
import { errorText } from '../error-text.ts';
import { CommandError, type ExitCode, exitCodes } from '../exit.ts';
import type { GlobalFlags, RequestFlags } from '../flags.ts';
import { withAllowed } from '../known-fields.ts';
import { type Document, isSet, type ManifestObject, readManifests } from '../manifests.ts';
import { refuseOtherNamespace } from '../other-namespace.ts';
import { listOf, printed } from '../render/output.ts';
import type { Session } from '../session.ts';

interface Flags extends RequestFlags, Pick<GlobalFlags, 'namespace'> {
  readonly filename: readonly string[];
  readonly recursive?: boolean;
  readonly forceConflicts?: boolean;
}

/** What goes with every object; who asked and why with sets only. */
type Options = RequestOptions & ServerSideApplyOptions;

interface Work {
  readonly document: Document;
  /** Undefined while its kind comes with the same files. */
  readonly resource: Resource | undefined;
  readonly namespace: string | undefined;
}

/** Tries all objects first, and applies none when one of them is refused. */
export async function apply(session: Session, _args: readonly string[], flags: Flags): Promise<ExitCode> {
  const { client, console } = session;
  const documents = await readManifests(flags.filename, () => text(process.stdin), flags);
  const discover = createDiscovery(client.kube);
  await refuseOtherNamespace(documents, flags.namespace, discover);
  const work = await Promise.all(
    documents.map((document) => workFor(document, documents, discover, session.namespace)),
  );
  const by = client.requestedBy;
  const options: Options = {
    ...(by !== undefined && { requestedBy: by }),
    ...requestOf(flags),
    force: flags.forceConflicts,
  };
  const tried = await tryAll(client.kube, work, options);
  const { results, names } = await console.staying(() => applyAll(session, work, tried, discover, options, flags));
  const [only] = results;
  if (flags.output !== undefined) {
    await printed(
      console,
      flags.output,
      results.length === 1 && only !== undefined ? only : listOf('Applied', results),
      names,
    );
  }
  return exitCodes.ok;
}

/** One after the other; ends between two of them when nobody reads what is told. */
async function applyAll(
  { client, console }: Session,
  work: readonly Work[],
  tried: readonly (KubeObject | undefined)[],
  discover: Discovery,
  options: Options,
  flags: Flags,
): Promise<{ readonly results: readonly KubeObject[]; readonly names: readonly string[] }> {
  const results: KubeObject[] = [];
  const names: string[] = [];
  for (const [index, each] of work.entries()) {
    if (console.isClosed()) {
      throw new CommandError(exitCodes.closed, `stdout is closed: ${index} of ${work.length} objects were applied`);
    }
    const { object } = each.document;
    if (each.resource === undefined && flags.dryRun === true) {
      console.err(
        `${each.document.place}: ${object.kind} "${object.metadata.name}" cannot be tried yet: its kind is made by the same files`,
      );
      continue;
    }
    const resource = each.resource ?? (await soon(() => discover(object.apiVersion, object.kind)));
    const { applied, did } = await applyOne(client.kube, { ...each, resource }, tried[index], options);
    results.push(applied);
    const name = `${nameOf(resource)}/${object.metadata.name}`;
    names.push(name);
    if (flags.output === undefined || flags.output === 'wide') {
      console.out(`${name} ${did}${flags.dryRun === true ? ' (server dry run)' : ''}`);
    }
  }
  return { results, names };
}

async function workFor(
  document: Document,
  all: readonly Document[],
  discover: Discovery,
  namespace: string,
): Promise<Work> {
  const { object } = document;
  try {
    const resource = await discover(object.apiVersion, object.kind);
    return {
      document,
      resource,
      namespace: resource.namespaced ? (object.metadata.namespace ?? namespace) : undefined,
    };
  } catch (error) {
    if (!(error instanceof NotFoundError) || !all.some((other) => defines(other.object, object.kind))) throw error;
    return { document, resource: undefined, namespace: object.metadata.namespace ?? namespace };
  }
}

/** A dry run of everything: what each would become; undefined where its kind is not there yet. Throws all that is wrong, at once. */
async function tryAll(
  kube: KubeClient,
  work: readonly Work[],
  options: Options,
): Promise<readonly (KubeObject | undefined)[]> {
  const made = new Set(
    work.flatMap(({ document: { object } }) => (object.kind === 'Namespace' ? [object.metadata.name] : [])),
  );
  const tries = await Promise.allSettled(work.map((each) => tryOne(kube, each, made, options)));
  const problems = tries.flatMap((result, index) => {
    if (result.status === 'fulfilled') return [];
    const error: unknown = result.reason;
    const document = work[index]?.document;
    if (!(error instanceof OrdinalError) || error.code === 'Unreachable' || document === undefined) throw error;
    return [`${document.place}: ${errorText(error, (field) => withAllowed(document.object, field))}`];
  });
  if (problems.length > 0) {
    throw new CommandError(exitCodes.failed, [...problems, 'nothing was applied'].join('\n'));
  }
  return tries.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
}

async function tryOne(
  kube: KubeClient,
  { document, resource, namespace }: Work,
  made: ReadonlySet<string>,
  options: Options,
): Promise<KubeObject | undefined> {
  if (resource === undefined) return undefined;
  const { object } = document;
  try {
    const body = isSet(object) ? requestedBody(object, options) : object;
    return await serverSideApply(kube, resource, namespace, placed(body, namespace), { ...options, dryRun: true });
  } catch (error) {
    if (!(error instanceof NotFoundError) || namespace === undefined || !made.has(namespace)) throw error;
    // Its namespace comes with the same files: tried under another name where there is one already.
    const metadata = {
      ...object.metadata,
      name: undefined,
      generateName: `${object.metadata.name}-`,
      namespace: 'default',
    };
    const created = await translating(`${object.kind} ${namespace}/${object.metadata.name}`, () =>
      kube.create(resource, 'default', { ...object, metadata }, { dryRun: true, fieldValidation: 'Strict' }),
    );
    return { ...created, metadata: { ...created.metadata, name: object.metadata.name, namespace } };
  }
}

async function applyOne(
  kube: KubeClient,
  { document: { object }, resource, namespace }: Work & { readonly resource: Resource },
  tried: KubeObject | undefined,
  options: Options,
): Promise<{ readonly applied: KubeObject; readonly did: string }> {
  const { name } = object.metadata;
  const former = await translating(`${resource.kind} ${name}`, () => kube.find(resource, namespace, name));
  const manifest = placed(object, namespace);
  const applied =
    options.dryRun === true && tried !== undefined && (former === undefined || !isSet(object))
      ? tried
      : isSet(object) && namespace !== undefined
        ? await applyRequested(kube, resource, namespace, {
            manifest,
            former: former as StatefulSet | undefined,
            options,
          })
        : await serverSideApply(kube, resource, namespace, manifest, options);
  if (former === undefined) return { applied, did: 'created' };
  return {
    applied,
    did: former.metadata.resourceVersion === applied.metadata.resourceVersion ? 'unchanged' : 'configured',
  };
}

function placed(object: ManifestObject, namespace: string | undefined): ManifestObject {
  return namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } };
}

function defines(object: ManifestObject, kind: string): boolean {
  const spec = object['spec'] as { readonly names?: { readonly kind?: string } } | undefined;
  return object.kind === 'CustomResourceDefinition' && spec?.names?.kind === kind;
}

/** `statefulset.apps`, `service`. */
function nameOf({ kind, group }: Resource): string {
  return group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
}

/** A definition that was just made takes a moment to be served. */
async function soon<T>(look: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof NotFoundError) || attempt >= 50) throw error;
      await sleep(200);
    }
  }
}
