import { Command, Option } from 'commander';
import type { WorkerOptions } from '../worker/options.ts';
import { usageError } from './exit.ts';
import { wholeNumber } from './flags.ts';

interface Flags {
  readonly namespace?: string;
  readonly color?: boolean;
  readonly resource?: WorkerOptions['resources'];
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespaces?: string[];
  readonly healthAddress?: string;
  readonly leaseNamespace?: string;
  readonly lookAhead?: number;
  readonly probe?: boolean;
  readonly repair?: boolean;
  readonly logLevel?: WorkerOptions['logLevel'];
  readonly grace?: number;
  readonly workflowBundle?: string;
  readonly payloadKeys?: string;
  readonly buildId?: string;
  readonly deploymentName?: string;
  readonly makeCurrent?: boolean;
}

/** `ordinal worker`: serves the sets of one cluster until it is told to stop. */
export function workerCommand(): Command {
  return new Command('worker')
    .description('run a worker: it carries out the rollouts, scalings and deletions of a cluster')
    .addOption(new Option('--resource <api...>', 'serve the sets of these APIs').choices(['apps/v1', 'ordinal.dev/v1']))
    .option('--namespaces <name...>', 'only these namespaces (default: all)')
    .option(
      '--health-address <host:port>',
      'where /healthz, /readyz and /metrics are served (default: 127.0.0.1, any free port)',
    )
    .option('--lease-namespace <name>', 'namespace of the lease (default: ordinal-system)')
    .option(
      '--look-ahead <steps>',
      'steps of an ordered set under way at once, 1: none ahead (default: 4)',
      wholeNumber,
    )
    .option('--no-probe', 'serve apps/v1 without making sure that no other controller does')
    .option('--no-repair', 'do not re-create lost pods while Temporal cannot be reached')
    .addOption(new Option('--log-level <level>', 'default: info').choices(['trace', 'debug', 'info', 'warn', 'error']))
    .option('--grace <ms>', 'what a stopping worker gives its activities (default: 10000)', wholeNumber)
    .option('--workflow-bundle <path>', 'prebuilt workflow code (default: that of this package)')
    .option(
      '--build-id <id>',
      'run as this build of a worker deployment: operations stay on their build (default: unversioned)',
    )
    .option('--deployment-name <name>', 'name of the worker deployment (default: ordinal)')
    .option('--make-current', 'make this build the current one of its deployment')
    .addHelpText(
      'after',
      '\nTemporal is found by TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_* or a temporal.toml.\n' +
        'Traces are sent where OTEL_EXPORTER_OTLP_ENDPOINT says so (docs/tracing.md).',
    )
    .action(async function (this: Command) {
      const { resource: resources, grace: graceMs, namespace: _, color: __, ...rest } = this.optsWithGlobals<Flags>();
      const options = { resources, graceMs, ...rest };
      await refuseWrong(options);
      const { runWorker } = await import('../worker/index.ts');
      const stop = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error(signal)));
      try {
        await runWorker(options, stop.signal, (ready) => {
          process.stdout.write(`${JSON.stringify({ ready: true, ...ready })}\n`);
        });
      } catch (error) {
        process.stderr.write(`ordinal worker: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      }
      // Temporal's native part would keep the process alive.
      process.exit();
    });
}

/** Throws a usage error that names the flag. */
async function refuseWrong(options: WorkerOptions): Promise<void> {
  const { workerOptions } = await import('../worker/options.ts');
  const [issue] = workerOptions.safeParse(options).error?.issues ?? [];
  if (issue !== undefined) throw usageError(`${flagOf(String(issue.path[0]))}: ${issue.message}`);
  if (options.buildId !== undefined) return;
  for (const name of ['makeCurrent', 'deploymentName'] as const) {
    if (options[name] !== undefined)
      throw usageError(`${flagOf(name)} needs --build-id: a worker without is unversioned`);
  }
}

const otherNames: Readonly<Record<string, string>> = { resources: 'resource', graceMs: 'grace' };

function flagOf(option: string): string {
  return `--${(otherNames[option] ?? option).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
