import type { InstallObject } from '../../install/objects.ts';
import { installManifest, toYaml } from '../../install/manifest.ts';
import { KubeClient } from '../../kube/client.ts';
import { connectCluster } from '../../kube/connect.ts';
import { tooOld } from '../../kube/old-server.ts';
import { statefulSetDefinition } from '../../kube/crd.ts';
import { CommandError, exitCodes, usageError } from '../exit.ts';
import { type InstallFlags, installOptions } from '../install-command.ts';
import { applyManifest } from './apply-manifest.ts';
import { established } from './established.ts';
import type { Output } from './output.ts';
import { installedObjects, removeInstalled } from './installed.ts';
import { registerSearchAttributes, temporalOf } from './temporal.ts';
import { workersReady } from './workers-ready.ts';

export async function install(flags: InstallFlags, { out, err }: Output): Promise<void> {
  const temporal = temporalOf(flags.temporalNamespace);
  const options = flags.crdOnly === true ? undefined : installOptions(flags, temporal);
  const objects = options === undefined ? [statefulSetDefinition()] : installManifest(options);
  if (flags.output !== undefined && flags.dryRun !== 'client') throw usageError('-o goes with --dry-run=client');
  if (flags.dryRun === 'client') return out(printed(objects, flags.output));

  const dryRun = flags.dryRun === 'server';
  const said = (line: string) => out(`${line}${dryRun ? ' (server dry run)' : ''}\n`);
  const client = new KubeClient(connectCluster({ kubeconfigPath: flags.kubeconfig, context: flags.context }));
  try {
    const old = tooOld(await client.serverVersion());
    if (old !== undefined)
      throw new CommandError(
        exitCodes.failed,
        `the API server at ${client.transport.address} ${old}, and would not understand the resource: upgrade the cluster; nothing was installed`,
      );
    await applyManifest(client, objects, { dryRun, force: flags.forceConflicts === true, told: said });
    if (!dryRun) await established(client, statefulSetDefinition().metadata.name);
    if (options === undefined) return;
    await prune(client, objects, dryRun, said);
    if (dryRun) return;
    await registerSearchAttributes(temporal, { out, err });
    if (flags.wait === true) await workersReady(client, options.namespace);
  } finally {
    await client.transport.close();
  }
}

function printed(objects: readonly InstallObject[], format: 'yaml' | 'json' = 'yaml'): string {
  if (format === 'yaml') return toYaml(objects);
  const list = objects.length === 1 ? objects[0] : { apiVersion: 'v1', kind: 'List', items: objects };
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** Takes away what an earlier installation had and this one has not: rights above all. */
async function prune(
  client: KubeClient,
  objects: readonly InstallObject[],
  dryRun: boolean,
  said: (line: string) => void,
): Promise<void> {
  const key = (kind: string | undefined, name: string, namespace = '') => `${kind} ${namespace}/${name}`;
  const wanted = new Set(objects.map(({ kind, metadata }) => key(kind, metadata.name, metadata.namespace)));
  for (const installed of await installedObjects(client)) {
    const { metadata } = installed.object;
    if (wanted.has(key(installed.resource.kind, metadata.name, metadata.namespace))) continue;
    said(`${await removeInstalled(client, installed, dryRun)} removed`);
  }
}
