import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { KubeClient } from '../kube/client.ts';
import { connectCluster } from '../kube/connect.ts';
import { statefulSetDefinition } from '../kube/crd.ts';
import { customResourceDefinitions, type KubeObject } from '../kube/resources.ts';
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
      const { kubeconfig: kubeconfigPath, context, dryRun } = this.optsWithGlobals<Flags>();
      const definition = statefulSetDefinition();
      const output = this.configureOutput();
      const write = (text: string): void => output.writeOut?.(text);
      if (dryRun === true) return write(definitionText());
      const transport = connectCluster({ kubeconfigPath, context });
      try {
        const client = new KubeClient(transport);
        const { name } = definition.metadata;
        await client.patch(customResourceDefinitions, undefined, name, definition, 'apply', { force: true });
        await established(client, name);
        write(`customresourcedefinition.apiextensions.k8s.io/${name} applied\n`);
      } finally {
        await transport.close();
      }
    });
}

/** The definition as YAML, as `deploy/crd.yaml` has it. */
export function definitionText(): string {
  return stringify(statefulSetDefinition(), { aliasDuplicateObjects: false, lineWidth: 0, singleQuote: true });
}

async function established(client: KubeClient, name: string): Promise<void> {
  const deadline = Date.now() + establishedWithinMs;
  for (;;) {
    const { status } = (await client.get(customResourceDefinitions, undefined, name)) as Definition;
    const conditions = status?.conditions ?? [];
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return;
    if (Date.now() > deadline) {
      const told = conditions.map(({ type, status }) => `${type}=${status}`).join(', ');
      throw new Error(`${name} was applied but is not served: ${told}; see kubectl describe crd ${name}`);
    }
    await sleep(100);
  }
}
