import { Command, Option } from 'commander';
import type { SetFlavour } from '../model/objects.ts';
import type { Console } from './console.ts';
import type { Finding } from './doctor/finding.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import type { GlobalFlags } from './flags.ts';
import { listOf, printed } from './render/output.ts';
import { table } from './render/table.ts';

interface Flags extends GlobalFlags {
  readonly resource?: readonly SetFlavour[];
  readonly namespaces?: readonly string[];
  readonly leaseNamespace?: string;
  readonly output?: 'json' | 'yaml';
}

const colours = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'gray' } as const;

/** `ordinal doctor`: what keeps Ordinal from working here, and what to do. */
export function doctorCommand(console: Console, exit: (code: ExitCode) => void): Command {
  return new Command('doctor')
    .description('check cluster, rights, workers and Temporal, and say what to do; exit 1 when something fails')
    .addOption(
      new Option('--resource <api...>', 'the workers serve the sets of these APIs (default: ordinal.dev/v1)').choices([
        'apps/v1',
        'ordinal.dev/v1',
      ]),
    )
    .option('--namespaces <name...>', 'they serve these namespaces only (default: all)')
    .option('--lease-namespace <name>', 'namespace of their lease (default: ordinal-system)')
    .addOption(new Option('-o, --output <format>', 'for programs').choices(['json', 'yaml']))
    .action(async function (this: Command) {
      exit(await doctor(console, this.optsWithGlobals<Flags>()));
    });
}

async function doctor(console: Console, flags: Flags): Promise<ExitCode> {
  const { KubeClient } = await import('../kube/client.ts');
  const { connectCluster } = await import('../kube/connect.ts');
  const { diagnose } = await import('./doctor/diagnose.ts');
  const { kubeconfig: kubeconfigPath, context, output } = flags;
  const kube = new KubeClient(connectCluster({ kubeconfigPath, context, attempts: 2 }));
  try {
    const findings = await diagnose({
      kube,
      flavours: flags.resource ?? ['ordinal.dev/v1'],
      namespaces: flags.namespaces ?? [],
      leaseNamespace: flags.leaseNamespace ?? 'ordinal-system',
      payloadKeys: flags.payloadKeys,
      clock: () => Date.now(),
    });
    if (!(await printed(console, output, listOf('Finding', findings), []))) show(console, findings);
    return findings.some(({ result }) => result === 'failed') ? exitCodes.failed : exitCodes.ok;
  } finally {
    await kube.transport.close();
  }
}

function show(console: Console, findings: readonly Finding[]): void {
  const rows = findings.flatMap(({ check, result, message, remedy }) => [
    [check, console.colour(colours[result], result), message],
    ...(remedy === undefined
      ? []
      : remedy.split('\n').map((line, index) => ['', '', `${index === 0 ? '-> ' : '   '}${line}`])),
  ]);
  console.out(table(['CHECK', 'RESULT', 'FOUND'], rows));
}
