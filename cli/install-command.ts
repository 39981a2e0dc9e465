import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import type { KubeObject } from '../kube/resources.ts';
import type { GlobalFlags } from './flags.ts';

interface Flags extends GlobalFlags {
  readonly crdOnly?: boolean;
  readonly dryRun?: boolean;
}

type Definition = KubeObject & {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
};

/** How long a new kind may take until it is served, in ms. */
const establishedWithinMs = 30_000;

/** `ordinal install --crd-only`: makes the cluster know our own resource. Can be run again at any time, also to upgrade. */
export function installCommand(): Command {
  return new Command('install')
    .description('make a cluster know StatefulSets of ordinal.dev/v1')
    .addOption(new Option('--crd-only', 'only the definition of the resource').makeOptionMandatory())
    .option('--dry-run', 'print what would be applied, ask no cluster')
    .action(async function (this: Command) {
      const flags = this.optsWithGlobals<Flags>();
      const output = this.configureOutput();
      const { definitionText } = await import('../kube/crd.ts');
      const said = flags.dryRun === true ? definitionText() : `${await applyDefinition(flags)} applied\n`;
      output.writeOut?.(said);
    });
}

/** Applies the definition, waits until it is served, and answers its name as kubectl has it. */
async function applyDefinition({ kubeconfig: kubeconfigPath, context }: Flags): Promise<string> {
  const { KubeClient } = await import('../kube/client.ts');
  const { connectCluster } = await import('../kube/connect.ts');
  const { statefulSetDefinition } = await import('../kube/crd.ts');
  const { customResourceDefinitions } = await import('../kube/resources.ts');
  const client = new KubeClient(connectCluster({ kubeconfigPath, context }));
  try {
    const definition = statefulSetDefinition();
    const { name } = definition.metadata;
    await client.patch(customResourceDefinitions, undefined, name, definition, 'apply', { force: true });
    await established(name, () => client.get(customResourceDefinitions, undefined, name));
    return `customresourcedefinition.apiextensions.k8s.io/${name}`;
  } finally {
    await client.transport.close();
  }
}

async function established(name: string, read: () => Promise<Definition>): Promise<void> {
  const deadline = Date.now() + establishedWithinMs;
  for (;;) {
    const conditions = (await read()).status?.conditions ?? [];
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return;
    if (Date.now() > deadline) {
      const told = conditions.map(({ type, status }) => `${type}=${status}`).join(', ');
      throw new Error(`${name} was applied but is not served: ${told}; see kubectl describe crd ${name}`);
    }
    await sleep(100);
  }
}
