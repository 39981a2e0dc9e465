import { Command, Option } from 'commander';
import { installDefaults, type InstallOptions } from '../install/options.ts';
import { usageError } from './exit.ts';
import { type GlobalFlags, wholeNumber } from './flags.ts';
import { outputOf } from './install/output.ts';

export interface InstallFlags extends GlobalFlags {
  readonly crdOnly?: boolean;
  readonly dryRun?: 'client' | 'server';
  readonly output?: 'yaml' | 'json';
  readonly image?: string;
  readonly replicas?: number;
  readonly temporalAddress?: string;
  readonly temporalNamespace?: string;
  readonly temporalSecret?: string;
  readonly payloadKeysSecret?: string;
  readonly native?: boolean;
  readonly namespaces?: readonly string[];
  readonly forceConflicts?: boolean;
  readonly wait?: boolean;
  readonly timeout?: number;
}

/** `ordinal install`: puts the resource, the rights and the worker into a cluster. Can be run again at any time, also to upgrade. */
export function installCommand(): Command {
  const { replicas, temporalNamespace, temporalSecret } = installDefaults;
  return new Command('install')
    .description('put Ordinal into a cluster, or upgrade it: the resource, its rights, the worker')
    .option('--image <image>', 'of the worker')
    .option('--replicas <n>', `workers (default: ${replicas})`, wholeNumber)
    .option('--temporal-address <host:port>', 'Temporal, as pods reach it (default: that of TEMPORAL_ADDRESS)')
    .option('--temporal-namespace <name>', `default: that of TEMPORAL_NAMESPACE, or ${temporalNamespace}`)
    .option('--temporal-secret <name>', `secret with more TEMPORAL_* variables (default: ${temporalSecret})`)
    .option('--payload-keys-secret <name>', 'secret whose entry "keys" encrypts what Temporal stores (default: none)')
    .option('--native', 'also serve the StatefulSets of apps/v1')
    .option('--namespaces <name...>', 'serve these only, with rights in these only (default: all)')
    .option('--crd-only', 'only the definition of the resource')
    .addOption(
      new Option('--dry-run [how]', 'client: print what would be applied; server: let the API server try it')
        .choices(['client', 'server'])
        .preset('client'),
    )
    .addOption(new Option('-o, --output <format>', 'of what is printed (default: yaml)').choices(['yaml', 'json']))
    .option('--force-conflicts', 'take over fields that other tools have set')
    .option('--wait', 'wait until the workers are ready')
    .addHelpText(
      'after',
      '\nInto namespace ordinal-system unless -n says otherwise. Prints, with --dry-run, for GitOps.',
    )
    .action(async function (this: Command) {
      const { install } = await import('./install/install.ts');
      await install(this.optsWithGlobals<InstallFlags>(), outputOf(this));
    });
}

/** Flags and environment as options. Throws a usage error that says which are missing. */
export function installOptions(
  flags: InstallFlags,
  temporal: { address?: string; namespace?: string },
): InstallOptions {
  if (flags.image === undefined)
    throw usageError('--image <image> is missing: the image of the worker; --crd-only installs no worker');
  const temporalAddress = flags.temporalAddress ?? temporal.address;
  if (temporalAddress === undefined || (flags.temporalAddress === undefined && isLoopback(temporalAddress)))
    throw usageError(
      `--temporal-address <host:port> is missing: where pods of the cluster reach Temporal${temporalAddress === undefined ? '' : `; ${temporalAddress} is this machine only`}`,
    );
  return {
    namespace: flags.namespace ?? installDefaults.namespace,
    image: flags.image,
    replicas: flags.replicas ?? installDefaults.replicas,
    temporalAddress,
    temporalNamespace: flags.temporalNamespace ?? temporal.namespace ?? installDefaults.temporalNamespace,
    temporalSecret: flags.temporalSecret ?? installDefaults.temporalSecret,
    payloadKeysSecret: flags.payloadKeysSecret,
    native: flags.native === true,
    namespaces: flags.namespaces ?? [],
  };
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(address);
}
