import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger, type WorkflowBundleOption } from '@temporalio/worker';

/** Where a built package keeps its bundle. */
const packaged = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/** The workflow code of this version: from `codePath`, from the package, or, in a source checkout, bundled now (about 1 s). */
export async function workflowBundle(logger: Logger, codePath?: string): Promise<WorkflowBundleOption> {
  if (codePath !== undefined) return { codePath };
  if (existsSync(packaged)) return { codePath: packaged };
  const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
  return bundleWorkflowCode({ workflowsPath, logger });
}
