import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { workflowSources } from '../../worker/workflow-bundle.ts';

/** Builds the workflow code into `path`, once for many workers. */
export async function buildWorkflowBundle(
  path: string,
  workflowsPath: string = workflowSources.workflowsPath,
): Promise<void> {
  const { code } = await bundleWorkflowCode({ ...workflowSources, workflowsPath, logger: new DefaultLogger('WARN') });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code);
}
