import { Command } from 'commander';
import { outputOf } from './install/output.ts';
import type { GlobalFlags } from './flags.ts';

export interface UninstallFlags extends GlobalFlags {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly keepCrd?: boolean;
}

/** `ordinal uninstall`: takes out of a cluster what `ordinal install`, the chart or the kustomization has put there. */
export function uninstallCommand(): Command {
  return new Command('uninstall')
    .description('take Ordinal out of a cluster; refuses while there are sets of ordinal.dev/v1')
    .option('--keep-crd', 'leave the resource, its sets and their pods as they are: nobody serves them then')
    .option('--force', 'remove the resource with all of its sets and their pods')
    .option('--dry-run', 'tell what would be removed')
    .action(async function (this: Command) {
      const { uninstall } = await import('./install/uninstall.ts');
      await uninstall(this.optsWithGlobals<UninstallFlags>(), outputOf(this));
    });
}
