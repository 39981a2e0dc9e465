import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const own = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));

/** Builds the workflow code into `path`, once for many workers. */
export async function buildWorkflowBundle(path: string, workflowsPath = own): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, code);
}
