import { installDefaults } from '../../install/options.ts';
import { installLabel } from '../../install/objects.ts';
import { KubeClient } from '../../kube/client.ts';
import { connectCluster } from '../../kube/connect.ts';
import { statefulSetDefinition } from '../../kube/crd.ts';
import { customResourceDefinitions, namespaces } from '../../kube/resources.ts';
import type { StatefulSet } from '../../model/objects.ts';
import { CommandError, exitCodes, usageError } from '../exit.ts';
import type { UninstallFlags } from '../uninstall-command.ts';
import type { Output } from './output.ts';
import { type Installed, installedObjects, removeInstalled, unlessGone } from './installed.ts';
import { ownSets, removeSets } from './own-sets.ts';
import { releaseSets } from './release-sets.ts';
import { waitUntil } from './wait-until.ts';
import { workersGone } from './workers-gone.ts';

/** How long workers may take to end, and a definition to go with its sets, in ms. */
const goneWithinMs = 120_000;

/**
 * The workers go first, so that nobody puts a finalizer back; then our finalizers, so that no set hangs in its deletion; then the rest. May be
 * repeated when it was interrupted.
 */
export async function uninstall(flags: UninstallFlags, { out, err }: Output): Promise<void> {
  if (flags.keepCrd === true && flags.force === true)
    throw usageError('--keep-crd keeps the sets, --force removes them: say one of the two');
  const dryRun = flags.dryRun === true;
  const namespace = flags.namespace ?? installDefaults.namespace;
  const said = (what: string) => out(`${what} removed${dryRun ? ' (dry run)' : ''}\n`);
  const client = new KubeClient(connectCluster({ kubeconfigPath: flags.kubeconfig, context: flags.context }));
  try {
    const own = await ownSets(client);
    if (own.length > 0 && flags.keepCrd !== true && flags.force !== true) throw refusal(own);
    const installed = await installedObjects(client);
    const isWorker = ({ resource }: Installed) => resource.plural === 'deployments';
    for (const worker of installed.filter(isWorker)) said(await removeInstalled(client, worker, dryRun));
    if (!dryRun) await workersGone(client, namespace, installed.filter(isWorker), goneWithinMs);
    for (const name of await releaseSets(client, dryRun))
      out(`finalizer of ${name} removed${dryRun ? ' (dry run)' : ''}\n`);
    if (flags.force === true) for (const name of await removeSets(client, own, dryRun, goneWithinMs)) said(name);
    if (flags.keepCrd !== true && (await removeDefinition(client, dryRun)))
      said(`customresourcedefinition.apiextensions.k8s.io/${statefulSetDefinition().metadata.name}`);
    for (const rest of installed.filter((each) => !isWorker(each))) said(await removeInstalled(client, rest, dryRun));
    if (await removeNamespace(client, namespace, dryRun)) said(`namespace/${namespace}`);
    if (dryRun) return;
    const query = `OrdinalCluster = '${await client.clusterId()}'`;
    err(
      `what Temporal knows stays: workflows that wait for a worker. To end them: temporal workflow terminate --query "${query}"\n`,
    );
  } finally {
    await client.transport.close();
  }
}

function refusal(sets: readonly StatefulSet[]): CommandError {
  const names = sets.slice(0, 10).map(({ metadata }) => `  ${metadata.namespace}/${metadata.name}`);
  const more = sets.length > 10 ? [`  and ${sets.length - 10} more`] : [];
  return new CommandError(
    exitCodes.failed,
    [
      `there are ${sets.length} StatefulSets of ordinal.dev/v1; nothing was removed:`,
      ...names,
      ...more,
      'delete them first (kubectl delete osts), or keep them and their pods without a worker (--keep-crd), or remove them with their pods (--force)',
    ].join('\n'),
  );
}

async function removeDefinition(client: KubeClient, dryRun: boolean): Promise<boolean> {
  const { name } = statefulSetDefinition().metadata;
  if ((await client.find(customResourceDefinitions, undefined, name)) === undefined) return false;
  await client.remove(customResourceDefinitions, undefined, name, { dryRun }).catch(unlessGone);
  if (dryRun) return true;
  const isGone = async () =>
    (await client.find(customResourceDefinitions, undefined, name)) === undefined ? true : undefined;
  return waitUntil(isGone, goneWithinMs, () => `${name} is still being deleted`);
}

/** Only a namespace that an installation made, never one that was there before. */
async function removeNamespace(client: KubeClient, name: string, dryRun: boolean): Promise<boolean> {
  const found = await client.find(namespaces, undefined, name);
  if (found?.metadata.labels?.[installLabel.key] !== installLabel.value) return false;
  if (name === 'default' || name.startsWith('kube-')) return false;
  await client.remove(namespaces, undefined, name, { uid: found.metadata.uid, dryRun }).catch(unlessGone);
  return true;
}
