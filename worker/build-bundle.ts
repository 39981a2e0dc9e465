import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { workflowSources } from './workflow-bundle.ts';

/** Bundles the workflow code of this checkout into a file, for `--workflow-bundle` and for the package. */
export async function buildBundle(path: string): Promise<void> {
  const { code } = await bundleWorkflowCode({ ...workflowSources, logger: new DefaultLogger('WARN') });
  await writeFile(path, code);
}
